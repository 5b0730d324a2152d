"""What must hold for jobs, reports and reviews at any moment, whatever was killed before."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding, InferenceJob, ModelVersion, Review

SWEPT_WITHIN = timedelta(minutes=1)
"""How long a sweeper may take to see what it must put right."""


def broken() -> list[str]:
    """Return one sentence for each thing that cannot be."""
    return [sentence for check in CHECKS for sentence in check()]


def _succeeded_without_report() -> Iterator[str]:
    jobs = InferenceJob.objects.filter(status=InferenceJob.Status.SUCCEEDED, report=None)
    yield from _of(jobs, "job {} succeeded without a report")


def _report_of_a_job_that_did_not_succeed() -> Iterator[str]:
    reports = DiagnosticReport.objects.exclude(job=None).exclude(
        job__status=InferenceJob.Status.SUCCEEDED
    )
    yield from _of(reports, "report {} belongs to a job that did not succeed")


def _report_about_another_study() -> Iterator[str]:
    reports = DiagnosticReport.objects.exclude(job=None).exclude(study=F("job__study"))
    yield from _of(reports, "report {} is about another study than its job")


def _several_answers_to_one_question() -> Iterator[str]:
    same = InferenceJob.objects.values("study", "model_version", "input_digest", "run")
    for row in same.annotate(count=Count("pk")).filter(count__gt=1):
        yield f"study {row['study']} has {row['count']} jobs for one run"


def _forgotten_claims() -> Iterator[str]:
    jobs = InferenceJob.objects.running().filter(lease_expires_at__lt=timezone.now() - SWEPT_WITHIN)
    yield from _of(jobs, "job {} runs on a lease that ended long ago")


def _claimed_but_not_running() -> Iterator[str]:
    jobs = InferenceJob.objects.exclude(status=InferenceJob.Status.RUNNING)
    yield from _of(jobs.exclude(claim_id=None), "job {} is claimed but does not run")


def _waiting_for_nothing() -> Iterator[str]:
    late = timezone.now() - SWEPT_WITHIN
    jobs = InferenceJob.objects.waiting().filter(created_at__lt=late, available_at__lt=late)
    yield from _of(
        jobs.exclude(study__status=ImagingStudy.Status.AVAILABLE),
        "job {} waits although its study was withdrawn",
    )
    yield from _of(
        jobs.exclude(model_version__state__in=["active", "shadow"]),
        "job {} waits for a model version that is not in use",
    )


def _signed_without_signature() -> Iterator[str]:
    signatures = Review.objects.filter(report=OuterRef("pk")).exclude(decision="cannot-tell")
    reports = DiagnosticReport.objects.annotate(has_signature=Exists(signatures))
    is_signed = Q(status__in=["final", "amended"])
    yield from _of(
        reports.filter(is_signed, has_signature=False), "report {} is signed by no review"
    )
    yield from _of(
        reports.filter(status="preliminary", has_signature=True),
        "report {} was signed and reads as unsigned",
    )


def _standing_report_of_a_withdrawn_study() -> Iterator[str]:
    reports = DiagnosticReport.objects.exclude(study__status=ImagingStudy.Status.AVAILABLE)
    yield from _of(
        reports.exclude(status__in=["cancelled", "entered-in-error"]),
        "report {} stands although its study was withdrawn",
    )


def _machine_speaks_with_findings_or_abstains() -> Iterator[str]:
    reports = DiagnosticReport.objects.exclude(job=None).annotate(count=Count("findings"))
    yield from _of(
        reports.exclude(abstained_because="").exclude(count=0), "report {} abstains with findings"
    )
    for report in reports.filter(abstained_because="").select_related("job__model_version"):
        labels = {label["code"] for label in report.job.model_version.card["labels"]}
        if labels != set(report.findings.values_list("label", flat=True)):
            yield f"report {report.pk} has not exactly the labels of its model"


def _findings_that_contradict_themselves() -> Iterator[str]:
    findings = Finding.objects.filter(role="finding")
    wrong = Q(call="positive", probability__lt=F("threshold")) | Q(
        call="negative", probability__gte=F("negative_below")
    )
    yield from _of(findings.filter(wrong), "finding {} is not called as its thresholds say")
    yield from _of(
        Finding.objects.exclude(key_instance=None).exclude(
            key_instance__series__study=F("report__study")
        ),
        "finding {} points at a picture of another study",
    )


def _two_active_versions() -> Iterator[str]:
    active = ModelVersion.objects.active().values("classifier").annotate(count=Count("pk"))
    for row in active.filter(count__gt=1):
        yield f"classifier {row['classifier']} has {row['count']} active versions"


CHECKS = (
    _succeeded_without_report,
    _report_of_a_job_that_did_not_succeed,
    _report_about_another_study,
    _several_answers_to_one_question,
    _forgotten_claims,
    _claimed_but_not_running,
    _waiting_for_nothing,
    _signed_without_signature,
    _standing_report_of_a_withdrawn_study,
    _machine_speaks_with_findings_or_abstains,
    _findings_that_contradict_themselves,
    _two_active_versions,
)


def _of(rows, sentence: str) -> Iterator[str]:
    for pk in rows.values_list("pk", flat=True):
        yield sentence.format(pk)
