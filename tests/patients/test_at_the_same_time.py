"""Two people press the button at the same moment; one act is done, nothing is half done."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, connections
from rest_framework.test import APIClient

from patients.break_glass.search import SEARCHES, Sought, find_anywhere
from patients.invariants import broken
from patients.models import BreakGlassGrant, Encounter, Patient, VitalSigns
from patients.services import start_encounter
from tests.factories import make_patient, make_ward

BED = {"ward": "3 East", "bed": "7"}
SET = {"measured_at": "2026-01-02T03:04:05Z", "heart_rate_per_min": 70}


@pytest.fixture
def ward(transactional_db):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads share one connection to an SQLite database in memory")
    # A test before may have committed, and so emptied the tables afterwards.
    call_command("sync_roles", verbosity=0)
    return make_ward()


def at_the_same_time(user, number, request):
    """Send ``number`` requests from as many threads; return the sorted statuses and the bodies."""
    barrier = threading.Barrier(number)
    answers = []

    def send(index):
        client = APIClient()
        client.force_authenticate(user)
        barrier.wait()
        try:
            answers.append(request(client, index))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == number
    return sorted(answer.status_code for answer in answers), [one.json() for one in answers]


def test_one_key_makes_one_set(ward):
    url = f"/api/v1/patients/{ward.patient.pk}/vital-signs/"
    headers = {"Idempotency-Key": "pressed twice"}
    statuses, bodies = at_the_same_time(
        ward.nurse, 4, lambda client, _: client.post(url, SET, format="json", headers=headers)
    )
    assert statuses == [201] * 4
    assert len({body["id"] for body in bodies}) == 1
    assert VitalSigns.objects.count() == 1


def test_one_of_two_corrections_wins(ward):
    client = APIClient()
    client.force_authenticate(ward.nurse)
    url = f"/api/v1/patients/{ward.patient.pk}/vital-signs/"
    old = client.post(url, SET, format="json").json()["id"]
    statuses, _ = at_the_same_time(
        ward.nurse,
        4,
        lambda client, index: client.post(
            f"{url}{old}/correct/", {"reason": "x", "heart_rate_per_min": 60 + index}, format="json"
        ),
    )
    assert statuses == [201, 409, 409, 409]
    assert VitalSigns.objects.final().count() == 1
    assert broken() == []


def test_one_of_two_admissions_wins(ward):
    url = f"/api/v1/patients/{ward.patient.pk}/encounters/"
    statuses, _ = at_the_same_time(
        ward.nurse, 4, lambda client, index: client.post(url, {"bed": str(index)}, format="json")
    )
    assert statuses == [201, 409, 409, 409]
    assert Encounter.objects.count() == 1


def test_one_of_two_admissions_to_a_bed_is_asked(ward):
    people = [ward.patient, *(make_patient(ward.site) for _ in range(3))]
    statuses, bodies = at_the_same_time(
        ward.nurse,
        4,
        lambda client, index: client.post(
            f"/api/v1/patients/{people[index].pk}/encounters/", BED, format="json"
        ),
    )
    assert statuses == [201, 409, 409, 409]
    assert [one["errors"][0]["code"] for one in bodies if "errors" in one] == ["bed_taken"] * 3
    assert Encounter.objects.open().count() == 1


def test_one_of_two_moves_to_a_bed_is_asked(ward):
    stays = [
        start_encounter(patient=one, started_by=ward.nurse, ward="2 West", bed=str(index))
        for index, one in enumerate([ward.patient, *(make_patient(ward.site) for _ in range(3))])
    ]
    statuses, _ = at_the_same_time(
        ward.nurse,
        4,
        lambda client, index: client.patch(
            f"/api/v1/patients/{stays[index].patient_id}/encounters/{stays[index].pk}/",
            BED,
            format="json",
            headers={"If-Match": '"1"'},
        ),
    )
    assert statuses == [200, 409, 409, 409]


def test_one_of_two_patients_gets_the_record_number(ward):
    person = {"medical_record_number": "N1", "family_name": "Inventada"}
    statuses, _ = at_the_same_time(
        ward.nurse, 4, lambda client, _: client.post("/api/v1/patients/", person, format="json")
    )
    assert statuses == [201, 409, 409, 409]
    assert Patient.objects.filter(medical_record_number="N1").count() == 1


def test_one_of_two_changes_of_a_version_wins(ward):
    url = f"/api/v1/patients/{ward.patient.pk}/"
    statuses, _ = at_the_same_time(
        ward.nurse,
        4,
        lambda client, index: client.patch(
            url, {"phone": str(index)}, format="json", headers={"If-Match": '"1"'}
        ),
    )
    assert statuses == [200, 412, 412, 412]


def test_the_glass_is_broken_once(ward):
    body = {
        "medical_record_number": ward.patient.medical_record_number,
        "reason": "Unconscious in the corridor",
    }
    statuses, bodies = at_the_same_time(
        ward.stranger, 4, lambda client, _: client.post("/api/v1/break-glass/", body, format="json")
    )
    assert statuses == [201] * 4
    assert len({body["id"] for body in bodies}) == 1
    assert BreakGlassGrant.objects.count() == 1


def test_emergency_searches_at_once_are_counted_one_after_the_other(ward):
    for _ in range(SEARCHES - 1):
        find_anywhere(user=ward.stranger, sought=Sought("no such number"))
    body = {"medical_record_number": "no such number", "reason": "Unconscious in the corridor"}
    statuses, _ = at_the_same_time(
        ward.stranger, 4, lambda client, _: client.post("/api/v1/break-glass/", body, format="json")
    )
    assert statuses == [404, 429, 429, 429]
