"""Admit, move, discharge and read stays over REST."""

import datetime

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import Encounter
from patients.services import record_vital_signs, write_note
from tests.factories import make_encounter, make_patient
from tests.patients.api.answers import only_error


@pytest.fixture
def address(ward):
    return f"/api/v1/patients/{ward.patient.pk}/encounters/"


def hours_ago(hours):
    return (timezone.now() - datetime.timedelta(hours=hours)).isoformat()


def admit(client, address, **fields):
    return client.post(address, {"ward": "3 East", "bed": "7"} | fields, format="json")


def change(client, address, encounter, body, etag='"1"'):
    return client.patch(
        f"{address}{encounter['id']}/", body, format="json", headers={"If-Match": etag}
    )


def test_admission_opens_a_stay(nurse, address):
    response = admit(nurse, address)
    assert response.status_code == 201
    body = response.json()
    assert (body["class"], body["ward"], body["bed"]) == ("inpatient", "3 East", "7")
    assert (body["ended_at"], body["version"]) == (None, 1)
    assert AuditEvent.objects.get().action == "encounter.started"


def test_an_outpatient_visit_may_have_begun_earlier(nurse, address):
    body = admit(nurse, address, **{"class": "outpatient"}, started_at=hours_ago(2)).json()
    assert body["class"] == "outpatient"


def test_a_second_open_stay_is_refused(nurse, address):
    admit(nurse, address)
    response = admit(nurse, address)
    assert (response.status_code, only_error(response)["code"]) == (409, "encounter_open")
    assert Encounter.objects.count() == 1


def test_a_patient_is_moved_and_what_is_not_named_stays(nurse, address):
    stay = admit(nurse, address).json()
    response = change(nurse, address, stay, {"bed": "8"})
    assert response.headers["ETag"] == '"2"'
    assert (response.json()["ward"], response.json()["bed"]) == ("3 East", "8")
    assert AuditEvent.objects.filter(action="encounter.moved").exists()


def test_discharge_ends_the_stay_and_another_may_begin(nurse, address):
    stay = admit(nurse, address, started_at=hours_ago(5)).json()
    ended = change(nurse, address, stay, {"ended_at": hours_ago(1)})
    assert ended.status_code == 200
    assert ended.json()["ended_at"]
    again = change(nurse, address, stay, {"ended_at": hours_ago(1)}, '"2"')
    assert (again.status_code, only_error(again)["code"]) == (409, "encounter_ended")
    moved = change(nurse, address, stay, {"bed": "1"}, '"2"')
    assert (moved.status_code, only_error(moved)["code"]) == (409, "encounter_ended")
    assert admit(nurse, address).status_code == 201


@pytest.mark.parametrize(
    ("ended_hours_ago", "status", "code"),
    [(6, 400, "ends_before_start"), (-1, 400, "in_the_future"), (3, 409, "measured_after_end")],
)
def test_a_stay_ends_after_it_began_and_after_its_last_set(
    nurse, ward, address, ended_hours_ago, status, code
):
    stay = admit(nurse, address, started_at=hours_ago(5)).json()
    record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now() - datetime.timedelta(hours=2),
        measurements={"heart_rate_per_min": 70},
    )
    response = change(nurse, address, stay, {"ended_at": hours_ago(ended_hours_ago)})
    assert (response.status_code, only_error(response)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"started_at": hours_ago(-1)}, "in_the_future"),
        ({"started_at": "1950-01-01T00:00:00Z"}, "before_birth"),
        ({"started_at": "2026-01-01T00:00:00"}, "invalid_timestamp"),
        ({"class": "prison"}, "invalid_choice"),
        ({"encounter_class": "inpatient"}, "unknown_field"),
        ({"ended_at": "2026-01-01T00:00:00Z"}, "unknown_field"),
        ({"ward": "x" * 81}, "max_length"),
    ],
)
def test_a_stay_that_cannot_be_is_refused(nurse, address, fields, code):
    response = admit(nurse, address, **fields)
    assert (response.status_code, only_error(response)["code"]) == (400, code)


@pytest.mark.parametrize("place", [{"ward": "3 East\u200b"}, {"bed": "\u202e7"}])
def test_no_ward_or_bed_only_looks_like_another(nurse, address, place):
    """The patient would not be on the board of the ward that is meant."""
    refused = admit(nurse, address, **place)
    assert (refused.status_code, only_error(refused)["code"]) == (400, "invalid_text")
    stay = admit(nurse, address, ward=" 3   East ").json()
    assert stay["ward"] == "3 East"
    moved = change(nurse, address, stay, place)
    assert (moved.status_code, only_error(moved)["attr"]) == (400, *place)


def test_stays_do_not_overlap(nurse, ward, address):
    make_encounter(
        ward.patient,
        started_at=timezone.now() - datetime.timedelta(hours=9),
        ended_at=timezone.now() - datetime.timedelta(hours=4),
    )
    response = admit(nurse, address, started_at=hours_ago(5))
    assert only_error(response)["code"] == "overlapping_encounter"


def test_after_death_no_stay_begins_but_the_last_one_can_be_ended(nurse, ward):
    died = timezone.now() - datetime.timedelta(hours=2)
    patient = make_patient(ward.site)
    address = f"/api/v1/patients/{patient.pk}/encounters/"
    stay = admit(nurse, address, started_at=hours_ago(5)).json()
    patient.deceased_at = died
    patient.save()
    assert change(nurse, address, stay, {"ended_at": hours_ago(1)}).status_code == 200
    assert only_error(admit(nurse, address))["code"] == "after_death"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "x"},
        {"bed": "1", "ended_at": hours_ago(0)},
        {"status": "entered-in-error", "reason": "x", "bed": "1"},
    ],
)
def test_a_change_moves_or_ends(nurse, address, body):
    response = change(nurse, address, admit(nurse, address).json(), body)
    assert (response.status_code, only_error(response)["code"]) == (400, "move_or_end")


def test_a_stale_change_is_refused(nurse, address):
    stay = admit(nurse, address).json()
    change(nurse, address, stay, {"bed": "8"})
    assert change(nurse, address, stay, {"bed": "9"}).status_code == 412


def test_stays_are_listed_newest_first(nurse, ward, address):
    make_encounter(ward.patient, ended_at=timezone.now() - datetime.timedelta(days=1), bed="first")
    admit(nurse, address, bed="second")
    beds = [row["bed"] for row in nurse.get(address).json()["results"]]
    assert beds == ["second", "first"]
    detail = nurse.get(f"{address}{Encounter.objects.open().get().pk}/")
    assert (detail.json()["bed"], detail.headers["ETag"]) == ("second", '"1"')


# --- beds, and what was a mistake ----------------------------------------------------------------
def test_a_taken_bed_is_asked_about(nurse, ward, address):
    make_encounter(make_patient(ward.site))
    answer = admit(nurse, address)
    assert (answer.status_code, answer.json()["type"]) == (409, "confirm_required")
    assert (only_error(answer)["code"], only_error(answer)["attr"]) == ("bed_taken", "bed")
    stay = admit(nurse, address, bed="8").json()
    assert only_error(change(nurse, address, stay, {"bed": "7"}))["code"] == "bed_taken"
    moved = change(nurse, address, stay, {"bed": "7", "confirm": ["bed_taken"]})
    assert (moved.status_code, moved.json()["bed"]) == (200, "7")


def test_a_discharge_is_taken_back_with_a_reason(nurse, address):
    stay = admit(nurse, address, started_at=hours_ago(5)).json()
    change(nurse, address, stay, {"ended_at": hours_ago(1)})
    without = change(nurse, address, stay, {"ended_at": None}, '"2"')
    assert (without.status_code, only_error(without)["code"]) == (400, "reason_required")
    back = {"ended_at": None, "reason": "another patient left"}
    answer = change(nurse, address, stay, back, '"2"')
    assert (answer.status_code, answer.json()["ended_at"]) == (200, None)
    again = change(nurse, address, stay, back, '"3"')
    assert (again.status_code, only_error(again)["code"]) == (409, "encounter_open")


def test_an_admission_is_withdrawn_with_a_reason_and_another_may_begin_at_once(nurse, address):
    stay = admit(nurse, address).json()
    error = {"status": "entered-in-error"}
    assert only_error(change(nurse, address, stay, error))["code"] == "reason_required"
    answer = change(nurse, address, stay, error | {"reason": "namesake"})
    body = answer.json()
    assert (body["status"], body["ended_at"] is None) == ("entered-in-error", False)
    assert admit(nurse, address, started_at=hours_ago(1)).status_code == 201
    for act in ({"bed": "1"}, {"ended_at": None, "reason": "x"}, error | {"reason": "x"}):
        later = change(nurse, address, stay, act, '"2"')
        assert (later.status_code, only_error(later)["code"]) == (409, "entered_in_error")


def test_a_set_belongs_to_no_stay_that_was_a_mistake(nurse, ward, address):
    stay = admit(nurse, address, started_at=hours_ago(5)).json()
    change(nurse, address, stay, {"status": "entered-in-error", "reason": "namesake"})
    taken = record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now() - datetime.timedelta(hours=2),
        measurements={"heart_rate_per_min": 70},
    )
    assert taken.encounter is None


def test_a_stay_in_which_something_was_recorded_is_not_withdrawn(nurse, ward, address):
    stay = admit(nurse, address, started_at=hours_ago(5)).json()
    write_note(patient=ward.patient, written_by=ward.nurse, text="Slept well.")
    body = {"status": "entered-in-error", "reason": "x"}
    answer = change(nurse, address, stay, body)
    assert (answer.status_code, only_error(answer)["code"]) == (409, "encounter_in_use")


def test_only_the_last_stay_is_reopened(nurse, ward, address):
    first = admit(nurse, address, started_at=hours_ago(9)).json()
    change(nurse, address, first, {"ended_at": hours_ago(8)})
    second = admit(nurse, address, started_at=hours_ago(5)).json()
    change(nurse, address, second, {"ended_at": hours_ago(4)})
    answer = change(nurse, address, first, {"ended_at": None, "reason": "x"}, '"2"')
    assert only_error(answer)["code"] == "later_encounter"
    ward.patient.deceased_at = timezone.now() - datetime.timedelta(hours=4)
    ward.patient.save()
    answer = change(nurse, address, second, {"ended_at": None, "reason": "x"}, '"2"')
    assert only_error(answer)["code"] == "after_death"
