"""What several sets say together, when the next is due, and at which price."""

import datetime
import itertools
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from patients.models import ObservationPolicy, Patient, VitalSigns
from patients.monitoring import _with_newest_sets, early_warnings
from patients.services import (
    end_encounter,
    record_vital_signs,
    start_encounter,
    withdraw_vital_signs,
)
from tests.factories import make_patient

NOW = datetime.datetime(2026, 3, 10, 12, 0, tzinfo=datetime.UTC)
ZERO = {
    "respiratory_rate_per_min": 16,
    "oxygen_saturation_percent": 97,
    "on_supplemental_oxygen": False,
    "systolic_mmhg": 120,
    "heart_rate_per_min": 70,
    "consciousness": "alert",
    "temperature_celsius": Decimal("37.0"),
}
TWO = ZERO | {"heart_rate_per_min": 120}
ONE_RED = ZERO | {"systolic_mmhg": 88}
FIVE = ZERO | {"consciousness": "voice", "heart_rate_per_min": 120}
NINE = FIVE | {"respiratory_rate_per_min": 22, "on_supplemental_oxygen": True}
PARTIAL_ZERO = {"temperature_celsius": Decimal("37.0")}
PARTIAL_TWO = {"heart_rate_per_min": 120}
PARTIAL_RED = {"systolic_mmhg": 88}
PARTIAL_MEDIUM = {"systolic_mmhg": 88, "heart_rate_per_min": 120}
PARTIAL_HIGH = {"systolic_mmhg": 88, "heart_rate_per_min": 140, "temperature_celsius": 39}
WEIGHT = {"weight_kg": 70}


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def hours(number):
    return datetime.timedelta(hours=number)


def record(ward, measurements, hours_ago, patient=None):
    return record_vital_signs(
        patient=patient or ward.patient,
        recorded_by=ward.nurse,
        measured_at=NOW - hours(hours_ago),
        measurements=measurements,
        confirmed=True,
    )


def warning_of(patient, now=NOW):
    return early_warnings([patient], now=now).get(patient.pk)


def test_a_patient_without_a_set_is_left_out(ward):
    assert early_warnings([ward.patient], now=NOW) == {}


@pytest.mark.parametrize(
    ("measurements", "risk", "due_after"),
    [
        (ZERO, "low", 12),
        (TWO, "low", 4),
        (ONE_RED, "low-medium", 1),
        (FIVE, "medium", 1),
        (NINE, "high", 0.25),
    ],
)
def test_risk_and_due_time_of_a_complete_set(ward, measurements, risk, due_after):
    stored = record(ward, measurements, 2)
    warning = warning_of(ward.patient)
    assert (warning.score, warning.risk, warning.missing) == (stored.score, risk, ())
    assert warning.measured_at == NOW - hours(2)
    assert warning.next_due_at == NOW - hours(2) + hours(due_after)
    assert warning.overdue is (due_after < 2)
    assert (warning.latest, warning.latest_complete, warning.decisive) == (stored,) * 3
    assert (warning.rule, warning.later_incomplete) == ("NEWS2-2017", None)


def test_a_set_is_overdue_after_its_due_time_and_not_at_it(ward):
    record(ward, TWO, 4)
    assert not warning_of(ward.patient).overdue
    assert warning_of(ward.patient, NOW + datetime.timedelta(seconds=1)).overdue


def test_a_site_decides_about_its_intervals(ward):
    ObservationPolicy.objects.create(site=ward.site, low_minutes=360)
    record(ward, TWO, 2)
    assert warning_of(ward.patient).next_due_at == NOW + hours(4)


def test_the_score_before_is_told_for_the_trend(ward):
    record(ward, NINE, 9)
    record(ward, FIVE, 6)
    record(ward, PARTIAL_TWO, 5)
    record(ward, ZERO, 1)
    assert warning_of(ward.patient).previous_score == 5


# --- A later partial set neither hides nor softens -----------------------------------------------


def test_a_later_partial_set_does_not_hide_the_score(ward):
    complete = record(ward, NINE, 2)
    partial = record(ward, PARTIAL_ZERO, 1)
    warning = warning_of(ward.patient)
    assert (warning.score, warning.risk, warning.missing) == (9, "high", ())
    assert warning.latest_complete == complete
    assert warning.later_incomplete == warning.latest == partial
    assert warning.measured_at == complete.measured_at
    assert warning.next_due_at == complete.measured_at + hours(0.25)


@pytest.mark.parametrize(
    ("partial", "risk", "due_after_partial"),
    [
        (PARTIAL_ZERO, "low", None),
        (PARTIAL_TWO, "low", 4),
        (PARTIAL_RED, "low-medium", 1),
        (PARTIAL_MEDIUM, "medium", 1),
        (PARTIAL_HIGH, "high", 0.25),
    ],
)
def test_a_later_partial_set_raises_the_risk_and_brings_the_due_time_forward(
    ward, partial, risk, due_after_partial
):
    complete = record(ward, ZERO, 5)
    later = record(ward, partial, 3)
    warning = warning_of(ward.patient)
    assert (warning.score, warning.risk) == (0, risk)
    assert warning.decisive == (complete if risk == "low" else later)
    assert warning.next_due_at == (
        complete.measured_at + hours(12)
        if due_after_partial is None
        else later.measured_at + hours(due_after_partial)
    )


def test_a_calmer_partial_set_does_not_soften_an_earlier_one(ward):
    record(ward, ZERO, 5)
    alarming = record(ward, PARTIAL_HIGH, 3)
    calm = record(ward, PARTIAL_TWO, 1)
    warning = warning_of(ward.patient)
    assert (warning.risk, warning.decisive) == ("high", alarming)
    assert warning.next_due_at == alarming.measured_at + hours(0.25)
    assert warning.later_incomplete == calm


def test_the_first_of_several_alike_says_when_the_next_is_due(ward):
    record(ward, ZERO, 9)
    first = record(ward, PARTIAL_TWO, 7)
    record(ward, PARTIAL_TWO, 1)
    assert warning_of(ward.patient).next_due_at == first.measured_at + hours(4)


def test_a_new_complete_set_settles_what_partial_ones_left_open(ward):
    record(ward, ZERO, 5)
    record(ward, PARTIAL_HIGH, 3)
    record(ward, TWO, 1)
    warning = warning_of(ward.patient)
    assert (warning.score, warning.risk, warning.later_incomplete) == (2, "low", None)
    assert warning.next_due_at == NOW + hours(3)


def test_a_set_completed_at_the_same_minute_settles_the_partial_one(ward):
    record(ward, PARTIAL_HIGH, 1)
    record(ward, TWO, 1)
    warning = warning_of(ward.patient)
    assert (warning.risk, warning.later_incomplete) == ("low", None)


def test_a_partial_set_recorded_after_a_complete_one_of_the_same_minute_counts(ward):
    record(ward, TWO, 1)
    partial = record(ward, PARTIAL_HIGH, 1)
    warning = warning_of(ward.patient)
    assert (warning.risk, warning.later_incomplete) == ("high", partial)


def test_a_set_entered_late_is_placed_where_it_was_measured(ward):
    record(ward, TWO, 1)
    record(ward, NINE, 3)
    assert warning_of(ward.patient).score == 2


def test_a_set_that_holds_no_part_of_the_score_leaves_the_interval_alone(ward):
    record(ward, TWO, 3)
    partial = record(ward, PARTIAL_RED, 2)
    weighing = record(ward, WEIGHT, 1)
    warning = warning_of(ward.patient)
    assert (warning.later_incomplete, warning.latest) == (partial, weighing)
    assert warning.latest_signs == partial


def test_a_set_entered_in_error_does_not_count(ward):
    wrong = record(ward, NINE, 1)
    withdraw_vital_signs(vital_signs=wrong, withdrawn_by=ward.nurse, reason="bed 8, not 7")
    assert warning_of(ward.patient) is None
    record(ward, ZERO, 2)
    assert warning_of(ward.patient).score == 0


# --- Without a complete set ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partial", "interval", "risk", "due_after"),
    [
        (PARTIAL_ZERO, (0, 17), "incomplete", 4),
        (PARTIAL_TWO, (2, 19), "incomplete", 4),
        (PARTIAL_RED, (3, 20), "incomplete", 1),
        (PARTIAL_MEDIUM, (5, 19), "medium", 1),
        (PARTIAL_HIGH, (7, 18), "high", 0.25),
        (WEIGHT, (0, 20), "incomplete", 4),
    ],
)
def test_without_a_complete_set_the_interval_is_told(ward, partial, interval, risk, due_after):
    stored = record(ward, partial, 2)
    warning = warning_of(ward.patient)
    assert warning.score is None
    assert (warning.score_min, warning.score_max) == interval
    assert (warning.risk, list(warning.missing)) == (risk, stored.missing)
    assert warning.next_due_at == NOW - hours(2) + hours(due_after)
    assert (warning.latest_complete, warning.later_incomplete) == (None, None)
    assert warning.previous_score is None


def test_without_a_complete_set_a_calmer_set_does_not_soften_one_of_the_same_day(ward):
    alarming = record(ward, PARTIAL_HIGH, 3)
    calm = record(ward, PARTIAL_ZERO, 1)
    warning = warning_of(ward.patient)
    assert (warning.score_min, warning.measured_at) == (0, calm.measured_at)
    assert (warning.risk, warning.decisive) == ("high", alarming)
    assert warning.next_due_at == alarming.measured_at + hours(0.25)


def test_without_a_complete_set_a_set_of_another_day_counts_no_more(ward):
    record(ward, PARTIAL_HIGH, 26)
    record(ward, PARTIAL_ZERO, 1)
    assert warning_of(ward.patient).risk == "incomplete"


# --- Where the score does not apply, and where nobody waits for a set ----------------------------


def not_applicable(warning):
    return (
        warning.risk == "not-applicable"
        and warning.score is warning.score_min is warning.score_max is None
        and warning.next_due_at is None
        and not warning.overdue
        and warning.not_applicable_because
    )


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"birth_date": None}, "age_unknown"),
        ({"birth_date": datetime.date(2015, 1, 1)}, "under_16_years"),
        ({"pregnancy_status": "yes"}, "pregnant"),
    ],
)
def test_where_the_score_does_not_apply_nothing_is_due_and_the_reason_is_told(
    ward, fields, because
):
    patient = make_patient(ward.site, **fields)
    record(ward, NINE, 1, patient)
    assert not_applicable(warning_of(patient)) == because


def test_a_pregnancy_recorded_after_the_set_counts_at_once(ward):
    record(ward, TWO, 1)
    ward.patient.conditions.create(display="Pregnancy", system="snomed", code="77386006")
    assert not_applicable(warning_of(ward.patient)) == "pregnant"
    ward.patient.conditions.update(status="resolved")
    assert warning_of(ward.patient).score == 2


def test_after_a_pregnancy_the_sets_that_follow_count(ward):
    record(ward, NINE, 9)
    Patient.objects.filter(pk=ward.patient.pk).update(pregnancy_status="yes")
    record(ward, NINE, 5)
    Patient.objects.filter(pk=ward.patient.pk).update(pregnancy_status="no")
    patient = Patient.objects.get(pk=ward.patient.pk)
    assert not_applicable(warning_of(patient)) == "pregnant"
    record(ward, PARTIAL_TWO, 3)
    assert warning_of(patient).risk == "incomplete"
    record(ward, TWO, 1)
    assert (warning_of(patient).score, warning_of(patient).previous_score) == (2, 9)


def test_after_death_nothing_is_due(ward):
    record(ward, NINE, 2)
    Patient.objects.filter(pk=ward.patient.pk).update(deceased_at=NOW - hours(1))
    warning = warning_of(ward.patient)
    assert (warning.score, warning.next_due_at, warning.overdue) == (9, None, False)


def test_discharge_ends_observation_and_admission_starts_it_again(ward):
    stay = start_encounter(patient=ward.patient, started_by=ward.nurse, started_at=NOW - hours(9))
    record(ward, TWO, 6)
    assert warning_of(ward.patient).overdue
    end_encounter(encounter=stay, ended_by=ward.nurse, ended_at=NOW - hours(5))
    assert warning_of(ward.patient).next_due_at is None
    start_encounter(patient=ward.patient, started_by=ward.nurse, started_at=NOW - hours(1))
    assert warning_of(ward.patient).overdue


def test_an_outpatient_without_an_encounter_has_a_due_time(ward):
    record(ward, TWO, 5)
    assert warning_of(ward.patient).overdue


# --- The price -----------------------------------------------------------------------------------


def plant_sets(patient, nurse, count, **fields):
    template = {
        "patient": patient,
        "recorded_by": nurse,
        "rule": "NEWS2-2017",
        "heart_rate_per_min": 70,
        "score_min": 0,
        "score_max": 17,
        "risk": "incomplete",
        "risk_min": "low",
        "missing": ["temperature_celsius"],
    }
    VitalSigns.objects.bulk_create(
        VitalSigns(**template | fields, measured_at=NOW - datetime.timedelta(minutes=minute))
        for minute in range(count)
    )


def test_the_number_of_queries_does_not_grow_with_patients(
    ward, django_assert_num_queries, monkeypatch
):
    patients = [make_patient(ward.site) for _ in range(50)]
    for patient, kind in zip(patients, itertools.cycle([TWO, PARTIAL_HIGH, NINE]), strict=False):
        record(ward, ZERO, 3, patient)
        record(ward, kind, 2, patient)
    with django_assert_num_queries(2):
        early_warnings(patients[:1], now=NOW)
    with django_assert_num_queries(2):
        warnings = early_warnings(patients, now=NOW)
        assert {str(warning.latest.recorded_by) for warning in warnings.values()}
    assert [warnings[patient.pk].risk for patient in patients[:3]] == ["low", "high", "high"]


def test_every_lookup_of_sets_is_a_seek_in_an_index(ward):
    """However many sets a device sent, no lookup reads or sorts them all."""
    plant_sets(ward.patient, ward.nurse, 2000)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE patients_vitalsigns")
    plan = _with_newest_sets(Patient.objects.filter(pk=ward.patient.pk)).explain()
    assert "sets_as_monitoring_finds" in plan
    assert "SCAN U0" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
