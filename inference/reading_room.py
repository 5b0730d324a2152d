"""What the reading room shows of one study, fetched in a fixed number of queries."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from imaging.models import ImagingStudy, Instance
from inference.models import DiagnosticReport, Finding, InferenceJob
from patients.models import VitalSigns

NEWEST_PRIORS = 6
SIGNS_SOON_AFTER = timedelta(hours=6)
CLOSED = [DiagnosticReport.Status.CANCELLED, DiagnosticReport.Status.ENTERED_IN_ERROR]


@dataclass(frozen=True)
class Answer:
    """What one classifier made of the study, or what a person reported without any."""

    job: InferenceJob | None
    report: DiagnosticReport | None

    @property
    def is_pending(self) -> bool:
        return self.report is None and self.job is not None and not self.job.has_ended

    @property
    def is_failed(self) -> bool:
        return self.report is None and self.job is not None and self.job.has_ended

    @property
    def is_unsigned(self) -> bool:
        return self.report is not None and not self.report.is_signed


@dataclass(frozen=True)
class Reading:
    """One study with everything that its page tells."""

    study: ImagingStudy
    pictures: tuple[Instance, ...]
    answers: tuple[Answer, ...]

    @property
    def is_pending(self) -> bool:
        return any(answer.is_pending for answer in self.answers)

    @property
    def has_report(self) -> bool:
        return any(answer.report for answer in self.answers)

    @property
    def is_read(self) -> bool:
        """Every report is signed and nothing is on its way."""
        return self.has_report and not any(
            answer.is_unsigned or answer.is_pending for answer in self.answers
        )

    @property
    def has_machine_part(self) -> bool:
        return any(answer.job for answer in self.answers)

    @property
    def was_asked(self) -> bool:
        """Some classifier read, or was to read, these pictures."""
        return bool(self.study.jobs.all())

    def findings(self) -> list[Finding]:
        reports = [answer.report for answer in self.answers if answer.report]
        return [finding for report in reports for finding in report.findings.all()]


@dataclass(frozen=True)
class Prior:
    """Another study of the same patient."""

    study: ImagingStudy
    picture: Instance | None
    is_comparable: bool

    @property
    def state(self) -> str:
        reports = self.study.reports.all()
        if not reports:
            return _("not read")
        all_signed = all(report.is_signed for report in reports)
        return _("signed") if all_signed else _("unsigned")


def with_reading(studies):
    """Prefetch what ``reading_of`` reads, whatever the number of pictures and reports."""
    findings = Finding.objects.defer("evidence").annotate(
        has_evidence=Q(evidence__isnull=False, key_instance__isnull=False)
    )
    reports = (
        DiagnosticReport.objects.clinical()
        .exclude(status__in=CLOSED)
        .select_related("job__model_version", "signed_by", "operating_point")
        .prefetch_related(Prefetch("findings", findings), "reviews__reviewer")
        .order_by("created_at", "id")
    )
    jobs = InferenceJob.objects.clinical().select_related("model_version")
    return studies.select_related("patient__site", "created_by").prefetch_related(
        "series__instances",
        Prefetch("reports", reports),
        Prefetch("jobs", jobs.order_by("created_at", "id")),
    )


def reading_of(study: ImagingStudy) -> Reading:
    """Return the page's content for a study that came through ``with_reading``."""
    return Reading(study=study, pictures=tuple(pictures_of(study)), answers=tuple(_answers(study)))


def signs_at(study: ImagingStudy) -> VitalSigns | None:
    """Return the newest set before the picture, or else the first one soon after it."""
    sets = VitalSigns.objects.final().filter(patient=study.patient_id)
    before = sets.filter(measured_at__lte=study.started_at).newest_first().first()
    if before:
        return before
    soon = (study.started_at, study.started_at + SIGNS_SOON_AFTER)
    return sets.filter(measured_at__range=soon).order_by("measured_at", "id").first()


def priors_of(study: ImagingStudy, user) -> list[Prior]:
    """Return the patient's other studies that ``user`` may see, those of the same kind first."""
    reports = DiagnosticReport.objects.clinical().exclude(status__in=CLOSED)
    others = (
        ImagingStudy.objects.visible_to(user)
        .available()
        .filter(patient=study.patient_id)
        .exclude(pk=study.pk)
        .annotate(is_like=Q(body_part=study.body_part, started_at__lte=study.started_at))
        .prefetch_related("series__instances", Prefetch("reports", reports))
        .order_by("-is_like", "-started_at", "-id")[:NEWEST_PRIORS]
    )
    return [_prior(one) for one in others]


def _prior(other: ImagingStudy) -> Prior:
    picture = next(iter(pictures_of(other)), None)
    return Prior(study=other, picture=picture, is_comparable=other.is_like and picture is not None)


def pictures_of(study: ImagingStudy) -> list[Instance]:
    return [one for series in study.series.all() for one in series.instances.all()]


def _answers(study: ImagingStudy):
    """Yield reports and, of each classifier, the newest request that has not led to one."""
    reports = list(study.reports.all())
    newest = {job.model_version.classifier: job for job in study.jobs.all()}
    for report in reports:
        yield Answer(job=report.job, report=report)
    answered = {report.job.model_version.classifier for report in reports if report.job}
    for classifier, job in newest.items():
        # A request that was cancelled says nothing where another version has answered.
        is_moot = job.status == InferenceJob.Status.CANCELLED and classifier in answered
        if job.status != InferenceJob.Status.SUCCEEDED and not is_moot:
            yield Answer(job=job, report=None)
