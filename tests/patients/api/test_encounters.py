"""Admit, move, discharge and read stays over REST."""

import datetime

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import Encounter
from patients.services import record_vital_signs
from tests.factories import make_encounter, make_patient


@pytest.fixture
def nurse(api, ward):
    api.force_authenticate(ward.nurse)
    return api


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


def only_error(response):
    (error,) = response.json()["errors"]
    return error


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


@pytest.mark.parametrize("body", [{}, {"bed": "1", "ended_at": hours_ago(0)}])
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
