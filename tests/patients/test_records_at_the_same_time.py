"""Two people write into one record at the same moment: nothing is lost, nothing stands twice."""

import pytest
from django.core.management import call_command
from django.db import connection

from patients.models import Allergy, Encounter, Medication, Note, Revision
from patients.services import record_medication, start_encounter, write_note
from tests.factories import make_ward
from tests.patients.test_at_the_same_time import at_the_same_time


@pytest.fixture
def ward(transactional_db):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads share one connection to an SQLite database in memory")
    call_command("sync_roles", verbosity=0)
    return make_ward()


def below(ward, address):
    return f"/api/v1/patients/{ward.patient.pk}/{address}"


def test_one_of_the_changes_of_a_version_wins_and_is_in_the_history(ward):
    drug = record_medication(
        patient=ward.patient, recorded_by=ward.clinician, display="metformin", dosage="0"
    )
    statuses, _ = at_the_same_time(
        ward.clinician,
        4,
        lambda client, index: client.patch(
            below(ward, f"medications/{drug.pk}/"), {"dosage": f"{index}-0-1"}, format="json",
            headers={"If-Match": '"1"'},
        ),
    )  # fmt: skip
    assert statuses == [200, 412, 412, 412]
    assert Medication.objects.get().version == 2
    assert Revision.objects.get().values["dosage"] == "0"


def test_one_of_the_corrections_of_a_note_wins(ward):
    note = write_note(patient=ward.patient, written_by=ward.nurse, text="a")
    statuses, _ = at_the_same_time(
        ward.nurse,
        4,
        lambda client, index: client.post(
            below(ward, f"notes/{note.pk}/correct/"), {"text": str(index), "reason": "x"},
            format="json",
        ),
    )  # fmt: skip
    assert statuses == [201, 409, 409, 409]
    assert Note.objects.final().count() == 1
    assert Note.objects.count() == 2


def test_none_known_and_an_allergy_never_stand_together(ward):
    bodies = [{"code": {"display": "NKA"}}, {"code": {"display": "Nuts"}}]
    statuses, _ = at_the_same_time(
        ward.clinician,
        4,
        lambda client, index: client.post(
            below(ward, "allergies/"), bodies[index % 2], format="json"
        ),
    )
    active = {one.display for one in Allergy.objects.active()}
    assert active in ({"NKA"}, {"Nuts"})
    assert set(statuses) == {201, 409}


def test_a_move_and_a_discharge_of_one_version_are_not_both_done(ward):
    stay = start_encounter(patient=ward.patient, started_by=ward.nurse, bed="1")
    bodies = [{"bed": "2"}, {"status": "entered-in-error", "reason": "namesake"}]
    statuses, _ = at_the_same_time(
        ward.nurse,
        4,
        lambda client, index: client.patch(
            below(ward, f"encounters/{stay.pk}/"), bodies[index % 2], format="json",
            headers={"If-Match": '"1"'},
        ),
    )  # fmt: skip
    assert statuses == [200, 412, 412, 412]
    assert Encounter.objects.get().version == 2


def test_one_key_writes_one_note(ward):
    statuses, bodies = at_the_same_time(
        ward.nurse,
        4,
        lambda client, _: client.post(
            below(ward, "notes/"), {"text": "Slept well."}, format="json",
            headers={"Idempotency-Key": "pressed twice"},
        ),
    )  # fmt: skip
    assert statuses == [201] * 4
    assert len({body["id"] for body in bodies}) == 1
