"""Same pixels, same package, same thresholds: same answer, at once. A review is never copied."""

from collections.abc import Sequence

from django.utils import timezone

from imaging.models import ImagingStudy, Instance
from inference.models import DiagnosticReport, Finding, InferenceJob, ModelVersion, OperatingPoint


def finished_like(
    *, model_version: ModelVersion, input_digest: str, operating_point: OperatingPoint | None
) -> InferenceJob | None:
    """Return the newest finished job that answered exactly this question.

    An abstention is no answer to take over: it may have been about the patient's age.
    """
    return (
        InferenceJob.objects.filter(
            status=InferenceJob.Status.SUCCEEDED,
            model_version__digest=model_version.digest,
            input_digest=input_digest,
            report__abstained_because="",
            report__operating_point=operating_point,
        )
        .exclude(report__status=DiagnosticReport.Status.ENTERED_IN_ERROR)
        .order_by("-finished_at")
        .first()
    )


def answer_from(
    source: InferenceJob,
    *,
    study: ImagingStudy,
    instances: Sequence[Instance],
    **job_fields,
) -> InferenceJob:
    """Make a finished job with a new preliminary report that holds the numbers of ``source``."""
    job = InferenceJob.objects.create(
        study=study,
        status=InferenceJob.Status.SUCCEEDED,
        finished_at=timezone.now(),
        reused_from=source,
        **job_fields,
    )
    report = DiagnosticReport.objects.create(
        study=study, job=job, operating_point=source.report.operating_point
    )
    by_pixels = {instance.pixel_sha256: instance for instance in instances}
    findings = list(source.report.findings.select_related("key_instance"))
    for finding in findings:
        finding.pk = Finding._meta.pk.get_default()
        finding._state.adding = True
        finding.report = report
        if finding.key_instance is not None:
            finding.key_instance = by_pixels[finding.key_instance.pixel_sha256]
    Finding.objects.bulk_create(findings)
    return job
