"""Record a set of vital signs, correct it by a new one, or withdraw it."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict
from patients.checks import check_absent_reasons, check_moment, measured
from patients.early_warning import RULE, assess
from patients.models import Patient, VitalSigns
from patients.questions import EarlierWeight, questions_about
from patients.services.asking import Confirmed, ask
from patients.services.history import check_reason, refuse_if_stale, save_new_version
from patients.services.locking import lock_for_writing, refuse_if_moved
from patients.units import Entered
from patients.vital_signs_table import MEASUREMENT_FIELDS

ALREADY_CORRECTED = "already_corrected"


@transaction.atomic
def record_vital_signs(
    *,
    patient: Patient,
    recorded_by,
    measured_at: datetime.datetime,
    measurements: Mapping[str, Any],
    confirmed: Confirmed = (),
    note: str = "",
    source: str = VitalSigns.Source.MANUAL,
    absent_reasons: Mapping[str, str] | None = None,
) -> VitalSigns:
    """Store a set with its score by today's rule.

    A number in ``measurements`` is plain or ``Entered``. ``confirmed`` holds the codes of the
    questions that were answered, or True for all that are raised.
    """
    patient = lock_for_writing(patient)
    vital_signs = _checked_set(
        patient, measured_at, measurements, confirmed, absent_reasons or {},
        saturation_scale=patient.saturation_scale,
    )  # fmt: skip
    vital_signs.source, vital_signs.note = source, note.strip()
    _save(vital_signs, recorded_by)
    _record(recorded_by, "vital-signs.recorded", vital_signs)
    return vital_signs


@transaction.atomic
def correct_vital_signs(
    *,
    vital_signs: VitalSigns,
    corrected_by,
    reason: str,
    measurements: Mapping[str, Any] | None = None,
    measured_at: datetime.datetime | None = None,
    confirmed: Confirmed = (),
    note: str | None = None,
    absent_reasons: Mapping[str, str] | None = None,
    expected_version: int | None = None,
) -> VitalSigns:
    """Mark a set as entered in error and store a new one in its place.

    A measurement that is not named keeps its value, one given as None is taken out. The new set is
    scored by today's rule on the saturation scale that the old one was scored on.
    """
    patient = lock_for_writing(vital_signs.patient)
    _mark_in_error(vital_signs, corrected_by, reason, expected_version)
    replacement = _checked_set(
        patient,
        measured_at or vital_signs.measured_at,
        _as_entered_before(vital_signs) | dict(measurements or {}),
        confirmed,
        _reasons_after(vital_signs, measurements or {}, absent_reasons),
        saturation_scale=vital_signs.saturation_scale,
    )
    replacement.source = vital_signs.source
    replacement.note = vital_signs.note if note is None else note.strip()
    replacement.replaces, replacement.reason = vital_signs, reason.strip()
    _save(replacement, corrected_by)
    _record(corrected_by, "vital-signs.corrected", replacement)
    return replacement


@transaction.atomic
def withdraw_vital_signs(
    *, vital_signs: VitalSigns, withdrawn_by, reason: str, expected_version: int | None = None
) -> VitalSigns:
    """Mark a set as entered in error without a new one, as when it was another patient's."""
    lock_for_writing(vital_signs.patient)
    withdrawn = _mark_in_error(
        vital_signs, withdrawn_by, reason, expected_version, reason_of_set=reason
    )
    _record(withdrawn_by, "vital-signs.withdrawn", withdrawn)
    return withdrawn


def _mark_in_error(
    vital_signs: VitalSigns, by, reason: str, expected_version: int | None, *, reason_of_set=None
) -> VitalSigns:
    """Take back a set as it stands now; call it with the patient locked."""
    check_reason(reason)
    current = VitalSigns.objects.select_related("recorded_by").get(pk=vital_signs.pk)
    refuse_if_moved(current, as_read=vital_signs)
    refuse_if_stale(current, expected_version)
    if current.status != VitalSigns.Status.FINAL:
        raise Conflict(_("Somebody corrected or withdrew this set before."), code=ALREADY_CORRECTED)
    current.status = VitalSigns.Status.ENTERED_IN_ERROR
    if reason_of_set is not None:
        current.reason = reason_of_set.strip()
    save_new_version(current, changed_by=by, reason=reason)
    return current


def _checked_set(
    patient, measured_at, measurements, confirmed, absent_reasons, *, saturation_scale
) -> VitalSigns:
    """Return the set with its score, not yet stored, or raise what is wrong or in question."""
    zone = patient.site.zone
    check_moment(
        measured_at,
        now=timezone.now(),
        born=patient.birth_date,
        died=patient.deceased_at,
        zone=zone,
    )
    checked = measured(measurements)
    check_absent_reasons(absent_reasons, checked.values)
    age_years = patient.age_in_years(measured_at.astimezone(zone).date())
    raised = questions_about(
        checked.values,
        measured_at=measured_at,
        age_years=age_years,
        earlier_weight=(
            _earlier_weight(patient, measured_at) if "weight_kg" in checked.values else None
        ),
    )
    answered = ask(raised, confirmed)
    assessment = assess(
        checked.values,
        saturation_scale=saturation_scale,
        age_years=age_years,
        pregnant=patient.is_pregnant,
    )
    return VitalSigns(
        patient=patient,
        encounter=patient.encounters.at(measured_at).first(),
        measured_at=measured_at,
        **checked.values,
        as_entered=checked.as_entered,
        absent_reasons=dict(absent_reasons),
        confirmed=answered,
        rule=RULE,
        saturation_scale=saturation_scale,
        score=assessment.score,
        score_min=assessment.score_min,
        score_max=assessment.score_max,
        risk=assessment.risk,
        risk_min=assessment.risk_min,
        points=assessment.points,
        missing=list(assessment.missing),
        not_applicable_because=assessment.not_applicable_because,
    )


def _earlier_weight(patient: Patient, measured_at) -> EarlierWeight | None:
    row = (
        patient.vital_signs.final()
        .filter(weight_kg__isnull=False, measured_at__lte=measured_at)
        .newest_first()
        .values_list("weight_kg", "measured_at")
        .first()
    )
    return EarlierWeight(*row) if row else None


def _as_entered_before(vital_signs: VitalSigns) -> dict[str, Any]:
    return vital_signs.measurements | {
        name: Entered(Decimal(given["value"]), given["unit"])
        for name, given in vital_signs.as_entered.items()
    }


def _reasons_after(vital_signs: VitalSigns, measurements, absent_reasons) -> dict[str, str]:
    """Return the reasons given now, or else the old ones of what is still not measured."""
    if absent_reasons is not None:
        return dict(absent_reasons)
    now_measured = {name for name in MEASUREMENT_FIELDS if measurements.get(name) not in (None, "")}
    kept = vital_signs.absent_reasons.items()
    return {name: reason for name, reason in kept if name not in now_measured}


def _save(vital_signs: VitalSigns, by) -> None:
    vital_signs.recorded_by = vital_signs.created_by = by
    vital_signs.save()


def _record(user, action: str, vital_signs: VitalSigns) -> None:
    record_access(
        user=user, action=action, patient_id=vital_signs.patient_id, object_id=vital_signs.pk
    )
