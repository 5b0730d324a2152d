"""The acts of this app: hand in a study, ask again, withdraw; others come from their modules."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, NotAllowed
from aicare.models import User
from imaging import services as imaging_services
from imaging.models import ImagingStudy
from inference.doorbell import ring_on_commit
from inference.inputs import input_digest, instances_of, is_intended, reads_such
from inference.models import ClaimLost, DiagnosticReport, InferenceJob, ModelVersion
from inference.publishing import activate, register_package, retire
from inference.reuse import answer_from, finished_like
from inference.reviews import report_without_ai, review_report
from patients.models import Patient

__all__ = [
    "activate",
    "register_package",
    "report_without_ai",
    "request_inference",
    "request_rerun",
    "retire",
    "review_report",
    "submit_study",
    "withdraw_study",
]
PRIORITIES = {
    ImagingStudy.Priority.STAT: 0,
    ImagingStudy.Priority.URGENT: 1,
    ImagingStudy.Priority.ROUTINE: 2,
}


@transaction.atomic
def submit_study(
    *,
    patient: Patient,
    images: Sequence,
    modality: str,
    body_part: str,
    description: str = "",
    priority: str = ImagingStudy.Priority.ROUTINE,
    started_at: datetime | None = None,
    uploaded_by: User,
    study_id: UUID,
) -> ImagingStudy:
    """Register checked and stored images as one study and queue it for every model that applies.

    When the patient has a study of exactly these files already, that one is returned (its id is
    not ``study_id``) and nothing is registered.
    """
    same = imaging_services.find_same_study(
        patient=patient, images=images, modality=modality, body_part=body_part
    )
    if same is not None:
        return same
    study = imaging_services.register_study(
        patient=patient,
        images=images,
        modality=modality,
        body_part=body_part,
        description=description,
        priority=priority,
        started_at=started_at,
        uploaded_by=uploaded_by,
        study_id=study_id,
    )
    request_inference(study=study)
    return study


@transaction.atomic
def request_inference(*, study: ImagingStudy) -> list[InferenceJob]:
    """Queue ``study`` for every active and shadow model that reads such pictures.

    What has been answered before, for the same pixels, is answered at once.
    """
    instances = instances_of(study)
    digest = input_digest(instances)
    jobs = []
    for version in ModelVersion.objects.in_use():
        if not reads_such(version, study):
            continue
        fields = {
            "model_version": version,
            "purpose": _purpose_of(version),
            "input_digest": digest,
            "priority": PRIORITIES[study.priority],
        }
        source = is_intended(version, study) and finished_like(
            model_version=version,
            input_digest=digest,
            operating_point=version.current_operating_point(),
        )
        if source:
            jobs.append(answer_from(source, study=study, instances=instances, **fields))
        else:
            jobs.append(InferenceJob.objects.create(study=study, **fields))
    if any(not job.has_ended for job in jobs):
        ring_on_commit()
    return jobs


@transaction.atomic
def request_rerun(*, job: InferenceJob, requested_by: User) -> InferenceJob:
    """Have the study analysed again, by the version of the classifier that is in use now."""
    study = ImagingStudy.objects.select_for_update(no_key=True).get(pk=job.study_id)
    if study.status != ImagingStudy.Status.AVAILABLE:
        raise Conflict(
            _("The study was withdrawn; it is not analysed again."), code="study_withdrawn"
        )
    version = _version_in_use(job)
    runs = InferenceJob.objects.filter(study=study, model_version=version)
    if runs.unfinished().exists():
        raise Conflict(_("The study is already waiting or being analysed."), code="already_queued")
    again = InferenceJob.objects.create(
        study=study,
        model_version=version,
        purpose=job.purpose,
        input_digest=input_digest(instances_of(study)),
        priority=PRIORITIES[study.priority],
        run=(runs.aggregate(last=Max("run"))["last"] or 0) + 1,
    )
    record_access(
        user=requested_by,
        action="study.rerun-requested",
        patient_id=study.patient_id,
        object_id=again.pk,
    )
    ring_on_commit()
    return again


@transaction.atomic
def withdraw_study(*, study: ImagingStudy, withdrawn_by: User, reason: str) -> ImagingStudy:
    """Mark the study, and all that was said about it, as entered in error; nothing is removed.

    What somebody signed is taken back only by who may sign.
    """
    signed = DiagnosticReport.Status.FINAL, DiagnosticReport.Status.AMENDED
    may_sign = withdrawn_by.has_perm("inference.sign_diagnosticreport")
    if not may_sign and study.reports.filter(status__in=signed).exists():
        raise NotAllowed(_("A report of this study is signed: ask who may sign to withdraw it."))
    study = imaging_services.withdraw_study(study=study, withdrawn_by=withdrawn_by, reason=reason)
    for job in study.jobs.waiting():
        with suppress(ClaimLost):  # a worker took it just now: its result will find no study
            job.cancel()
    study.reports.exclude(status=DiagnosticReport.Status.ENTERED_IN_ERROR).update(
        status=DiagnosticReport.Status.ENTERED_IN_ERROR, version=F("version") + 1
    )
    return study


def _purpose_of(version: ModelVersion) -> str:
    is_active = version.state == ModelVersion.State.ACTIVE
    return InferenceJob.Purpose.CLINICAL if is_active else InferenceJob.Purpose.SHADOW


def _version_in_use(job: InferenceJob) -> ModelVersion:
    wanted = (
        ModelVersion.State.ACTIVE
        if job.purpose == InferenceJob.Purpose.CLINICAL
        else ModelVersion.State.SHADOW
    )
    version = ModelVersion.objects.filter(
        classifier=job.model_version.classifier, state=wanted
    ).first()
    if version is None:
        raise Conflict(_("No version of this classifier is in use."), code="model_not_in_use")
    return version
