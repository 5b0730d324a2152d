"""Recording, asking back, correcting."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from aicare.errors import ConfirmationRequired, Conflict, InvalidInput, StaleVersion
from aicare.models import AuditEvent
from patients.models import VitalSigns
from patients.services import (
    correct_vital_signs,
    record_condition,
    record_vital_signs,
    withdraw_vital_signs,
)
from patients.units import Entered
from tests.factories import make_encounter, make_patient

NORMAL = {
    "respiratory_rate_per_min": 16,
    "oxygen_saturation_percent": 97,
    "on_supplemental_oxygen": False,
    "systolic_mmhg": 120,
    "diastolic_mmhg": 70,
    "heart_rate_per_min": 70,
    "consciousness": "alert",
    "temperature_celsius": Decimal("37.0"),
}


def record(ward, measurements=NORMAL, minutes_ago=0, **others):
    measured_at = timezone.now() - datetime.timedelta(minutes=minutes_ago)
    defaults = {"patient": ward.patient, "recorded_by": ward.nurse, "measured_at": measured_at}
    return record_vital_signs(**defaults | others, measurements=measurements)


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_set_is_stored_with_its_score_and_the_rule(ward):
    stored = VitalSigns.objects.get(pk=record(ward).pk)
    assert (stored.score, stored.score_min, stored.score_max, stored.risk) == (0, 0, 0, "low")
    assert (stored.rule, stored.saturation_scale, stored.missing) == ("NEWS2-2017", 1, [])
    assert stored.points["temperature_celsius"] == 0
    assert (stored.recorded_by, stored.created_by) == (ward.nurse, ward.nurse)


def test_a_partial_set_is_stored_as_an_interval(ward):
    stored = record(ward, {"heart_rate_per_min": 104, "temperature_celsius": Decimal("38.2")})
    stored.refresh_from_db()
    assert (stored.score, stored.score_min, stored.score_max) == (None, 2, 16)
    assert stored.risk == "incomplete"
    assert stored.missing == [
        "respiratory_rate_per_min",
        "oxygen_saturation_percent",
        "on_supplemental_oxygen",
        "systolic_mmhg",
        "consciousness",
    ]


def test_the_audit_trail_knows_who_recorded_what(ward):
    stored = record(ward)
    event = AuditEvent.objects.get(action="vital-signs.recorded")
    assert (event.user, event.patient_id, event.object_id) == (
        ward.nurse,
        ward.patient.pk,
        stored.pk,
    )


def test_a_value_in_another_unit_is_kept_as_entered_and_scored_as_converted(ward):
    stored = record(
        ward, NORMAL | {"temperature_celsius": Entered(Decimal("100.5"), "[degF]")}
    )  # 38.05… °C
    stored.refresh_from_db()
    assert stored.temperature_celsius == Decimal("38.1")
    assert stored.points["temperature_celsius"] == 1
    assert stored.as_entered == {"temperature_celsius": {"value": "100.5", "unit": "[degF]"}}


def test_a_second_decimal_is_rounded_half_up_before_scoring_and_kept_as_entered(ward):
    stored = record(ward, NORMAL | {"temperature_celsius": Decimal("38.05")})
    assert stored.temperature_celsius == Decimal("38.1")
    assert stored.score == 1
    assert stored.as_entered == {"temperature_celsius": {"value": "38.05", "unit": "Cel"}}


def test_what_cannot_be_is_refused_with_everything_wrong_at_once(ward):
    with pytest.raises(InvalidInput) as error:
        record(ward, NORMAL | {"temperature_celsius": Decimal("98.6"), "heart_rate_per_min": 351})
    assert codes(error) == ["out_of_range", "out_of_range"]
    assert not VitalSigns.objects.exists()
    assert not AuditEvent.objects.exists()


def test_every_open_question_is_asked_at_once(ward):
    odd = {"systolic_mmhg": 40, "diastolic_mmhg": 80, "heart_rate_per_min": 0}
    with pytest.raises(ConfirmationRequired) as error:
        record(ward, odd, confirmed={"extreme_value_of_another_kind"})
    assert codes(error) == ["pressure_swapped", "extreme_value", "extreme_value"]
    with pytest.raises(ConfirmationRequired) as error:
        record(ward, odd, confirmed={"extreme_value"})
    assert codes(error) == ["pressure_swapped"]
    assert not VitalSigns.objects.exists()


@pytest.mark.parametrize("confirmed", [True, {"pressure_swapped", "pulse_differs"}])
def test_an_answered_question_is_kept_and_one_that_was_not_raised_is_not(ward, confirmed):
    odd = NORMAL | {"systolic_mmhg": 70, "diastolic_mmhg": 120}
    assert record(ward, odd, confirmed=confirmed).confirmed == ["pressure_swapped"]


def test_two_pulses_that_differ_are_both_kept_and_the_set_is_marked(ward):
    stored = record(
        ward,
        NORMAL | {"heart_rate_per_min": 88, "heart_rate_second_per_min": 112},
        confirmed={"pulse_differs"},
    )
    assert stored.two_readings_differ
    assert (stored.heart_rate_per_min, stored.heart_rate_second_per_min) == (88, 112)
    assert stored.points["heart_rate_per_min"] == 2


def test_a_set_belongs_to_the_encounter_that_was_open_when_it_was_measured(ward):
    now = timezone.now()
    earlier = make_encounter(
        ward.patient,
        started_at=now - datetime.timedelta(days=9),
        ended_at=now - datetime.timedelta(days=8),
    )
    current = make_encounter(ward.patient, started_at=now - datetime.timedelta(days=1))
    assert record(ward).encounter == current
    assert record(ward, minutes_ago=8.5 * 24 * 60).encounter == earlier
    assert record(ward, minutes_ago=5 * 24 * 60).encounter is None


def test_an_outpatient_without_an_encounter_has_sets_too(ward):
    assert record(ward).encounter is None


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (datetime.timedelta(minutes=6), "in_the_future"),
        (datetime.timedelta(days=-365 * 70), "before_birth"),
        (datetime.timedelta(days=-365 * 300), "invalid_timestamp"),
        (datetime.timedelta(hours=-1), "after_death"),
    ],
)
def test_a_set_lies_within_the_patients_life(ward, moment, code):
    patient = make_patient(ward.site, deceased_at=timezone.now() - datetime.timedelta(hours=2))
    with pytest.raises(InvalidInput) as error:
        record(ward, patient=patient, measured_at=timezone.now() + moment)
    assert codes(error) == [code]


def test_a_clock_may_run_ahead_by_five_minutes(ward):
    assert record(ward, minutes_ago=-4.9).pk


def test_a_set_before_death_can_be_entered_afterwards(ward):
    patient = make_patient(ward.site, deceased_at=timezone.now() - datetime.timedelta(hours=2))
    assert record(ward, patient=patient, minutes_ago=121).pk


def test_the_birth_day_is_that_of_the_site(ward):
    """Born on the 3rd in Madrid; 23:30 UTC of the 2nd is already the 3rd there."""
    patient = make_patient(ward.site, birth_date=datetime.date(2020, 6, 3))
    before_midnight = datetime.datetime(2020, 6, 2, 23, 30, tzinfo=datetime.UTC)
    assert record(ward, patient=patient, measured_at=before_midnight).pk


def test_nothing_is_written_to_a_merged_record(ward):
    patient = make_patient(ward.site, merged_into=ward.patient)
    with pytest.raises(Conflict) as error:
        record(ward, patient=patient)
    assert codes(error) == ["patient_merged"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"birth_date": None}, "age_unknown"),
        ({"birth_date": datetime.date(2020, 1, 1)}, "under_16_years"),
        ({"pregnancy_status": "yes"}, "pregnant"),
        ({"pregnancy_status": "no"}, ""),
    ],
)
def test_for_whom_there_is_no_score(ward, fields, reason):
    stored = record(ward, patient=make_patient(ward.site, **fields))
    assert stored.not_applicable_because == reason
    assert (stored.risk == "not-applicable") is bool(reason)


@pytest.mark.parametrize(("status", "reason"), [("active", "pregnant"), ("resolved", "")])
def test_a_condition_of_pregnancy_counts_while_it_is_active(ward, status, reason):
    record_condition(
        patient=ward.patient,
        recorded_by=ward.clinician,
        system="http://snomed.info/sct",
        code="77386006",
        display="Pregnancy",
        status=status,
        confirmed=True,
    )
    assert record(ward).not_applicable_because == reason


def test_scale_2_is_scored_where_it_is_authorised(ward):
    now = timezone.now()
    patient = make_patient(
        ward.site,
        saturation_scale=2,
        saturation_scale_authorised_by=ward.clinician,
        saturation_scale_authorised_at=now,
    )
    stored = record(ward, NORMAL | {"oxygen_saturation_percent": 90}, patient=patient)
    assert (stored.saturation_scale, stored.score) == (2, 0)
    assert record(ward, NORMAL | {"oxygen_saturation_percent": 90}).score == 3


def test_the_last_weight_is_compared_whatever_was_recorded_between(ward):
    record(ward, {"weight_kg": Decimal("70")}, minutes_ago=24 * 60)
    record(ward, NORMAL, minutes_ago=60)
    with pytest.raises(ConfirmationRequired) as error:
        record(ward, {"weight_kg": Decimal("154.3")})
    assert codes(error) == ["weight_unit"]


def test_a_withdrawn_weight_is_not_compared(ward):
    wrong = record(ward, {"weight_kg": Decimal("154")}, minutes_ago=60)
    right = correct_vital_signs(
        vital_signs=wrong,
        corrected_by=ward.nurse,
        reason="pounds",
        measurements={"weight_kg": Decimal("70")},
    )
    assert right.confirmed == []
    assert record(ward, {"weight_kg": Decimal("70.2")}).confirmed == []


# --- Correction ----------------------------------------------------------------------------------


def correct(ward, vital_signs, **others):
    defaults = {"corrected_by": ward.clinician, "reason": "slip of the key"}
    return correct_vital_signs(vital_signs=vital_signs, **defaults | others)


def test_a_correction_replaces_the_set_and_keeps_the_old_one_marked(ward):
    old = record(ward, NORMAL | {"heart_rate_per_min": 170}, minutes_ago=30)
    new = correct(ward, old, measurements={"heart_rate_per_min": 70})
    old.refresh_from_db()
    assert (old.status, old.version) == ("entered-in-error", 2)
    assert (new.status, new.replaces, new.reason) == ("final", old, "slip of the key")
    assert (new.score, new.measured_at, new.recorded_by) == (0, old.measured_at, ward.clinician)
    assert list(ward.patient.vital_signs.final()) == [new]
    assert AuditEvent.objects.filter(action="vital-signs.corrected", object_id=new.pk).exists()


def test_what_a_correction_does_not_name_stays_and_none_takes_out(ward):
    old = record(
        ward,
        NORMAL | {"temperature_celsius": Entered(Decimal("100.5"), "[degF]")},
        note="slept well",
    )
    new = correct(ward, old, measurements={"diastolic_mmhg": None, "systolic_mmhg": 110})
    assert new.temperature_celsius == Decimal("38.1")
    assert new.as_entered == old.as_entered
    assert (new.systolic_mmhg, new.diastolic_mmhg, new.note) == (110, None, "slept well")


def test_a_correction_asks_as_the_first_entry_does_and_changes_nothing_until_answered(ward):
    old = record(ward)
    with pytest.raises(ConfirmationRequired):
        correct(ward, old, measurements={"systolic_mmhg": 60})
    old.refresh_from_db()
    assert (old.status, old.version) == ("final", 1)
    assert correct(ward, old, measurements={"systolic_mmhg": 60}, confirmed=True).confirmed


def test_a_correction_needs_a_reason(ward):
    with pytest.raises(InvalidInput) as error:
        correct(ward, record(ward), reason=" ")
    assert codes(error) == ["reason_required"]


def test_of_two_corrections_of_one_set_the_second_is_refused(ward):
    old = record(ward)
    seen_by_another = VitalSigns.objects.get(pk=old.pk)
    correct(ward, old, measurements={"heart_rate_per_min": 80})
    with pytest.raises(Conflict) as error:
        correct(ward, seen_by_another, measurements={"heart_rate_per_min": 90})
    assert codes(error) == ["already_corrected"]
    assert ward.patient.vital_signs.final().count() == 1


def test_a_correction_is_scored_on_the_scale_of_the_old_set(ward):
    old = record(ward, NORMAL | {"oxygen_saturation_percent": 90})
    ward.patient.saturation_scale = 2
    ward.patient.saturation_scale_authorised_by = ward.clinician
    ward.patient.saturation_scale_authorised_at = timezone.now()
    ward.patient.save()
    assert correct(ward, old, measurements={"heart_rate_per_min": 71}).score == 3


def test_a_set_of_another_patient_is_withdrawn_without_a_new_one(ward):
    wrong = record(ward)
    withdrawn = withdraw_vital_signs(
        vital_signs=wrong, withdrawn_by=ward.nurse, reason="other patient"
    )
    assert (withdrawn.status, withdrawn.reason) == ("entered-in-error", "other patient")
    assert not ward.patient.vital_signs.final().exists()
    with pytest.raises(Conflict):
        withdraw_vital_signs(vital_signs=wrong, withdrawn_by=ward.nurse, reason="again")


# --- Why something was not measured --------------------------------------------------------------


def test_a_reason_why_something_is_absent_is_kept(ward):
    reasons = {"oxygen_saturation_percent": "asked-declined"}
    assert (
        record(ward, {"heart_rate_per_min": 70}, absent_reasons=reasons).absent_reasons == reasons
    )


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        ({"heart_rate_per_min": "not-performed"}, "absent_but_measured"),
        ({"oxygen_saturation_percent": "too busy"}, "invalid_absent_reason"),
        ({"blood_sugar": "not-performed"}, "invalid_absent_reason"),
    ],
)
def test_a_reason_that_cannot_be_is_refused(ward, reasons, code):
    with pytest.raises(InvalidInput) as error:
        record(ward, {"heart_rate_per_min": 70}, absent_reasons=reasons)
    assert codes(error) == [code]


def test_a_corrected_value_takes_its_reason_of_absence_away(ward):
    reasons = {"oxygen_saturation_percent": "not-performed", "pain_score": "asked-declined"}
    old = record(ward, {"heart_rate_per_min": 70}, absent_reasons=reasons)
    new = correct(ward, old, measurements={"oxygen_saturation_percent": 97})
    assert new.absent_reasons == {"pain_score": "asked-declined"}


@pytest.mark.parametrize(
    ("change", "by"),
    [(correct_vital_signs, "corrected_by"), (withdraw_vital_signs, "withdrawn_by")],
)
def test_a_set_that_changed_since_it_was_read_is_not_changed_again(ward, change, by):
    """The version is compared again with the record locked, not only before."""
    one = record(ward)
    stale = {"vital_signs": one, "expected_version": one.version + 1, by: ward.nurse}
    with pytest.raises(StaleVersion):
        change(**stale, reason="slip")
    assert VitalSigns.objects.get().status == "final"
