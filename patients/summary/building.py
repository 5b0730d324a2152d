"""Build the object that the summary page and its REST resource show, in few and fixed queries."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch

from imaging.models import ImagingStudy, Series
from inference.alerts import image_alerts
from inference.models import DiagnosticReport, InferenceJob
from patients.alerts import Alert, alerts_of_signs, most_urgent_first
from patients.models import (
    Allergy,
    Condition,
    Encounter,
    Medication,
    Note,
    Patient,
    VitalSigns,
)
from patients.monitoring import EarlyWarning, early_warnings
from patients.newest_values import sets_behind
from patients.summary.concordance import ConcordanceNote, concordance_notes

NEWEST_SETS = 50
NEWEST_STUDIES = 20
NEWEST_NOTES = 3


@dataclass(frozen=True)
class PatientSummary:
    """All that the summary shows; ``studies`` come with jobs, reports, findings and instances."""

    patient: Patient
    encounter: Encounter | None
    early_warning: EarlyWarning | None
    trend: tuple[VitalSigns, ...]
    """the newest sets, newest first"""
    behind: tuple[VitalSigns, ...]
    """older sets with a value that no set of the trend holds, newest first"""
    conditions: tuple[Condition, ...]
    allergies: tuple[Allergy, ...]
    medications: tuple[Medication, ...]
    notes: tuple[Note, ...]
    studies: tuple[ImagingStudy, ...]
    has_older_studies: bool
    alerts_of_signs: tuple[Alert, ...]
    alerts_of_images: tuple[Alert, ...]
    concordance: tuple[ConcordanceNote, ...]
    generated_at: datetime.datetime

    @property
    def signs(self) -> tuple[VitalSigns, ...]:
        """The sets that together hold the newest value of each sign, newest first."""
        return (*self.trend, *self.behind)

    @property
    def latest_vital_signs(self) -> VitalSigns | None:
        return self.trend[0] if self.trend else None

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return most_urgent_first([*self.alerts_of_signs, *self.alerts_of_images])


def build_summary(patient: Patient, *, now: datetime.datetime) -> PatientSummary:
    """Return the summary of a patient (fetched with ``site``) whom the caller may see."""
    early_warning = early_warnings([patient], now=now).get(patient.pk)
    studies = list(studies_with_results(patient)[: NEWEST_STUDIES + 1])
    shown = studies[:NEWEST_STUDIES]
    sets = patient.vital_signs.final().select_related("recorded_by").newest_first()
    trend = tuple(sets[:NEWEST_SETS])
    notes = patient.notes.final().select_related("written_by").newest_first()
    return PatientSummary(
        patient=patient,
        encounter=patient.encounters.open().select_related("created_by").first(),
        early_warning=early_warning,
        trend=trend,
        behind=tuple(sets_behind(patient, trend, read=NEWEST_SETS)),
        conditions=_active(patient.conditions),
        allergies=_active(patient.allergies),
        medications=_active(patient.medications),
        notes=tuple(notes[:NEWEST_NOTES]),
        studies=tuple(shown),
        has_older_studies=len(studies) > NEWEST_STUDIES,
        alerts_of_signs=tuple(alerts_of_signs(patient, early_warning)),
        alerts_of_images=tuple(image_alerts(patient)),
        concordance=tuple(concordance_notes(patient, shown, early_warning, now=now)),
        generated_at=now,
    )


def _active(facts) -> tuple:
    return tuple(facts.active().select_related("created_by"))


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
