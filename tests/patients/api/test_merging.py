"""Possible duplicates, merging and undoing it, and what old ids answer, over REST."""

import uuid

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import PatientMerge
from patients.services import record_vital_signs
from patients.services.merging import merge_patients
from tests.factories import make_encounter, make_patient, make_site

PATIENTS = "/api/v1/patients/"
WHY = "registered twice"


@pytest.fixture
def other(ward):
    """Return a second record of the ward's patient."""
    other = make_patient(
        ward.site, given_names=ward.patient.given_names, medical_record_number="300417-B"
    )
    record_vital_signs(
        patient=other, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 70},
    )  # fmt: skip
    return other


@pytest.fixture
def merged(ward, other):
    return merge_patients(survivor=ward.patient, duplicate=other, merged_by=ward.nurse, reason=WHY)


def below(patient, path=""):
    return f"{PATIENTS}{patient.pk}/{path}"


def merge(client, patient, duplicate, *, key=None, **fields):
    body = {"duplicate": str(getattr(duplicate, "pk", duplicate)), "reason": WHY} | fields
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(below(patient, "merge/"), body, format="json", headers=headers)


def code_of(response):
    return response.json()["errors"][0]["code"]


# --- possible duplicates -------------------------------------------------------------------------
def test_registering_answers_who_may_be_the_same_person(nurse, ward):
    body = {
        "medical_record_number": "N-1", "family_name": ward.patient.family_name,
        "given_names": ward.patient.given_names, "birth_date": "1962-02-03", "sex": "female",
    }  # fmt: skip
    response = nurse.post(PATIENTS, body, format="json")
    assert response.status_code == 201
    (alike,) = response.json()["possible_duplicates"]
    assert alike == {
        "id": str(ward.patient.pk),
        "name": ward.patient.name,
        "birth_date": "1962-02-03",
        "medical_record_number": ward.patient.medical_record_number,
        "likeness": "very-likely",
        "because": ["names_same", "birth_date_same"],
    }


def test_possible_duplicates_of_a_patient_are_answered_and_on_record(nurse, ward, other):
    (alike,) = nurse.get(below(ward.patient, "possible-duplicates/")).json()
    assert alike["id"] == str(other.pk)
    event = AuditEvent.objects.get(action="patient.possible-duplicates")
    assert (event.patient_id, event.patient_ids) == (ward.patient.pk, [str(other.pk)])


# --- preview and merge ---------------------------------------------------------------------------
def test_the_preview_shows_both_what_differs_and_what_moves(nurse, ward, other):
    make_encounter(ward.patient)
    make_encounter(other)
    address = below(ward.patient, f"merge-preview/?with={other.pk}")
    body = nurse.get(address).json()
    assert (body["survivor"]["id"], body["duplicate"]["id"]) == (
        str(ward.patient.pk),
        str(other.pk),
    )
    assert [field["field"] for field in body["differing"]] == ["medical_record_number"]
    rows = {one["table"]: (one["survivor"], one["duplicate"]) for one in body["rows"]}
    assert rows["patients.vitalsigns"] == (0, 1)
    assert [one["code"] for one in body["obstacles"]] == ["two_open_encounters"]


@pytest.mark.parametrize(("named", "status"), [("x", 400), ("", 400), (uuid.uuid4(), 404)])
def test_a_preview_with_nobody_is_refused(nurse, ward, named, status):
    address = below(ward.patient, f"merge-preview/?with={named}")
    assert nurse.get(address).status_code == status


def test_a_merge_is_answered_with_what_moved(nurse, ward, other):
    response = merge(nurse, ward.patient, other, survivor_version=1, duplicate_version=1)
    assert response.status_code == 201
    body = response.json()
    assert body["moved"] == {"patients.vitalsigns": 1}
    assert (body["reason"], body["created_by"]["id"]) == (WHY, str(ward.nurse.pk))
    listed = nurse.get(below(ward.patient, "merges/")).json()["results"]
    assert listed == [body]


def test_a_repeated_merge_is_done_once(nurse, ward, other):
    first = merge(nurse, ward.patient, other, key="one")
    again = merge(nurse, ward.patient, other, key="one")
    assert (first.status_code, again.json()) == (201, first.json())
    assert PatientMerge.objects.count() == 1
    assert code_of(merge(nurse, ward.patient, other, key="two")) == "already_merged"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"reason": ""}, 400, "blank"),
        ({"reason": "x" * 401}, 400, "max_length"),
        ({"chosen": ["medical_record_number"]}, 400, "invalid_choice"),
        ({"chosen": "birth_date"}, 400, "not_a_list"),
        ({"survivor_version": 1}, 400, "required"),
        ({"survivor_version": 7, "duplicate_version": 1}, 412, "version_conflict"),
        ({"undone_at": None}, 400, "unknown_field"),
    ],
)
def test_a_merge_that_cannot_be_is_refused(nurse, ward, other, fields, status, code):
    response = merge(nurse, ward.patient, other, **fields)
    assert (response.status_code, code_of(response)) == (status, code)
    assert not PatientMerge.objects.exists()


@pytest.mark.parametrize(("named", "status"), [("x", 400), (uuid.uuid4(), 404)])
def test_a_merge_with_nobody_is_refused(nurse, ward, named, status):
    assert merge(nurse, ward.patient, named).status_code == status


def test_records_of_other_sites_are_not_merged(nurse, ward):
    foreign = make_patient(make_site())
    assert merge(nurse, ward.patient, foreign).status_code == 404
    assert merge(nurse, foreign, ward.patient).status_code == 404


def test_who_may_not_change_patients_does_not_merge(api, ward, other):
    api.force_authenticate(ward.radiologist)
    assert merge(api, ward.patient, other).status_code == 403
    assert api.get(below(ward.patient, f"merge-preview/?with={other.pk}")).status_code == 403


def test_undoing_gives_the_rows_back(nurse, ward, other, merged):
    address = below(ward.patient, f"merges/{merged.pk}/undo/")
    response = nurse.post(address, {"reason": "twins"}, format="json")
    assert (response.status_code, response.json()["undo_reason"]) == (200, "twins")
    assert other.vital_signs.count() == 1
    response = nurse.post(address, {"reason": "twins"}, format="json")
    assert (response.status_code, code_of(response)) == (409, "already_undone")


# --- old ids -------------------------------------------------------------------------------------
def test_the_old_id_says_where_it_went(nurse, ward, other, merged):
    body = nurse.get(below(other)).json()
    assert (body["id"], body["merged_into"]) == (str(other.pk), str(ward.patient.pk))


@pytest.mark.parametrize(
    "path", ["vital-signs/", "summary/", "encounters/", "conditions/", "merges/"]
)
def test_below_the_old_id_the_record_that_stands_answers(nurse, ward, other, merged, path):
    def without_clock(body):
        return {name: value for name, value in body.items() if name != "generated_at"}

    old, new = nurse.get(below(other, path)), nurse.get(below(ward.patient, path))
    assert old.status_code == 200
    assert without_clock(old.json()) == without_clock(new.json())


@pytest.mark.parametrize("path", ["vital-signs/", "encounters/", "merge/"])
def test_writing_below_the_old_id_is_told_where_to_go(nurse, ward, other, merged, path):
    response = nurse.post(below(other, path), {}, format="json")
    assert (response.status_code, code_of(response)) == (409, "patient_merged")
    suggestion = response.json()["errors"][0]["suggestion"]
    assert (suggestion["field"], suggestion["value"]) == ("patient", str(ward.patient.pk))
