"""Correcting and withdrawing sets: nothing is lost, somebody is always first, history tells all."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Revision, VitalSigns
from patients.services import correct_vital_signs, record_vital_signs, withdraw_vital_signs
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


def test_a_correction_needs_a_reason(nurse, ward):
    wrong = make_set(ward)
    answer = nurse.post(correct(ward, wrong), {"heart_rate_per_min": "108", "reason": ""})
    assert answer.status_code == 400
    assert VitalSigns.objects.get() == wrong


def test_a_correction_keeps_the_unit_that_was_entered(nurse, ward):
    nurse.post(
        reverse("patients:record_vital_signs", args=[ward.patient.pk]),
        {"temperature_celsius": "101.1", "unit_temperature_celsius": "[degF]"},
    )
    page = nurse.get(correct(ward, VitalSigns.objects.get())).content.decode()
    assert 'name="temperature_celsius" value="101.1"' in page
    assert '<option value="[degF]" selected>' in page


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
