"""A study on the summary: what it says, in whose voice, and what to do with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from aicare.templatetags.clock import in_words
from imaging.models import ImagingStudy, Instance
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.statements import UNSIGNED, Statement, cautions_of, statements

VOICES = {"machine": "machine", "person": "person", "abstained": "abstain"}
LEADS = {"machine": "AI, unsigned: ", "abstain": "AI: ", "person": "✓ "}
LONGEST_ON_CHART = 44
NOT_READ = "Not read by a person yet."


@dataclass(frozen=True)
class Said:
    """One statement in its speaker's voice."""

    voice: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Voice:
    """What one report says and the line below: a signature never stands below another's words."""

    said: tuple[Said, ...]
    below: str = ""


@dataclass(frozen=True)
class StudyCard:
    """One study with all that is said about it, report by report."""

    study: ImagingStudy
    picture: Instance | None
    voices: tuple[Voice, ...]
    is_read: bool
    is_pending: bool

    @property
    def on_chart(self) -> tuple:
        """When, what and in whose voice the score chart marks this study."""
        said = self.voices[0].said[0]
        if said.voice == "waiting":
            return self.study.started_at, f"{self.study}: not read yet", said.voice
        is_long = len(said.text) > LONGEST_ON_CHART
        text = f"{said.text[:LONGEST_ON_CHART]}…" if is_long else said.text
        lead = LEADS.get(said.voice, "")
        return self.study.started_at, f"{lead}{text}", said.voice


def study_cards(studies: Iterable[ImagingStudy]) -> list[StudyCard]:
    return [_card(study) for study in studies]


def _card(study: ImagingStudy) -> StudyCard:
    reports, jobs = list(study.reports.all()), list(study.jobs.all())
    reported = {report.job_id for report in reports}
    waiting = [job for job in jobs if not job.has_ended]
    failed = [
        job for job in jobs if job.pk not in reported and job.status == InferenceJob.Status.FAILED
    ]
    voices = [
        Voice(tuple(_said(one) for one in statements(report)), " ".join(_below(report)))
        for report in reports
    ]
    unread = NOT_READ if not reports else ""
    if waiting:
        voices.append(Voice((Said("waiting", "being analysed"),), unread))
    for job in failed:
        reason = f"not analysed: {job.get_failure_code_display()}"
        voices.append(Voice((Said("waiting", reason),), unread))
    if not jobs and not reports:
        voices.append(
            Voice((Said("waiting", "no classifier applies to this kind of picture"),), unread)
        )
    is_read = any(report.is_signed for report in reports) and not any(
        report.status == DiagnosticReport.Status.PRELIMINARY for report in reports
    )
    pictures = [one for series in study.series.all() for one in series.instances.all()]
    return StudyCard(
        study=study,
        picture=pictures[0] if pictures else None,
        voices=tuple(voices),
        is_read=is_read,
        is_pending=bool(waiting),
    )


def _said(one: Statement) -> Said:
    text = one.text.removeprefix(f"{UNSIGNED}: ")
    if one.probability is not None and one.speaker == "machine":
        text = f"{text.rstrip('.')} {one.probability:.2f}"
    return Said(VOICES[one.speaker], text, "" if one.signed else "unsigned")


def _below(report: DiagnosticReport):
    """Yield who signed and what the machine had said, or that nobody has read it."""
    version = report.job.model_version if report.job else None
    if report.is_signed:
        when = in_words(report.signed_at, now=timezone.now())
        yield f"Signed by {report.signed_by}, {when}."
        yield _machine_had_said(report) if version else "Read without the network."
    else:
        yield NOT_READ
        if version:
            kind = ", research model" if version.card.get("research_only") else ""
            yield f"{version.classifier} {version.version}{kind}."
            yield from cautions_of(report)
    if report.needs_second_reader:
        yield "A reader could not tell: a second reader is asked."


def _machine_had_said(report: DiagnosticReport) -> str:
    found = [
        f"{one.display} {one.probability:.2f}"
        for one in report.findings.all()
        if one.call in {Finding.Call.POSITIVE, Finding.Call.UNCERTAIN}
    ]
    if report.abstained_because:
        return "AI had said: cannot judge."
    return f"AI had said: {', '.join(found) or 'nothing above its thresholds'}."
