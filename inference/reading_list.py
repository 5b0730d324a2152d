"""Studies that wait for a person: unsigned, abstained, failed or never seen by a network."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.locale_formats import number_text
from imaging.models import ImagingStudy, Instance
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.reading_room import CLOSED, pictures_of
from inference.statements import nothing_found

AT_MOST = 100
ANSWER_IS_EXPECTED_WITHIN = timedelta(minutes=5)
"""A film does not hide behind an analyser that does not come to it."""
URGENCY = (ImagingStudy.Priority.STAT, ImagingStudy.Priority.URGENT, ImagingStudy.Priority.ROUTINE)


@dataclass(frozen=True)
class Note:
    """What one voice says about a study, as short as a list needs: machine, abstain or waiting."""

    voice: str
    text: str


@dataclass(frozen=True)
class ToRead:
    """One line of the reading list."""

    study: ImagingStudy
    picture: Instance | None
    notes: tuple[Note, ...]
    wants_second_reader: bool


def studies_to_read(user) -> QuerySet[ImagingStudy]:
    """Return the studies of the user's sites that nobody has finished reading, most urgent first.

    What is still being analysed comes when the network has answered or failed, or takes too long.
    """
    of_study = {"study": OuterRef("pk")}
    reports = DiagnosticReport.objects.clinical().filter(**of_study)
    soon = timezone.now() - ANSWER_IS_EXPECTED_WITHIN
    unfinished = InferenceJob.objects.clinical().unfinished().filter(created_at__gt=soon)
    return (
        ImagingStudy.objects.of_own_sites(user)
        .available()
        .annotate(
            urgency=Case(
                *(When(priority=name, then=Value(place)) for place, name in enumerate(URGENCY)),
                output_field=IntegerField(),
            )
        )
        .filter(
            Exists(reports.unsigned())
            | Exists(reports.exclude(status__in=CLOSED).filter(needs_second_reader=True))
            | Q(~Exists(reports.exclude(status__in=CLOSED)), ~Exists(unfinished.filter(**of_study)))
        )
        .order_by("urgency", "created_at", "id")
    )


def reading_list(user) -> list[ToRead]:
    """Return the first lines of the list, in a fixed number of queries."""
    reports = (
        DiagnosticReport.objects.clinical()
        .exclude(status__in=CLOSED)
        .prefetch_related(Prefetch("findings", Finding.objects.defer("evidence")))
    )
    studies = (
        studies_to_read(user)
        .select_related("patient__site")
        .prefetch_related(
            "series__instances",
            Prefetch("reports", reports),
            Prefetch("jobs", InferenceJob.objects.clinical().order_by("created_at", "id")),
        )
    )
    return [_line(study) for study in studies[:AT_MOST]]


def next_to_read(user, *, after: ImagingStudy) -> ImagingStudy | None:
    """Return the most urgent study that waits, other than the one just read."""
    return studies_to_read(user).exclude(pk=after.pk).first()


def _line(study: ImagingStudy) -> ToRead:
    reports = list(study.reports.all())
    return ToRead(
        study=study,
        picture=next(iter(pictures_of(study)), None),
        notes=tuple(_notes(study, reports)),
        wants_second_reader=any(report.needs_second_reader for report in reports),
    )


def _notes(study: ImagingStudy, reports: list[DiagnosticReport]):
    for report in reports:
        if report.abstained_because:
            yield Note("abstain", _("cannot judge this picture"))
        elif report.job_id and not report.is_signed:
            yield from _machine_notes(report)
    if not reports:
        yield Note("waiting", _why_without_result(study))


def _why_without_result(study: ImagingStudy) -> str:
    failed = [job for job in study.jobs.all() if job.status == InferenceJob.Status.FAILED]
    if failed:
        return _("not analysed: %(reason)s") % {"reason": failed[-1].get_failure_code_display()}
    if any(not job.has_ended for job in study.jobs.all()):
        return _("not analysed yet")
    return _("no AI result") if study.jobs.all() else _("no classifier applies")


def _machine_notes(report: DiagnosticReport):
    """Yield what is over or between the thresholds; else that nothing is, which clears nothing."""
    findings = [one for one in report.findings.all() if one.role == Finding.Role.FINDING]
    for one in findings:
        if one.call == Finding.Call.POSITIVE:
            yield Note("machine", f"{one.display} {number_text(one.probability, 2)}")
        elif one.call == Finding.Call.UNCERTAIN:
            said = {"finding": one.display, "probability": number_text(one.probability, 2)}
            yield Note("machine", _("%(finding)s cannot be excluded %(probability)s") % said)
    if findings and all(one.call == Finding.Call.NEGATIVE for one in findings):
        yield Note("machine", nothing_found([one.display for one in findings]))
