"""The REST resources of ``imaging``."""

from django.urls import path

from imaging.api.pictures import OriginalView, PreviewView, ThumbnailView
from imaging.api.studies import PatientStudiesView, StudyView

urlpatterns = [
    path(
        "patients/<uuid:patient_id>/imaging-studies/",
        PatientStudiesView.as_view(),
        name="patient-imaging-studies",
    ),
    path("imaging-studies/<uuid:study_id>/", StudyView.as_view(), name="imaging-study"),
    path("instances/<uuid:instance_id>/preview/", PreviewView.as_view(), name="instance-preview"),
    path(
        "instances/<uuid:instance_id>/thumbnail/",
        ThumbnailView.as_view(),
        name="instance-thumbnail",
    ),
    path("instances/<uuid:instance_id>/file/", OriginalView.as_view(), name="instance-file"),
]
