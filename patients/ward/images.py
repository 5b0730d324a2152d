"""What images say or wait for on the ward board, and who says it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from aicare.locale_formats import number_text
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.statements import statements

CLOSED = (DiagnosticReport.Status.CANCELLED, DiagnosticReport.Status.ENTERED_IN_ERROR)
LONGEST_TEXT = 90
# A row of the board has room for two studies that wait for a reader; the rest is counted.
MOST_UNREAD = 2
MOST_NOTES = 4


@dataclass(frozen=True)
class ImageNote:
    """What an image says or waits for, and who says it: machine, person, abstain or waiting."""

    voice: str
    text: str
    study_id: UUID
    note: str = ""
    needs_reading: bool = False


@dataclass
class OnImages:
    """The notes of one patient; ``unread`` counts every study with a report nobody has signed."""

    notes: list[ImageNote] = field(default_factory=list)
    unread: int = 0
    unread_shown: int = 0

    @property
    def unread_left_out(self) -> int:
        return self.unread - self.unread_shown

    def add(self, study: ImagingStudy) -> None:
        """Add the notes of a study, the newest first; where there is no room, it is counted."""
        said = image_notes(study)
        if self.notes:
            said = [note for note in said if note.needs_reading]
        fits = not self.notes or len(self.notes) + len(said) <= MOST_NOTES
        self.notes += said if fits else []
        if study.is_unsigned:
            self.unread = study.alike
            self.unread_shown += fits


def images_of(patient_ids: Iterable[UUID]) -> dict[UUID, OnImages]:
    """Return for each patient what the newest unsigned images say, and what the newest one says."""
    found: dict[UUID, OnImages] = defaultdict(OnImages)
    for study in with_results(_studies_to_show(patient_ids)):
        found[study.patient_id].add(study)
    return found


def _studies_to_show(patient_ids):
    """Return the newest study of each patient and the newest that nobody has signed.

    However many studies somebody has, few rows leave the database.
    """
    unsigned = DiagnosticReport.objects.clinical().unsigned().filter(study=OuterRef("pk"))
    newest_first = [F("started_at").desc(), F("id").desc()]
    alike = [F("patient"), F("is_unsigned")]
    return (
        ImagingStudy.objects.available()
        .filter(patient__in=list(patient_ids))
        .annotate(is_unsigned=Exists(unsigned))
        .annotate(
            place=Window(RowNumber(), partition_by=[F("patient")], order_by=newest_first),
            place_of_its_kind=Window(RowNumber(), partition_by=alike, order_by=newest_first),
            alike=Window(Count("pk"), partition_by=alike),
        )
        .filter(Q(place=1) | Q(is_unsigned=True, place_of_its_kind__lte=MOST_UNREAD))
        .order_by("-started_at", "-id")
    )


def with_results(studies):
    """Prefetch what ``image_notes`` reads."""
    reports = DiagnosticReport.objects.clinical().exclude(status__in=CLOSED).with_content()
    jobs = InferenceJob.objects.clinical().only("study", "status")
    return studies.prefetch_related(Prefetch("reports", reports), Prefetch("jobs", jobs))


def image_notes(study: ImagingStudy) -> list[ImageNote]:
    """Return what a study says, each in its speaker's voice; every study says something."""
    reports, jobs = list(study.reports.all()), list(study.jobs.all())
    notes = [note for report in reports for note in _of_report(study, report)]
    reported = {report.job_id for report in reports}
    states = {job.status for job in jobs if job.pk not in reported}
    if states & {InferenceJob.Status.QUEUED, InferenceJob.Status.RUNNING}:
        notes.append(_waits(study, _("%(study)s: being analysed"), needs_reading=False))
    elif InferenceJob.Status.FAILED in states and not notes:
        notes.append(_waits(study, _("%(study)s: not analysed, not read yet")))
    return notes or [_waits(study, _("%(study)s: not read yet"))]


def _waits(study, text: str, *, needs_reading: bool = True) -> ImageNote:
    said = text % {"study": study}
    return ImageNote("waiting", said, study.pk, needs_reading=needs_reading)


def _of_report(study, report: DiagnosticReport) -> list[ImageNote]:
    if report.is_signed:
        said = [one.text for one in statements(report)]
        text = _shortened(said[0]) if said else _("read and signed")
        return [ImageNote("person", text, study.pk)]
    unsigned = _("unsigned, second reader asked") if report.needs_second_reader else _("unsigned")
    if report.abstained_because:
        return [ImageNote("abstain", _cannot_judge(report), study.pk, unsigned, True)]
    return [
        ImageNote("machine", text, study.pk, unsigned, True)
        for text in _machine_texts(report) or [_("nothing above its thresholds")]
    ]


def _cannot_judge(report: DiagnosticReport) -> str:
    reasons = {
        "outside_intended_use": _("cannot judge: not made for this picture"),
        "unlike_training_data": _("cannot judge: unlike the pictures it has learnt"),
        "blank_image": _("cannot judge: blank picture"),
    }
    return reasons.get(report.abstained_because, _("cannot judge this picture"))


def _machine_texts(report: DiagnosticReport) -> list[str]:
    return [text for finding in report.findings.all() if (text := _machine_text(finding))]


def _machine_text(finding: Finding) -> str:
    said = f"{finding.display} {number_text(finding.probability, 2)}"
    if finding.call == Finding.Call.POSITIVE:
        return said
    uncertain = finding.call == Finding.Call.UNCERTAIN
    return _("uncertain: %(finding)s") % {"finding": said} if uncertain else ""


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1].rstrip()}…"
