"""Merging while others write: nothing is left under a merged record, nobody waits for ever."""

from django.utils import timezone

from patients.invariants import broken
from patients.models import Patient, PatientMerge, VitalSigns
from patients.services.merging import merge_patients
from tests.factories import make_patient
from tests.patients.test_at_the_same_time import at_the_same_time, ward  # noqa: F401

SET = {"measured_at": "2026-01-02T03:04:05Z", "heart_rate_per_min": 70}


def below(patient, path):
    return f"/api/v1/patients/{patient.pk}/{path}"


def merge_of(client, survivor, duplicate):
    body = {"duplicate": str(duplicate.pk), "reason": "registered twice"}
    return client.post(below(survivor, "merge/"), body, format="json")


def test_a_set_that_comes_during_a_merge_moves_or_is_told_where_to_go(ward):  # noqa: F811
    other = make_patient(ward.site)

    def request(client, index):
        if index == 0:
            return merge_of(client, ward.patient, other)
        return client.post(below(other, "vital-signs/"), SET, format="json")

    statuses, _ = at_the_same_time(ward.nurse, 6, request)
    assert statuses.count(201) + statuses.count(409) == 6
    assert PatientMerge.objects.count() == 1
    assert not VitalSigns.objects.filter(patient=other).exists()
    assert VitalSigns.objects.filter(patient=ward.patient).count() == statuses.count(201) - 1
    assert broken() == []


def test_two_who_merge_the_same_records_the_other_way_round_make_one_merge(ward):  # noqa: F811
    other = make_patient(ward.site)
    sides = [(ward.patient, other), (other, ward.patient)]
    statuses, _ = at_the_same_time(
        ward.nurse, 6, lambda client, index: merge_of(client, *sides[index % 2])
    )
    assert statuses == [201] + [409] * 5
    assert broken() == []


def test_chains_of_merges_at_the_same_time_end_in_standing_records(ward):  # noqa: F811
    people = [ward.patient, *(make_patient(ward.site) for _ in range(5))]
    statuses, _ = at_the_same_time(
        ward.nurse, 6, lambda client, index: merge_of(client, people[index], people[index - 1])
    )
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert broken() == []


def test_a_merge_is_undone_once_by_two(ward):  # noqa: F811
    other = make_patient(ward.site)
    made = merge_patients(
        survivor=ward.patient, duplicate=other, merged_by=ward.nurse, reason="registered twice"
    )
    address = below(ward.patient, f"merges/{made.pk}/undo/")
    statuses, _ = at_the_same_time(
        ward.nurse, 4, lambda client, _: client.post(address, {"reason": "two"}, format="json")
    )
    assert statuses == [200] + [409] * 3
    assert Patient.objects.standing().count() == 2
    assert broken() == []


def test_registering_the_same_names_at_the_same_time_blocks_nobody(ward):  # noqa: F811
    def request(client, index):
        body = {
            "medical_record_number": f"N-{index}", "family_name": "Wolfeschlegelstein García",
            "given_names": "Maximiliana Hubertina"[:: 1 if index % 2 else -1],
            "birth_date": timezone.localdate().isoformat(),
        }  # fmt: skip
        return client.post("/api/v1/patients/", body, format="json")

    statuses, _ = at_the_same_time(ward.nurse, 8, request)
    assert statuses == [201] * 8
    assert broken() == []
