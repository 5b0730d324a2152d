"""Keep pictures: store the files, register the study, withdraw it, find copies and orphans."""

import contextlib
import datetime
import uuid
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, DomainError, InvalidInput
from imaging import storage
from imaging.intake import CheckedImage
from imaging.models import ImagingStudy, Instance, Series
from imaging.storage import StoredImage
from patients.models import Patient
from patients.services.locking import lock_for_writing

CLOCKS_MAY_DIFFER_BY = datetime.timedelta(minutes=5)
CHECKED_AT_ONCE = 500


def store_images(images: Sequence[CheckedImage], study_id: UUID) -> list[StoredImage]:
    """Write the files of a study that will be registered; never inside a transaction."""
    return storage.store(images, study_id)


@contextlib.contextmanager
def discarding_unregistered(study_id: UUID) -> Iterator[None]:
    """Remove the files of a study that was refused or not needed by the end of the block.

    After any other error the commit may have happened: the files stay until the sweeper knows.
    """
    try:
        yield
    except DomainError:
        _discard_unregistered(study_id)
        raise
    _discard_unregistered(study_id)


def _discard_unregistered(study_id: UUID) -> None:
    if not ImagingStudy.objects.filter(pk=study_id).exists():
        storage.discard(study_id)


@transaction.atomic
def find_same_study(
    *, patient: Patient, images: Sequence[StoredImage], modality: str, body_part: str
) -> ImagingStudy | None:
    """Return the patient's study of exactly these files, if there is one that stands.

    It locks the patient's row, so that the answer holds until the surrounding transaction ends.
    Another modality or body part makes another study: the person corrects the first one.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    digests = sorted(image.checked.sha256 for image in images)
    candidates = (
        ImagingStudy.objects.available()
        .filter(
            patient=patient,
            modality=modality,
            body_part=body_part,
            series__instances__sha256=digests[0],
        )
        .distinct()
    )
    for study in candidates:
        of_study = Instance.objects.filter(series__study=study).values_list("sha256", flat=True)
        if sorted(of_study) == digests:
            return study
    return None


@transaction.atomic
def register_study(
    *,
    patient: Patient,
    images: Sequence[StoredImage],
    modality: str,
    body_part: str,
    study_id: UUID,
    uploaded_by,
    description: str = "",
    priority: str = ImagingStudy.Priority.ROUTINE,
    started_at: datetime.datetime | None = None,
) -> ImagingStudy:
    """Register pictures that ``store_images`` wrote as one study with one series."""
    # A merge that is under way must not leave the study behind.
    lock_for_writing(patient)
    now = timezone.now()
    if started_at is not None and started_at > now + CLOCKS_MAY_DIFFER_BY:
        raise InvalidInput(
            _("The pictures cannot be taken in the future. Check date and time."),
            code="invalid_timestamp",
            attr="started_at",
        )
    study = ImagingStudy.objects.create(
        id=study_id,
        patient=patient,
        study_instance_uid=new_uid(),
        modality=modality,
        body_part=body_part,
        description=description,
        started_at=started_at or now,
        priority=priority,
        created_by=uploaded_by,
    )
    series = Series.objects.create(study=study, series_instance_uid=new_uid())
    Instance.objects.bulk_create(
        _instance(series, number, image) for number, image in enumerate(images, start=1)
    )
    record_access(
        user=uploaded_by, action="study.uploaded", patient_id=patient.pk, object_id=study.pk
    )
    return study


@transaction.atomic
def withdraw_study(*, study: ImagingStudy, withdrawn_by, reason: str) -> ImagingStudy:
    """Mark a study entered-in-error; its files and rows are kept."""
    if not reason.strip():
        raise InvalidInput(
            _("Say why the study is withdrawn."), code="reason_required", attr="reason"
        )
    changed = (
        ImagingStudy.objects.available()
        .filter(pk=study.pk)
        .update(
            status=ImagingStudy.Status.ENTERED_IN_ERROR,
            status_reason=reason.strip(),
            version=study.version + 1,
        )
    )
    if not changed:
        raise Conflict(_("The study was withdrawn before."), code="already_withdrawn")
    record_access(
        user=withdrawn_by,
        action="study.withdrawn",
        patient_id=study.patient_id,
        object_id=study.pk,
    )
    study.refresh_from_db()
    return study


def pictures_under_another_patient(patient: Patient) -> list[ImagingStudy]:
    """Return the patient's studies with a picture that another patient's record holds too.

    Nothing about the other record is returned: its readers may be others. One query.
    """
    copies = (
        Instance.objects.filter(pixel_sha256=OuterRef("pixel_sha256"))
        .filter(series__study__status=ImagingStudy.Status.AVAILABLE)
        .exclude(series__study__patient=patient)
    )
    shared = Instance.objects.filter(Exists(copies), series__study__patient=patient)
    return list(ImagingStudy.objects.available().filter(pk__in=shared.values("series__study")))


def remove_orphan_files(older_than: datetime.timedelta) -> int:
    """Remove files whose study was never registered; return of how many studies.

    It lists every folder: call it once an hour, not with every sweep.
    """
    candidates = storage.stored_study_ids(made_before=timezone.now() - older_than)
    return storage.remove_orphans(candidates, registered=registered_among(candidates))


def registered_among(study_ids: set[UUID]) -> set[UUID]:
    """Return those ids that are studies."""
    ids, found = sorted(study_ids), set()
    for start in range(0, len(ids), CHECKED_AT_ONCE):
        some = ids[start : start + CHECKED_AT_ONCE]
        found.update(ImagingStudy.objects.filter(pk__in=some).values_list("pk", flat=True))
    return found


def new_uid() -> str:
    """Return a DICOM UID made from a random UUID (PS3.5, B.2)."""
    return f"2.25.{uuid.uuid4().int}"


def _instance(series: Series, number: int, stored: StoredImage) -> Instance:
    image = stored.checked
    return Instance(
        series=series,
        sop_instance_uid=new_uid(),
        number=number,
        rows=image.rows,
        columns=image.columns,
        photometric_interpretation=image.photometric_interpretation,
        bits_stored=image.bits_stored,
        media_type=image.media_type,
        file_name=image.file_name,
        size_bytes=image.size_bytes,
        sha256=image.sha256,
        pixel_sha256=image.pixel_sha256,
        file=stored.file,
        preview=stored.preview,
        preview_sha256=image.preview_sha256,
    )
