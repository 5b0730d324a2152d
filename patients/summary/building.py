"""Build the object that the summary page and its REST resource show, in few and fixed queries."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch

from imaging.models import ImagingStudy, Series
from inference.models import DiagnosticReport, InferenceJob
from patients.models import Allergy, Condition, Encounter, Medication, Patient, VitalSigns
from patients.monitoring import EarlyWarning, early_warnings
from patients.summary.alerts import Alert, alerts_of

NEWEST_SETS = 50
NEWEST_STUDIES = 20


@dataclass(frozen=True)
class PatientSummary:
    """All that the summary shows; ``studies`` come with jobs, reports, findings and instances."""

    patient: Patient
    encounter: Encounter | None
    early_warning: EarlyWarning | None
    trend: tuple[VitalSigns, ...]
    """the newest sets, newest first"""
    conditions: tuple[Condition, ...]
    allergies: tuple[Allergy, ...]
    medications: tuple[Medication, ...]
    studies: tuple[ImagingStudy, ...]
    has_older_studies: bool
    alerts: tuple[Alert, ...]
    generated_at: datetime.datetime

    @property
    def latest_vital_signs(self) -> VitalSigns | None:
        return self.trend[0] if self.trend else None


def build_summary(patient: Patient, *, now: datetime.datetime) -> PatientSummary:
    """Return the summary of a patient (fetched with ``site``) whom the caller may see."""
    early_warning = early_warnings([patient], now=now).get(patient.pk)
    studies = list(studies_with_results(patient)[: NEWEST_STUDIES + 1])
    sets = patient.vital_signs.final().select_related("recorded_by").newest_first()
    return PatientSummary(
        patient=patient,
        encounter=patient.encounters.open().first(),
        early_warning=early_warning,
        trend=tuple(sets[:NEWEST_SETS]),
        conditions=tuple(patient.conditions.active().select_related("created_by")),
        allergies=tuple(patient.allergies.active().select_related("created_by")),
        medications=tuple(patient.medications.active().select_related("created_by")),
        studies=tuple(studies[:NEWEST_STUDIES]),
        has_older_studies=len(studies) > NEWEST_STUDIES,
        alerts=tuple(alerts_of(patient, early_warning)),
        generated_at=now,
    )


def studies_with_results(patient: Patient):
    """Return the patient's standing studies, newest first, with all that a list of them shows."""
    reports = (
        DiagnosticReport.objects.clinical()
        .exclude(status__in=["cancelled", "entered-in-error"])
        .with_content()
    )
    jobs = InferenceJob.objects.clinical().defer("model_version__card")
    return (
        ImagingStudy.objects.filter(patient=patient)
        .available()
        .order_by("-started_at", "-id")
        .prefetch_related(
            Prefetch("reports", queryset=reports),
            Prefetch("jobs", queryset=jobs.select_related("model_version")),
            Prefetch("series", queryset=Series.objects.prefetch_related("instances")),
        )
    )
