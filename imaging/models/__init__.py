"""Tables of pictures: DICOM's study, series and instance."""

from imaging.models.study import ImagingStudy, Instance, Series

__all__ = ["ImagingStudy", "Instance", "Series"]
