"""What must always hold between rows and files of pictures; each broken case is one sentence."""

import datetime
from collections.abc import Iterator

from django.utils import timezone

from imaging import services, storage
from imaging.errors import DamagedFile
from imaging.models import ImagingStudy, Instance
from imaging.verified_files import open_verified

FILES_MAY_WAIT = datetime.timedelta(hours=2)


def broken() -> list[str]:
    """Return one sentence for each picture without its file and each old file without a study.

    Every stored file is read: it takes as long as the disk needs.
    """
    return [*_damaged_files(), *_studies_without_pictures(), *_files_without_study()]


def _damaged_files() -> Iterator[str]:
    fields = ("pk", "file", "sha256", "preview", "preview_sha256")
    for pk, file, sha256, preview, preview_sha256 in Instance.objects.values_list(
        *fields
    ).iterator():
        for name, digest in ((file, sha256), (preview, preview_sha256)):
            try:
                open_verified(name, digest).close()
            except DamagedFile as error:
                yield f"instance {pk}: {name}: {error}"


def _studies_without_pictures() -> Iterator[str]:
    bare = ImagingStudy.objects.filter(series__instances=None)
    for pk in bare.values_list("pk", flat=True).distinct():
        yield f"study {pk} has no picture"


def _files_without_study() -> Iterator[str]:
    stored = storage.stored_study_ids(made_before=timezone.now() - FILES_MAY_WAIT)
    for study_id in sorted(stored - services.registered_among(stored)):
        yield f"files of study {study_id}, which does not exist, were not removed"
