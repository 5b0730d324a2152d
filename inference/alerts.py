"""What a patient's images ask of a person: to be read, to be looked at again, to be sorted out."""

from collections.abc import Iterator

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from imaging.models import ImagingStudy
from imaging.services import pictures_under_another_patient
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.statements import attention_of, statements
from patients.alerts import Alert
from patients.models import Patient

MOST_STUDIES = 20
MOST_URGENT_STUDY_FIRST = Case(
    When(study__priority=ImagingStudy.Priority.STAT, then=Value(0)),
    When(study__priority=ImagingStudy.Priority.URGENT, then=Value(1)),
    default=Value(2),
)


def image_alerts(patient: Patient) -> list[Alert]:
    """Return what waits for a person, the most urgent first, in a fixed number of queries."""
    return [
        *_about_identity(patient),
        *_about_reports_that_wait(patient),
        *_about_failed_analyses(patient),
    ]


def _about_identity(patient: Patient) -> Iterator[Alert]:
    for study in pictures_under_another_patient(patient):
        said = _(
            "%(image)s: the same picture is stored under another patient too. Check whose it is."
        )
        yield Alert(
            "possible_wrong_patient",
            "high",
            _("Possible wrong patient"),
            said % {"image": study},
            study.created_at,
            study.pk,
            image_at=study.started_at,
        )


def _about_reports_that_wait(patient: Patient) -> Iterator[Alert]:
    """Yield unsigned reports with a finding, also an uncertain one, and doubts of readers."""
    found = Finding.objects.filter(report=OuterRef("pk"))
    waiting = (
        DiagnosticReport.objects.clinical()
        .exclude(status__in=["cancelled", "entered-in-error"])
        .with_content()
        .select_related("study")
        .filter(study__patient=patient, study__status=ImagingStudy.Status.AVAILABLE)
        .alias(
            is_positive=Exists(found.filter(call=Finding.Call.POSITIVE)),
            is_uncertain=Exists(found.filter(call=Finding.Call.UNCERTAIN)),
        )
        .filter(
            Q(status=DiagnosticReport.Status.PRELIMINARY)
            & (Q(is_positive=True) | Q(is_uncertain=True))
            | Q(needs_second_reader=True)
        )
        .order_by(MOST_URGENT_STUDY_FIRST, "-is_positive", "created_at", "id")
    )
    for report in waiting[:MOST_STUDIES]:
        title, text = attention_of(report)
        code = "second_reader_needed" if report.needs_second_reader else "finding_unsigned"
        speaks = any(one.speaker == "machine" for one in statements(report))
        yield Alert(
            code,
            "note",
            title,
            text,
            report.created_at,
            report.study_id,
            speaks,
            image_at=report.study.started_at,
        )


def _about_failed_analyses(patient: Patient) -> Iterator[Alert]:
    signed = DiagnosticReport.objects.filter(
        study=OuterRef("study"), status__in=["final", "amended"]
    )
    tried_again = InferenceJob.objects.filter(
        study=OuterRef("study"),
        model_version__classifier=OuterRef("model_version__classifier"),
        created_at__gt=OuterRef("created_at"),
    )
    failed = (
        InferenceJob.objects.clinical()
        .filter(
            ~Exists(signed),
            ~Exists(tried_again),
            study__patient=patient,
            study__status=ImagingStudy.Status.AVAILABLE,
            status=InferenceJob.Status.FAILED,
        )
        .select_related("study")
        .order_by(MOST_URGENT_STUDY_FIRST, "finished_at", "id")
    )
    for job in failed[:MOST_STUDIES]:
        why = str(job.get_failure_code_display())
        yield Alert(
            "not_analysed",
            "note",
            _("%(image)s: not analysed") % {"image": job.study},
            _("%(why)s. A person must read it.") % {"why": f"{why[:1].upper()}{why[1:]}"},
            job.finished_at,
            job.study_id,
            image_at=job.study.started_at,
        )
