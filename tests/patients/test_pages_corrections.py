"""Correcting and withdrawing sets: nothing is lost, somebody is always first, history tells all."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient, Revision, VitalSigns
from patients.services import correct_vital_signs, record_vital_signs, withdraw_vital_signs
from patients.units import Entered
from tests.factories import make_patient


def make_set(ward, **measurements):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements=measurements or {"heart_rate_per_min": 80, "respiratory_rate_per_min": 16},
    )  # fmt: skip


def correct(ward, one):
    return reverse("patients:correct_vital_signs", args=[ward.patient.pk, one.pk])


def test_a_correction_takes_the_place_of_the_wrong_set(nurse, ward):
    wrong = make_set(ward)
    page = nurse.get(correct(ward, wrong)).content.decode()
    assert 'name="heart_rate_per_min" value="80"' in page
    nurse.post(correct(ward, wrong), {"heart_rate_per_min": "108", "reason": "typing slip"})
    right = VitalSigns.objects.get(status="final")
    assert (right.heart_rate_per_min, right.respiratory_rate_per_min) == (108, None)
    assert (right.replaces, right.measured_at.minute) == (wrong, wrong.measured_at.minute)
    history = nurse.get(reverse("patients:vital_signs", args=[ward.patient.pk])).content.decode()
    assert "entered in error" in history
    assert "typing slip" in history


def test_beside_a_correction_stands_what_was_known_before_that_set(nurse, ward):
    now = timezone.now()
    _before, wrong, _later = (
        record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse,
            measured_at=now - datetime.timedelta(minutes=minutes),
            measurements={"heart_rate_per_min": rate},
        )
        for minutes, rate in ((30, 71), (20, 82), (10, 93))
    )  # fmt: skip
    page = nurse.get(correct(ward, wrong)).content.decode()
    previous = page.partition('id="id_heart_rate_per_min_previous">')[2].partition("<")[0]
    assert previous.startswith("71"), previous


def test_a_correction_needs_a_reason(nurse, ward):
    wrong = make_set(ward)
    answer = nurse.post(correct(ward, wrong), {"heart_rate_per_min": "108", "reason": ""})
    assert answer.status_code == 400
    assert VitalSigns.objects.get() == wrong


def in_the_field(ward, moment):
    return f"{moment.astimezone(ward.site.zone):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("typed", ["as it is shown", ""])
def test_a_correction_leaves_the_moment_alone_to_the_second(nurse, ward, typed):
    wrong = make_set(ward)
    measured_at = typed and in_the_field(ward, wrong.measured_at)
    nurse.post(
        correct(ward, wrong),
        {"heart_rate_per_min": "108", "reason": "slip", "measured_at": measured_at},
    )
    assert VitalSigns.objects.final().get().measured_at == wrong.measured_at
    assert wrong.measured_at.microsecond, "or else this shows nothing"


def test_an_hour_that_came_twice_is_not_asked_about_where_it_is_left_alone(nurse, ward):
    wrong = record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements={"heart_rate_per_min": 80},
        measured_at=datetime.datetime(2025, 10, 26, 1, 30, 20, tzinfo=datetime.UTC),
    )  # fmt: skip
    answer = nurse.post(
        correct(ward, wrong),
        {"heart_rate_per_min": "88", "reason": "slip", "measured_at": "2025-10-26T02:30"},
    )
    assert answer.status_code == 302
    assert VitalSigns.objects.final().get().measured_at == wrong.measured_at


def test_the_running_score_of_a_correction_is_the_one_that_will_be_stored(nurse, ward):
    whole = {"respiratory_rate_per_min": 16, "oxygen_saturation_percent": 90,
             "on_supplemental_oxygen": False, "systolic_mmhg": 120, "heart_rate_per_min": 80,
             "consciousness": "alert", "temperature_celsius": 37}  # fmt: skip
    wrong = make_set(ward, **whole)
    Patient.objects.filter(pk=ward.patient.pk).update(
        saturation_scale=2,
        saturation_scale_authorised_by=ward.clinician,
        saturation_scale_authorised_at=timezone.now(),
    )
    sent = whole | {"on_supplemental_oxygen": "air", "reason": "slip", "heart_rate_per_min": 85}
    page = nurse.get(correct(ward, wrong)).content.decode()
    address = f"{reverse('patients:running_score', args=[ward.patient.pk])}?set={wrong.pk}"
    assert f'hx-post="{address}"' in page
    shown = nurse.post(address, sent).content.decode()
    assert "<b>3</b>" in shown
    nurse.post(correct(ward, wrong), sent)
    assert VitalSigns.objects.final().get().score == 3
    assert "<b>0</b>" in nurse.post(address.split("?")[0], sent).content.decode(), "a new set"


def test_a_correction_keeps_the_unit_that_was_entered(nurse, ward):
    nurse.post(
        reverse("patients:record_vital_signs", args=[ward.patient.pk]),
        {"temperature_celsius": "101.1", "unit_temperature_celsius": "[degF]"},
    )
    page = nurse.get(correct(ward, VitalSigns.objects.get())).content.decode()
    assert 'name="temperature_celsius" value="101.1"' in page
    assert '<option value="[degF]" selected>' in page


@pytest.mark.parametrize(
    ("entered", "unit", "typed"),
    [
        ("38.400000000000006", "Cel", "38.4"),
        ("101.10", "[degF]", "101.10"),
        ("1E+2", "[degF]", "100"),
    ],
)
def test_more_digits_than_people_type_do_not_stop_a_correction(nurse, ward, entered, unit, typed):
    wrong = make_set(
        ward, heart_rate_per_min=80, temperature_celsius=Entered(Decimal(entered), unit)
    )
    page = nurse.get(correct(ward, wrong)).content.decode()
    assert f'name="temperature_celsius" value="{typed}"' in page
    sent = {"heart_rate_per_min": "81", "temperature_celsius": typed, "reason": "slip"}
    answer = nurse.post(correct(ward, wrong), sent | {"unit_temperature_celsius": unit})
    assert answer.status_code == 302
    assert VitalSigns.objects.final().get().temperature_celsius == wrong.temperature_celsius


def all_sets(client, ward):
    return client.get(reverse("patients:vital_signs", args=[ward.patient.pk])).content.decode()


def withdraw(ward, one):
    return reverse("patients:withdraw_vital_signs", args=[ward.patient.pk, one.pk])


def test_a_correction_keeps_the_reasons_of_what_is_missing(nurse, ward):
    wrong = record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 80},
        absent_reasons={"temperature_celsius": "asked-declined"},
    )  # fmt: skip
    page = nurse.get(correct(ward, wrong)).content.decode()
    assert '<option value="asked-declined" selected>' in page
    nurse.post(
        correct(ward, wrong),
        {"heart_rate_per_min": "81", "absent_temperature_celsius": "error", "reason": "slip"},
    )
    assert VitalSigns.objects.final().get().absent_reasons == {"temperature_celsius": "error"}


def test_history_says_who_corrected_when_why_and_what_changed(nurse, ward):
    wrong = make_set(ward, heart_rate_per_min=80, respiratory_rate_per_min=16)
    correct_vital_signs(
        vital_signs=wrong, corrected_by=ward.clinician, reason="typing slip",
        measurements={"heart_rate_per_min": 108, "temperature_celsius": "38.2"},
    )  # fmt: skip
    answer = nurse.get(reverse("patients:vital_signs", args=[ward.patient.pk]))
    rows = {row.set.status: row for row in answer.context["sets"]}
    ended, corrects = rows["entered-in-error"].ended, rows["final"].corrects
    assert ended == corrects
    assert (ended.by, ended.reason) == (ward.clinician, "typing slip")
    assert [(one.label, one.before, one.after) for one in ended.differences] == [
        ("Pulse", "80/min", "108/min"),
        ("Temperature", "–", "38.2 °C"),
    ]
    assert f"corrected by {ward.clinician}" in answer.content.decode()
    assert "<del>" in answer.content.decode()


def test_history_says_who_withdrew_a_set(nurse, ward):
    wrong = make_set(ward)
    withdraw_vital_signs(vital_signs=wrong, withdrawn_by=ward.clinician, reason="bed 8, not 7")
    page = all_sets(nurse, ward)
    assert f"withdrawn by {ward.clinician}" in page
    assert "bed 8, not 7" in page


def test_the_former_state_of_a_corrected_set_is_kept(ward):
    wrong = make_set(ward)
    correct_vital_signs(
        vital_signs=wrong, corrected_by=ward.clinician, reason="slip",
        measurements={"heart_rate_per_min": 81},
    )  # fmt: skip
    revision = Revision.objects.of(wrong).get()
    assert (revision.version, revision.values["status"]) == (1, "final")
    assert (revision.changed_by, revision.reason) == (ward.clinician, "slip")


# --- Withdrawing ---------------------------------------------------------------------------------


def test_withdrawing_is_asked_first_and_needs_a_reason(nurse, ward):
    wrong = make_set(ward)
    page = nurse.get(withdraw(ward, wrong)).content.decode()
    assert "Withdraw the set of" in page
    assert nurse.post(withdraw(ward, wrong), {"reason": "  "}).status_code == 400
    assert VitalSigns.objects.final().count() == 1


def test_a_set_of_another_patient_is_withdrawn_and_stays_readable(nurse, ward):
    wrong = make_set(ward)
    sent = {"reason": "bed 8, not bed 7", "once": "k"}
    for _ in range(2):
        assert nurse.post(withdraw(ward, wrong), sent).status_code == 302
    assert "bed 8, not bed 7" in all_sets(nurse, ward)
    assert not VitalSigns.objects.final().exists()


def test_who_withdraws_a_set_that_was_corrected_is_told(nurse, ward):
    wrong = make_set(ward)
    correct_vital_signs(
        vital_signs=wrong, corrected_by=ward.clinician, reason="typing slip",
        measurements={"heart_rate_per_min": 81},
    )  # fmt: skip
    answer = nurse.post(withdraw(ward, wrong), {"reason": "another patient"})
    assert answer.status_code == 409
    assert "typing slip" in answer.content.decode()
    assert VitalSigns.objects.final().count() == 1


@pytest.mark.parametrize("name", ["correct_vital_signs", "withdraw_vital_signs"])
def test_a_set_is_found_below_its_own_patient_only(nurse, ward, name):
    one = make_set(ward)
    other = make_patient(ward.site)
    assert nurse.get(reverse(f"patients:{name}", args=[other.pk, one.pk])).status_code == 404


# --- Two people correct one set ------------------------------------------------------------------


@pytest.fixture
def first_was(ward):
    """A set that a clinician has corrected while a nurse had it open."""
    wrong = make_set(ward, heart_rate_per_min=80, respiratory_rate_per_min=16)
    right = correct_vital_signs(
        vital_signs=wrong, corrected_by=ward.clinician, reason="typing slip",
        measurements={"heart_rate_per_min": 108},
    )  # fmt: skip
    return wrong, right


TYPED = {"heart_rate_per_min": "88", "respiratory_rate_per_min": "16", "reason": "misread"}


def test_the_second_to_correct_sees_both_versions_and_loses_nothing(nurse, ward, first_was):
    wrong, right = first_was
    answer = nurse.post(correct(ward, wrong), TYPED | {"once": "k"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "somebody else was first" in page
    assert f"corrected by {ward.clinician}" in page
    assert "Saved meanwhile: Pulse 108/min." in page
    assert "Saved meanwhile: Respiration" not in page, "where both agree there is nothing to say"
    assert 'name="heart_rate_per_min" value="88"' in page
    assert 'value="misread"' in page
    assert f'action="{correct(ward, right)}"' in page
    assert VitalSigns.objects.final().get() == right


def test_saving_from_there_corrects_the_set_that_stands(nurse, ward, first_was):
    wrong, right = first_was
    nurse.post(correct(ward, wrong), TYPED | {"once": "k"})
    assert nurse.post(correct(ward, right), TYPED | {"once": "l"}).status_code == 302
    stands = VitalSigns.objects.final().get()
    assert (stands.heart_rate_per_min, stands.replaces) == (88, right)


def test_what_the_second_left_alone_is_as_the_first_saved_it(nurse, ward):
    wrong = make_set(ward, heart_rate_per_min=80, respiratory_rate_per_min=16)
    earlier = wrong.measured_at - datetime.timedelta(hours=2)
    fahrenheit = Entered(Decimal("101.1"), "[degF]")
    correct_vital_signs(
        vital_signs=wrong, corrected_by=ward.clinician, reason="slips", measured_at=earlier,
        measurements={"respiratory_rate_per_min": 26, "temperature_celsius": fahrenheit},
        note="left arm",
    )  # fmt: skip
    opened = {"unit_temperature_celsius": "Cel", "temperature_celsius": "", "note": "",
              "measured_at": in_the_field(ward, wrong.measured_at)}  # fmt: skip
    answer = nurse.post(correct(ward, wrong), opened | TYPED)
    page, form = answer.content.decode(), answer.context["form"]
    assert {name: form[name].value() for name in (*opened, "respiratory_rate_per_min")} == {
        "unit_temperature_celsius": "[degF]",
        "temperature_celsius": "101.1",
        "note": "left arm",
        "measured_at": in_the_field(ward, earlier),
        "respiratory_rate_per_min": "26",
    }
    assert form["heart_rate_per_min"].value() == "88", "what was typed here stays"
    assert "Saved meanwhile: Pulse 80/min." in page
    assert page.count("Saved meanwhile") == 1


def test_another_time_or_note_than_was_saved_meanwhile_is_marked(nurse, ward, first_was):
    wrong, right = first_was
    correct_vital_signs(vital_signs=right, corrected_by=ward.clinician, reason="x", note="left arm")
    typed = {"measured_at": "2026-01-02T03:04", "note": "right arm"}
    page = nurse.post(correct(ward, wrong), TYPED | typed).content.decode()
    assert (
        f"Saved meanwhile: Measured at {right.measured_at.astimezone(ward.site.zone):%H:%M}."
        in page
    )
    assert "Saved meanwhile: Note left arm." in page
    assert 'value="2026-01-02T03:04"' in page


def test_opening_a_set_that_was_corrected_shows_the_one_that_stands(nurse, ward, first_was):
    wrong, right = first_was
    answer = nurse.get(correct(ward, wrong))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="heart_rate_per_min" value="108"' in page
    assert f'action="{correct(ward, right)}"' in page


def test_what_was_typed_for_a_withdrawn_set_can_become_a_new_one(nurse, ward):
    wrong = make_set(ward, heart_rate_per_min=80)
    withdraw_vital_signs(vital_signs=wrong, withdrawn_by=ward.clinician, reason="bed 8")
    measured_at = f"{timezone.localtime(wrong.measured_at, ward.site.zone):%Y-%m-%dT%H:%M}"
    answer = nurse.post(correct(ward, wrong), TYPED | {"measured_at": measured_at})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"withdrawn by {ward.clinician}" in page
    assert "Save as a new set" in page
    assert 'name="heart_rate_per_min" value="88"' in page
    assert f'value="{measured_at}"' in page
    assert nurse.get(correct(ward, wrong)).status_code == 409


def test_a_double_click_on_a_correction_is_one_correction(nurse, ward):
    wrong = make_set(ward)
    for _ in range(2):
        answer = nurse.post(correct(ward, wrong), TYPED | {"once": "k"})
        assert answer.status_code == 302
    assert VitalSigns.objects.count() == 2


# --- A fixed number of queries -------------------------------------------------------------------


def count_queries(act) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_the_list_takes_as_many_queries_for_many_sets_as_for_few(nurse, ward):
    address = reverse("patients:vital_signs", args=[ward.patient.pk])

    def make(number):
        for minute in range(number):
            one = record_vital_signs(
                patient=ward.patient, recorded_by=ward.nurse,
                measured_at=timezone.now() - datetime.timedelta(minutes=minute),
                measurements={"heart_rate_per_min": 80},
            )  # fmt: skip
            new = correct_vital_signs(
                vital_signs=one, corrected_by=ward.clinician, reason="slip",
                measurements={"heart_rate_per_min": 81},
            )  # fmt: skip
            if minute % 2:
                withdraw_vital_signs(vital_signs=new, withdrawn_by=ward.nurse, reason="bed 8")

    make(2)
    nurse.get(address)
    with_few = count_queries(lambda: nurse.get(address))
    make(12)
    assert count_queries(lambda: nurse.get(address)) == with_few
