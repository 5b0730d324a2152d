"""Opening a record of another site over REST: for people, never for programs."""

import json

import pytest

from aicare.models import AuditEvent
from patients.models import BreakGlassGrant
from tests.factories import make_patient, make_site, make_token, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/break-glass/"
REASON = "Unconscious in the corridor"


def post(client, url, body, **headers):
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def ask(client, patient, **more):
    body = {"medical_record_number": patient.medical_record_number, "reason": REASON}
    return post(client, URL, body | more)


def test_a_person_opens_a_record_and_every_answer_says_so(stranger, ward):
    answer = ask(stranger, ward.patient)
    assert answer.status_code == 201
    grant = answer.json()
    assert grant["patient"]["id"] == str(ward.patient.pk)
    assert grant["is_running"] is True
    read = stranger.get(f"/api/v1/patients/{ward.patient.pk}/summary/")
    assert read.status_code == 200
    assert read.headers["X-Break-Glass"].startswith("expires=")
    again = ask(stranger, ward.patient)
    assert (again.status_code, again.json()["id"]) == (200, grant["id"])


def test_the_same_request_again_looks_for_nobody_twice(stranger, ward):
    key = {"Idempotency-Key": "k"}
    body = {"medical_record_number": ward.patient.medical_record_number, "reason": REASON}
    first, again = (post(stranger, URL, body, **key) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    assert AuditEvent.objects.filter(action__startswith="break-glass.search").count() == 1
    other = post(stranger, URL, body | {"reason": "Another reason altogether"}, **key)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "idempotency_key_reused")


def test_closing_answers_404_from_then_on(stranger, ward):
    grant = ask(stranger, ward.patient).json()
    closed = post(stranger, f"{URL}{grant['id']}/close/", {})
    assert (closed.status_code, closed.json()["is_running"]) == (200, False)
    assert stranger.get(f"/api/v1/patients/{ward.patient.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["nurse", "clinician", "integrator"])
def test_a_program_cannot(client, ward, role):
    token = make_token(make_user(role, site=make_site()))
    body = {"medical_record_number": ward.patient.medical_record_number, "reason": REASON}
    answer = post(client, URL, body, Authorization=f"Bearer {token}")
    assert answer.status_code == 403
    assert not BreakGlassGrant.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "reason_required"),
        ({"reason": REASON}, 400, "not_enough_known"),
        ({"reason": REASON, "family_name": "Inventada"}, 400, "not_enough_known"),
        ({"reason": REASON, "medical_record_number": "no such number"}, 404, "not_found"),
        ({"reason": "urgent"}, 422, "reason_required"),
        ({"reason": None}, 400, "null"),
        ({"user": "somebody else"}, 400, "unknown_field"),
    ],
)
def test_what_is_wrong_is_said(stranger, ward, body, status, code):
    answer = post(stranger, URL, body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == code


def test_without_a_reason_nobody_is_looked_for(stranger, ward):
    answers = [ask(stranger, ward.patient, reason="urgent")]
    answers.append(ask(stranger, ward.patient, reason="urgent", medical_record_number="none"))
    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].json() == answers[1].json()
    assert not AuditEvent.objects.filter(action="break-glass.searched").exists()


def test_several_people_with_the_number_are_none(stranger, ward):
    make_patient(make_site(), medical_record_number=ward.patient.medical_record_number)
    answer = ask(stranger, ward.patient)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "several_patients"


def test_too_many_searches_say_when_to_come_back(stranger, ward):
    for _ in range(10):
        post(stranger, URL, {"medical_record_number": "none", "reason": REASON})
    answer = ask(stranger, ward.patient)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"


def test_an_administrator_lists_and_judges(client, ward):
    client.force_login(ward.stranger)
    grant = ask(client, ward.patient).json()
    client.get(f"/api/v1/patients/{ward.patient.pk}/")
    client.force_login(make_user("administrator"))
    (row,) = client.get(URL).json()["results"]
    assert (row["reads"], row["changes"], row["looked_at"]) == (1, 0, None)
    assert row["patient"] == str(ward.patient.pk)
    assert ward.patient.family_name not in json.dumps(row)
    judged = post(client, f"{URL}{grant['id']}/verdict/", {"verdict": "Justified."})
    assert (judged.status_code, judged.json()["verdict"]) == (200, "Justified.")


def test_a_token_to_read_the_trail_lists_but_does_not_judge(client, ward):
    client.force_login(ward.stranger)
    grant = ask(client, ward.patient).json()
    client.logout()
    token = make_token(make_user("administrator"), scopes=["audit.read"])
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(URL, headers=headers).status_code == 200
    answer = post(client, f"{URL}{grant['id']}/verdict/", {"verdict": "Justified."}, **headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "below",
    ["", "summary/", "history/", "merges/", "possible-duplicates/", "imaging-studies/", "notes/",
     "encounters/", "allergies/", "vital-signs/", "vital-signs/trends/"],
)  # fmt: skip
def test_whatever_was_read_counts_as_read(client, ward, below):
    client.force_login(ward.stranger)
    ask(client, ward.patient)
    assert client.get(f"/api/v1/patients/{ward.patient.pk}/{below}").status_code == 200
    client.force_login(make_user("administrator"))
    (row,) = client.get(URL).json()["results"]
    assert (row["reads"], row["changes"]) == (1, 0)
