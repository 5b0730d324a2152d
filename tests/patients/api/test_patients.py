"""Register, find, read and change a person over REST."""

import datetime
import json

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import Patient
from patients.services import record_vital_signs
from patients.services.words import write_words
from tests.factories import make_patient, make_site, make_user
from tests.patients.api.answers import only_error

PATIENTS = "/api/v1/patients/"
PERSON = {
    "medical_record_number": "N-1",
    "family_name": "Inventada Ñúñez",
    "given_names": "Lucía",
    "birth_date": "1962-02-03",
    "sex": "female",
    "emergency_contact": {"name": "Iñaki", "relationship": "son", "phone": "555 0142"},
}


def register(client, **fields):
    return client.post(PATIENTS, PERSON | fields, format="json")


def change(client, patient, body, etag='"1"'):
    headers = {"If-Match": etag} if etag else {}
    return client.patch(f"{PATIENTS}{patient.pk}/", body, format="json", headers=headers)


def test_a_caller_with_one_site_need_not_name_it(nurse, ward):
    response = register(nurse, birth_date="1962-02-04")
    assert response.status_code == 201
    body = response.json()
    assert body["site"] == str(ward.site.pk)
    assert body["emergency_contact"] == PERSON["emergency_contact"]
    assert (body["name"], body["sex"]) == ("Inventada Ñúñez, Lucía", "female")
    assert body["age_years"] >= 63
    assert (body["pregnancy_status"], body["saturation_scale"]) == ("unknown", 1)
    assert body["possible_duplicates"] == []
    assert AuditEvent.objects.get().action == "patient.registered"


def test_a_caller_with_two_sites_says_which(nurse, ward):
    second = make_site()
    ward.nurse.sites.add(second)
    assert only_error(register(nurse))["attr"] == "site"
    assert register(nurse, site=str(second.pk)).json()["site"] == str(second.pk)


def test_a_record_number_is_given_once_per_site(nurse, ward):
    assert register(nurse).status_code == 201
    response = register(nurse, family_name="Another")
    assert response.status_code == 409
    assert only_error(response)["code"] == "record_number_taken"
    ward.nurse.sites.set([make_site()])
    assert register(nurse).status_code == 201


@pytest.mark.parametrize(
    ("fields", "attr"),
    [
        ({"medical_record_number": " "}, "medical_record_number"),
        ({"family_name": ""}, "family_name"),
        ({"family_name": None}, "family_name"),
        ({"family_name": "x" * 121}, "family_name"),
        ({"family_name": "a\u0000b"}, "family_name"),
        ({"family_name": "a\ud800b"}, "family_name"),
        ({"family_name": 5}, "family_name"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "0196-02-03"}, "birth_date"),
        ({"birth_date": "1962-02-30"}, "birth_date"),
        ({"birth_date": "03.02.1962"}, "birth_date"),
        ({"sex": "f"}, "sex"),
        ({"pregnancy_status": "maybe"}, "pregnancy_status"),
        ({"saturation_scale": 3}, "saturation_scale"),
        ({"deceased_at": "2020-01-01T00:00:00"}, "deceased_at"),
        ({"deceased_at": "1950-01-01T00:00:00Z"}, "deceased_at"),
        ({"deceased_at": "2999-01-01T00:00:00Z"}, "deceased_at"),
        ({"created_by": "x"}, "created_by"),
        ({"merged_into": None}, "merged_into"),
        ({"site": "1"}, "site"),
        ({"emergency_contact": {"mobile": "1"}}, "emergency_contact.mobile"),
        ({"emergency_contact": "son"}, "emergency_contact"),
    ],
)
def test_a_person_who_cannot_be_is_refused(nurse, fields, attr):
    response = nurse.post(PATIENTS, json.dumps(PERSON | fields), content_type="application/json")
    assert response.status_code == 400
    assert only_error(response)["attr"].startswith(attr)
    assert Patient.objects.count() == 1  # the ward's


def test_the_birth_date_may_be_unknown(nurse):
    body = register(nurse, birth_date=None).json()
    assert (body["birth_date"], body["age_years"]) == (None, None)


@pytest.mark.parametrize(
    "words",
    ["nunez", "INVENTADA", "lucía inven", "n-1", "1962-02-03", "03.02.1962", "lucia n-1",
     "Núñez, Lucía"],
)  # fmt: skip
def test_a_patient_is_found_by_any_words(nurse, words):
    pk = register(nurse).json()["id"]
    found = nurse.get(PATIENTS, {"q": words}).json()["results"]
    assert pk in {patient["id"] for patient in found}
    assert AuditEvent.objects.filter(action="patients.searched").get().patient_ids


@pytest.mark.parametrize("words", ["nobody", "lucia nobody", "%", "_"])
def test_words_that_nobody_has_find_nobody(nurse, words):
    register(nurse)
    assert nurse.get(PATIENTS, {"q": words}).json()["results"] == []


@pytest.mark.parametrize("words", ["a\0b", "x" * 201])
def test_a_search_that_cannot_be_is_refused(nurse, words):
    response = nurse.get(PATIENTS, {"q": words})
    assert (response.status_code, only_error(response)["code"]) == (400, "invalid_parameter")


def test_the_list_holds_the_own_site_by_name_and_leaves_one_audit_row(nurse, ward):
    make_patient(make_site(), family_name="Aaa")
    second = make_patient(ward.site, family_name="Zzz")
    first = make_patient(ward.site, family_name="Bbb")
    listed = [row["id"] for row in nurse.get(PATIENTS).json()["results"]]
    assert listed == [str(first.pk), str(ward.patient.pk), str(second.pk)]
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_ids) == ("patients.listed", listed)


def test_the_list_is_paged_by_name(nurse, ward):
    for number in range(6):
        make_patient(ward.site, family_name="Same", given_names=f"{number}")
    first = nurse.get(f"{PATIENTS}?page_size=4").json()
    second = nurse.get(first["next"]).json()
    names = [row["given_names"] for page in (first, second) for row in page["results"]]
    assert names[1:] == ["0", "1", "2", "3", "4", "5"]
    assert (first["previous"], second["next"]) == (None, None)


def test_a_page_leads_back_as_well(nurse, ward):
    for number in range(6):
        make_patient(ward.site, family_name="Same", given_names=f"{number}")
    first = nurse.get(f"{PATIENTS}?q=same&page_size=2").json()
    second = nurse.get(first["next"]).json()
    third = nurse.get(second["next"]).json()
    assert nurse.get(third["previous"]).json()["results"] == second["results"]
    back = nurse.get(second["previous"]).json()
    assert (back["results"], back["previous"]) == (first["results"], None)


@pytest.mark.parametrize(
    "cursor", ["x", "-", "MA", "MAowCgA", "é", "a" * 5000, "LTEKMApzb2wKc29sCjEK"]
)
def test_a_cursor_that_no_list_answered_is_refused(nurse, cursor):
    response = nurse.get(PATIENTS, {"cursor": cursor})
    assert (response.status_code, only_error(response)["code"]) == (400, "invalid_cursor")


def test_a_merged_record_leads_to_the_one_that_stands(nurse, ward):
    make_patient(
        ward.site, family_name="Antigua", medical_record_number="300417-B",
        merged_into=ward.patient,
    )  # fmt: skip
    write_words(ward.patient)
    (found,) = nurse.get(PATIENTS, {"q": "300417-b"}).json()["results"]
    assert (found["id"], found["was"]["medical_record_number"]) == (
        str(ward.patient.pk), "300417-B",
    )  # fmt: skip
    assert nurse.get(PATIENTS, {"q": "inventada"}).json()["results"][0]["was"] is None


def test_a_list_takes_the_same_number_of_queries_for_one_and_for_many(
    nurse, ward, django_assert_max_num_queries, django_assert_num_queries
):
    nurse.get(PATIENTS)
    with django_assert_max_num_queries(6) as before:
        nurse.get(PATIENTS)
    for _ in range(20):
        make_patient(ward.site)
    with django_assert_num_queries(len(before)):
        nurse.get(PATIENTS)


def test_reading_a_patient_gives_the_etag_and_is_on_record(nurse, ward):
    response = nurse.get(f"{PATIENTS}{ward.patient.pk}/")
    assert response.headers["ETag"] == '"1"'
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_id) == ("patient.read", ward.patient.pk)


def test_a_change_keeps_what_it_does_not_name(nurse, ward):
    response = change(nurse, ward.patient, {"phone": "555", "emergency_contact": {"name": "A"}})
    assert response.status_code == 200
    body = response.json()
    assert (body["phone"], body["family_name"], body["version"]) == ("555", "Inventada", 2)
    assert response.headers["ETag"] == '"2"'
    body = change(nurse, ward.patient, {"emergency_contact": {"phone": "1"}}, '"2"').json()
    assert body["emergency_contact"] == {"name": "A", "relationship": "", "phone": "1"}


@pytest.mark.parametrize(
    ("etag", "status", "code"),
    [
        (None, 428, "precondition_required"),
        ('"7"', 412, "version_conflict"),
        ("*", 400, "invalid_if_match"),
        ('"1", "2"', 400, "invalid_if_match"),
        ("x", 400, "invalid_if_match"),
    ],
)
def test_a_change_names_the_version_that_it_changes(nurse, ward, etag, status, code):
    response = change(nurse, ward.patient, {"phone": "1"}, etag)
    assert (response.status_code, only_error(response)["code"]) == (status, code)


def test_a_changed_name_is_found(nurse, ward):
    change(nurse, ward.patient, {"family_name": "Renombrada"})
    assert len(nurse.get(PATIENTS, {"q": "renombrada"}).json()["results"]) == 1


def test_a_record_number_of_another_patient_cannot_be_taken(nurse, ward):
    other = make_patient(ward.site)
    body = {"medical_record_number": other.medical_record_number}
    response = change(nurse, ward.patient, body)
    assert (response.status_code, only_error(response)["code"]) == (409, "record_number_taken")


def test_a_clinician_authorises_scale_2_and_who_and_when_is_on_record(clinician, ward):
    body = change(clinician, ward.patient, {"saturation_scale": 2}).json()
    assert body["saturation_scale"] == 2
    assert body["saturation_scale_authorised_by"]["id"] == str(ward.clinician.pk)
    assert body["saturation_scale_authorised_at"]


def test_a_nurse_may_send_the_scale_that_stands(nurse, ward):
    assert change(nurse, ward.patient, {"saturation_scale": 1}).status_code == 200


def test_a_nurse_may_not_register_a_patient_on_scale_2(nurse):
    assert register(nurse, saturation_scale=2).status_code == 403


def test_pregnancy_is_recorded_with_who_and_since_when(nurse, ward):
    asked = change(nurse, ward.patient, {"pregnancy_status": "yes"})
    assert (asked.status_code, asked.json()["type"]) == (409, "confirm_required")
    fields = {"pregnancy_status": "yes", "confirm": ["pregnancy_unlikely"]}
    body = change(nurse, ward.patient, fields).json()
    assert body["pregnancy_status_by"]["id"] == str(ward.nurse.pk)
    assert body["pregnancy_status_since"]


def test_a_death_is_not_before_the_last_set(nurse, ward):
    record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 70},
    )
    response = change(nurse, ward.patient, {"deceased_at": "2026-01-01T00:00:00Z"})
    assert (response.status_code, only_error(response)["code"]) == (409, "measured_after_death")
    response = change(nurse, ward.patient, {"birth_date": timezone.now().date().isoformat()})
    assert response.status_code == 200


def test_a_birth_is_not_after_the_first_set(nurse, ward):
    record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now() - datetime.timedelta(days=3),
        measurements={"heart_rate_per_min": 70},
    )
    response = change(nurse, ward.patient, {"birth_date": timezone.now().date().isoformat()})
    assert (response.status_code, only_error(response)["code"]) == (409, "measured_before_birth")


def test_a_merged_record_is_not_changed(nurse, ward):
    merged = make_patient(ward.site, merged_into=ward.patient)
    response = change(nurse, merged, {"phone": "1"})
    assert (response.status_code, only_error(response)["code"]) == (409, "patient_merged")


def test_a_repeated_registration_makes_one_patient(nurse):
    headers = {"Idempotency-Key": "once"}
    first = nurse.post(PATIENTS, PERSON, format="json", headers=headers)
    again = nurse.post(PATIENTS, PERSON, format="json", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_a_user_without_a_site_sees_and_registers_nobody(api, db):
    api.force_authenticate(make_user("nurse"))
    assert api.get(PATIENTS).json()["results"] == []
    assert register(api).status_code == 400
