"""The ward board: who is here, how they are, whose set is due, what an image waits for."""

import datetime
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils import timezone

from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.statements import statements
from patients.banner import short_time
from patients.models import Encounter
from patients.monitoring import EarlyWarning, early_warnings
from patients.wording import Badge, age_words, badge_of, trend_of, urgency

CLOSED = (DiagnosticReport.Status.CANCELLED, DiagnosticReport.Status.ENTERED_IN_ERROR)
LONGEST_TEXT = 90
FAR_AWAY = datetime.datetime.max.replace(tzinfo=datetime.UTC)
CANNOT_JUDGE = {
    "outside_intended_use": "cannot judge: not made for this picture",
    "unlike_training_data": "cannot judge: unlike the pictures it has learnt",
    "blank_image": "cannot judge: blank picture",
}


@dataclass(frozen=True)
class ImageNote:
    """What an image says or waits for, and who says it: machine, person, abstain or waiting."""

    voice: str
    text: str
    study_id: UUID
    note: str = ""
    needs_reading: bool = False


@dataclass(frozen=True)
class OnWard:
    """One open stay with what the board tells about it."""

    encounter: Encounter
    early_warning: EarlyWarning | None
    badge: Badge
    trend: tuple[str, str]
    age: str
    images: tuple[ImageNote, ...]

    @property
    def patient(self):
        return self.encounter.patient

    @property
    def is_overdue(self) -> bool:
        return self.early_warning is not None and self.early_warning.overdue

    @property
    def is_partial(self) -> bool:
        """Whether the newest set waits to be completed."""
        return self.early_warning is not None and bool(self.early_warning.latest.missing)

    @property
    def unsigned_findings(self) -> list[ImageNote]:
        return [note for note in self.images if note.voice == "machine"]

    @property
    def order(self):
        """Most urgent first, then whose set is due earliest, then by name."""
        due = self.early_warning.next_due_at if self.early_warning else None
        return urgency(self.badge.risk), due or FAR_AWAY, self.patient.name


def wards_of(user) -> list[tuple[str, int]]:
    """Return the wards with open stays that ``user`` may see, and how many."""
    open_stays = Encounter.objects.visible_to(user).open()
    return sorted(Counter(open_stays.values_list("ward", flat=True)).items())


def build_board(user, *, now: datetime.datetime, ward: str | None = None) -> list[OnWard]:
    """Return the open stays, the most urgent first, in a fixed number of queries."""
    stays = Encounter.objects.visible_to(user).open().select_related("patient__site")
    if ward is not None:
        stays = stays.filter(ward=ward)
    stays = list(stays)
    warnings = early_warnings([stay.patient for stay in stays], now=now)
    notes = image_notes_of([stay.patient_id for stay in stays])
    today = timezone.localdate(now)
    board = [
        OnWard(
            encounter=stay,
            early_warning=warnings.get(stay.patient_id),
            badge=badge_of(warnings.get(stay.patient_id), lambda moment: short_time(moment, now)),
            trend=trend_of(warnings.get(stay.patient_id)),
            age=age_words(stay.patient, today),
            images=tuple(notes.get(stay.patient_id, ())),
        )
        for stay in stays
    ]
    return sorted(board, key=lambda one: one.order)


def image_notes_of(patient_ids) -> dict[UUID, list[ImageNote]]:
    """Return for each patient what unsigned images say, or else what the newest one says."""
    newest = ImagingStudy.objects.available().filter(patient=OuterRef("patient"))
    is_newest = Q(pk=Subquery(newest.order_by("-started_at", "-id").values("pk")[:1]))
    is_unsigned = Q(reports__status=DiagnosticReport.Status.PRELIMINARY)
    studies = (
        ImagingStudy.objects.available()
        .filter(is_newest | is_unsigned, patient__in=patient_ids)
        .distinct()
        .order_by("-started_at", "-id")
    )
    notes: dict[UUID, list[ImageNote]] = {}
    for study in with_results(studies):
        known = notes.setdefault(study.patient_id, [])
        said = image_notes(study)
        known += said if not known else [note for note in said if note.needs_reading]
    return notes


def with_results(studies):
    """Prefetch what ``image_notes`` reads."""
    reports = (
        DiagnosticReport.objects.clinical()
        .exclude(status__in=CLOSED)
        .select_related("signed_by", "job__model_version")
        .prefetch_related(
            Prefetch("findings", Finding.objects.defer("evidence")), "reviews__reviewer"
        )
    )
    jobs = InferenceJob.objects.clinical().select_related("model_version")
    return studies.prefetch_related(Prefetch("reports", reports), Prefetch("jobs", jobs))


def image_notes(study: ImagingStudy) -> list[ImageNote]:
    """Return what a study says, each in its speaker's voice; every study says something."""
    reports, jobs = list(study.reports.all()), list(study.jobs.all())
    notes = [note for report in reports for note in _of_report(study, report)]
    reported = {report.job_id for report in reports}
    states = {job.status for job in jobs if job.pk not in reported}
    if states & {InferenceJob.Status.QUEUED, InferenceJob.Status.RUNNING}:
        notes.append(ImageNote("waiting", f"{study}: being analysed", study.pk))
    elif InferenceJob.Status.FAILED in states and not notes:
        notes.append(
            ImageNote("waiting", f"{study}: not analysed, not read yet", study.pk, "", True)
        )
    return notes or [ImageNote("waiting", f"{study}: not read yet", study.pk, "", True)]


def _of_report(study, report: DiagnosticReport) -> list[ImageNote]:
    if report.is_signed:
        said = [one.text for one in statements(report)]
        return [ImageNote("person", _shortened(said[0] if said else "read and signed"), study.pk)]
    asks = "unsigned, second reader asked" if report.needs_second_reader else "unsigned"
    if report.abstained_because:
        text = CANNOT_JUDGE.get(report.abstained_because, "cannot judge this picture")
        return [ImageNote("abstain", text, study.pk, asks, True)]
    return [
        ImageNote("machine", text, study.pk, asks, True)
        for text in _machine_texts(report) or ["nothing above its thresholds"]
    ]


def _machine_texts(report: DiagnosticReport) -> list[str]:
    words = {Finding.Call.POSITIVE: "", Finding.Call.UNCERTAIN: "uncertain: "}
    return [
        f"{words[finding.call]}{finding.display} {finding.probability:.2f}"
        for finding in report.findings.all()
        if finding.call in words
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1].rstrip()}…"
