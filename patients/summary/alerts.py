"""What needs a person now: the alerts of one patient's summary."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from imaging.models import ImagingStudy
from imaging.services import pictures_under_another_patient
from inference.models import DiagnosticReport, InferenceJob
from inference.statements import attention_of, statements
from patients.models import Patient, VitalSigns
from patients.monitoring import EarlyWarning

MOST_STUDIES = 20


@dataclass(frozen=True)
class Alert:
    """One thing that needs a person; severity high (act), warning (look) or note (know)."""

    code: str
    severity: str
    title: str
    text: str
    since: datetime.datetime | None
    study_id: UUID | None = None
    machine_speaks: bool = False
    """the text holds a result that nobody has signed: pages show it in the machine's voice"""


def alerts_of(patient: Patient, early_warning: EarlyWarning | None) -> Iterator[Alert]:
    """Yield what needs attention, the most urgent first."""
    if early_warning:
        yield from _about_score(patient, early_warning)
    yield from _about_identity(patient)
    yield from _about_reports_that_wait(patient)
    yield from _about_failed_analyses(patient)


def _about_score(patient: Patient, warning: EarlyWarning) -> Iterator[Alert]:
    if warning.next_due_at is None:
        # Nobody observes: the patient was discharged or has died, or no score applies.
        return
    if warning.risk == VitalSigns.Risk.HIGH:
        phone = patient.site.emergency_phone
        yield Alert(
            "high_risk",
            "high",
            "High risk: call the emergency team",
            f"{_score_sentence(warning)}{f' Emergency number {phone}.' if phone else ''}",
            warning.decisive.measured_at,
        )
    if warning.overdue:
        text = "Record a set of vital signs."
        since = warning.next_due_at
        yield Alert("set_overdue", "warning", "The next set is overdue", text, since)


def _score_sentence(warning: EarlyWarning) -> str:
    """Say which set gives the high risk: not always the newest one, for none softens another."""
    decisive = warning.decisive
    if decisive.is_complete:
        return f"NEWS2 {decisive.score}."
    if warning.latest_complete is not None:
        return f"A later incomplete set scores at least {decisive.score_min}."
    return f"NEWS2 at least {decisive.score_min}, with values missing."


def _about_identity(patient: Patient) -> Iterator[Alert]:
    for study in pictures_under_another_patient(patient):
        yield Alert(
            "possible_wrong_patient",
            "high",
            "Possible wrong patient",
            f"{study}: the same picture is stored under another patient too. Check whose it is.",
            study.created_at,
            study.pk,
        )


def _about_reports_that_wait(patient: Patient) -> Iterator[Alert]:
    waiting = (
        DiagnosticReport.objects.clinical()
        .exclude(status__in=["cancelled", "entered-in-error"])
        .with_content()
        .select_related("study")
        .filter(study__patient=patient, study__status=ImagingStudy.Status.AVAILABLE)
        .filter(
            Q(
                status=DiagnosticReport.Status.PRELIMINARY,
                pk__in=DiagnosticReport.objects.filter(findings__call="positive").values("pk"),
            )
            | Q(needs_second_reader=True)
        )
        .order_by("created_at")
    )
    for report in waiting[:MOST_STUDIES]:
        title, text = attention_of(report)
        code = "second_reader_needed" if report.needs_second_reader else "finding_unsigned"
        speaks = any(one.speaker == "machine" for one in statements(report))
        yield Alert(code, "note", title, text, report.created_at, report.study_id, speaks)


def _about_failed_analyses(patient: Patient) -> Iterator[Alert]:
    signed = DiagnosticReport.objects.filter(status__in=["final", "amended"])
    failed = (
        InferenceJob.objects.clinical()
        .filter(
            study__patient=patient,
            study__status=ImagingStudy.Status.AVAILABLE,
            status=InferenceJob.Status.FAILED,
        )
        .exclude(study__in=signed.values("study"))
        .select_related("study")
        .order_by("finished_at")
    )
    for job in failed[:MOST_STUDIES]:
        why = job.get_failure_code_display()
        yield Alert(
            "not_analysed",
            "note",
            f"{job.study}: not analysed",
            f"{why[:1].upper()}{why[1:]}. A person must read it.",
            job.finished_at,
            job.study_id,
        )
