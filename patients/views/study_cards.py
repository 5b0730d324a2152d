"""A study on the summary: what it says, in whose voice, and what to do with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.locale_formats import number_text
from aicare.templatetags.clock import in_words
from imaging.models import ImagingStudy, Instance
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.statements import Statement, cautions_of, statements
from patients.charts.image_lane import ImageMark

VOICES = {"machine": "machine", "person": "person", "abstained": "abstain"}
NOT_READ = gettext_lazy("Not read by a person yet.")


@dataclass(frozen=True)
class Said:
    """One statement in its speaker's voice."""

    voice: str
    text: str
    note: str = ""
    call: str = ""

    @property
    def waits_with_a_finding(self) -> bool:
        """Whether a machine called something, or was in doubt, and nobody has signed it."""
        return self.voice == "machine" and self.call != Finding.Call.NEGATIVE


@dataclass(frozen=True)
class Voice:
    """What one report says and the line below: a signature never stands below another's words."""

    said: tuple[Said, ...]
    below: str = ""
    cautions: str = ""
    """what is known against the model, while its result is unsigned"""


@dataclass(frozen=True)
class StudyCard:
    """One study with all that is said about it, report by report."""

    study: ImagingStudy
    picture: Instance | None
    voices: tuple[Voice, ...]
    is_read: bool
    is_pending: bool

    @property
    def on_chart(self) -> ImageMark:
        """How the drawing of the score marks this study: by the first thing that is said.

        A finding that waits for a person comes before what another report says is clear.
        """
        everything = [said for voice in self.voices for said in voice.said]
        said = next((one for one in everything if one.waits_with_a_finding), everything[0])
        if said.voice == "waiting":
            text = _("%(image)s: not read yet") % {"image": self.study}
        else:
            text = f"{said.note}: {said.text}" if said.note else said.text
        return ImageMark(self.study.started_at, said.voice, text)


def study_cards(studies: Iterable[ImagingStudy]) -> list[StudyCard]:
    return [_card(study) for study in studies]


def _card(study: ImagingStudy) -> StudyCard:
    reports, jobs = list(study.reports.all()), list(study.jobs.all())
    reported = {report.job_id for report in reports}
    waiting = [job for job in jobs if not job.has_ended]
    failed = [job for job in jobs if job.pk not in reported and _stays_failed(job, jobs)]
    voices = [
        Voice(_said_by(report), " ".join(_below(report)), _cautions(report)) for report in reports
    ]
    unread = NOT_READ if not reports else ""
    voices += [Voice((Said("waiting", text),), unread) for text in _about_jobs(waiting, failed)]
    if not voices:
        text = _("not analysed: the analysis was stopped")
        if not jobs:
            text = _("no classifier applies to this kind of picture")
        voices.append(Voice((Said("waiting", text),), unread))
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


def _about_jobs(waiting, failed):
    if waiting:
        yield _("being analysed")
    for job in failed:
        yield _("not analysed: %(why)s") % {"why": job.get_failure_code_display()}


def _said_by(report: DiagnosticReport) -> tuple[Said, ...]:
    """Return what a report says; one without a single call still says so."""
    said = tuple(_said(one) for one in statements(report))
    return said or (Said("abstain", _("no result")),)


def _stays_failed(job: InferenceJob, jobs: list[InferenceJob]) -> bool:
    """Tell whether a job failed and the same classifier was not asked again."""
    if job.status != InferenceJob.Status.FAILED:
        return False
    mine = job.model_version.classifier
    return not any(
        one.model_version.classifier == mine and one.created_at > job.created_at for one in jobs
    )


def _said(one: Statement) -> Said:
    text = one.sentence
    if one.probability is not None and one.speaker == "machine":
        text = f"{text.rstrip('.')} {number_text(one.probability, 2)}"
    return Said(VOICES[one.speaker], text, "" if one.signed else _("unsigned"), one.call)


def _below(report: DiagnosticReport):
    """Yield who signed and what the machine had said, or that nobody has read it."""
    version = report.job.model_version if report.job else None
    if report.is_signed:
        when = in_words(report.signed_at, now=timezone.now())
        yield _("Signed by %(name)s, %(when)s.") % {"name": report.signed_by, "when": when}
        yield _machine_had_said(report) if version else _("Read without the network.")
    else:
        # Who could not tell has read it, too.
        if not report.needs_second_reader:
            yield str(NOT_READ)
        if version:
            model = {"model": f"{version.classifier} {version.version}"}
            is_research = version.card.get("research_only")
            yield _("%(model)s, research model.") % model if is_research else f"{model['model']}."
    if report.needs_second_reader:
        yield _("A reader could not tell: a second reader is asked.")


def _cautions(report: DiagnosticReport) -> str:
    return "" if report.is_signed else " ".join(cautions_of(report))


def _machine_had_said(report: DiagnosticReport) -> str:
    found = [
        f"{one.display} {number_text(one.probability, 2)}"
        for one in report.findings.all()
        if one.call in {Finding.Call.POSITIVE, Finding.Call.UNCERTAIN}
    ]
    if report.abstained_because:
        return _("AI had said: cannot judge.")
    if not found:
        return _("AI had said: nothing above its thresholds.")
    return _("AI had said: %(findings)s.") % {"findings": ", ".join(found)}
