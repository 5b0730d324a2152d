"""Notes over REST: written once, corrected by new rows, withdrawn with a reason."""

import datetime

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import Note
from tests.factories import make_encounter, make_patient, make_token, make_user
from tests.patients.api.answers import only_error


@pytest.fixture
def address(ward):
    return f"/api/v1/patients/{ward.patient.pk}/notes/"


def write(client, address, **fields):
    return client.post(address, {"text": "Slept well."} | fields, format="json")


def test_a_note_is_written_with_its_kind_as_a_code(nurse, ward, address):
    stay = make_encounter(ward.patient)
    answer = write(nurse, address, kind="nursing", text=" Line one.\nLine two. ")
    assert answer.status_code == 201
    body = answer.json()
    assert body["code"] == {"system": "http://loinc.org", "code": "34746-8"}
    assert (body["text"], body["encounter"]) == ("Line one.\nLine two.", str(stay.pk))
    assert body["written_by"]["id"] == str(ward.nurse.pk)
    detail = nurse.get(f"{address}{body['id']}/")
    assert (detail.json(), detail.headers["ETag"]) == (body, '"1"')


def test_a_repeated_key_writes_one_note(nurse, address):
    headers = {"Idempotency-Key": "once"}
    answers = [
        nurse.post(address, {"text": "x"}, format="json", headers=headers).json()["id"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "blank"),
        ({"text": "   "}, "blank"),
        ({"text": "x" * 20_001}, "max_length"),
        ({"text": "a\x00b"}, "invalid_text"),
        ({"text": 7}, "invalid_text"),
        ({"kind": "poem"}, "invalid_choice"),
        ({"written_at": "2026-01-01T00:00:00"}, "invalid_timestamp"),
        ({"written_at": "2100-01-01T00:00:00Z"}, "in_the_future"),
        ({"written_at": "1950-01-01T00:00:00Z"}, "before_birth"),
        ({"status": "final"}, "unknown_field"),
    ],
)
def test_a_note_that_cannot_be_is_refused(nurse, address, fields, code):
    answer = write(nurse, address, **fields)
    assert (answer.status_code, only_error(answer)["code"]) == (400, code)
    assert not Note.objects.exists()


def test_a_note_may_be_written_after_death(nurse, ward, address):
    ward.patient.deceased_at = timezone.now() - datetime.timedelta(days=2)
    ward.patient.save()
    assert write(nurse, address, kind="discharge").status_code == 201


def test_a_correction_is_another_note_and_the_first_stays(nurse, ward, address):
    old = write(nurse, address, kind="nursing").json()
    answer = nurse.post(
        f"{address}{old['id']}/correct/", {"text": "Slept badly.", "reason": "word"}, format="json"
    )
    assert answer.status_code == 201
    new = answer.json()
    assert (new["replaces"], new["reason"], new["kind"]) == (old["id"], "word", "nursing")
    assert new["written_at"] == old["written_at"]
    assert [one["id"] for one in nurse.get(address).json()["results"]] == [new["id"]]
    both = nurse.get(address, {"include": "entered-in-error"}).json()["results"]
    assert {one["id"]: one["status"] for one in both} == {
        new["id"]: "final", old["id"]: "entered-in-error",
    }  # fmt: skip
    again = nurse.post(f"{address}{old['id']}/correct/", {"reason": "x"}, format="json")
    assert (again.status_code, only_error(again)["code"]) == (409, "already_corrected")


def test_a_note_is_withdrawn_with_a_reason(nurse, address):
    note = write(nurse, address).json()
    withdraw = f"{address}{note['id']}/withdraw/"
    assert nurse.post(withdraw, {}, format="json").status_code == 400
    answer = nurse.post(withdraw, {"reason": "other patient"}, format="json")
    assert (answer.status_code, answer.json()["status"]) == (200, "entered-in-error")
    assert nurse.get(address).json()["results"] == []
    assert nurse.post(withdraw, {"reason": "x"}, format="json").status_code == 409
    actions = AuditEvent.objects.filter(object_id=note["id"]).values_list("action", flat=True)
    assert list(actions.order_by("id")) == ["note.written", "note.withdrawn"]


def test_notes_are_listed_by_kind_newest_first(nurse, address):
    for hours, kind in ((3, "nursing"), (1, "progress"), (2, "nursing")):
        moment = (timezone.now() - datetime.timedelta(hours=hours)).isoformat()
        write(nurse, address, kind=kind, text=str(hours), written_at=moment)
    texts = [one["text"] for one in nurse.get(address).json()["results"]]
    assert texts == ["1", "2", "3"]
    nursing = nurse.get(address, {"kind": "nursing"}).json()["results"]
    assert [one["text"] for one in nursing] == ["2", "3"]
    assert nurse.get(address, {"kind": "poem"}).status_code == 400


@pytest.mark.parametrize(
    ("role", "may_write"),
    [("nurse", True), ("clinician", True), ("integrator", True), ("radiologist", False)],
)
def test_who_may_write(api, ward, address, role, may_write):
    note = Note.objects.create(
        patient=ward.patient, text="x", written_at=timezone.now(), written_by=ward.nurse
    )
    api.force_authenticate(make_user(role, site=ward.site))
    assert api.get(address).status_code == 200
    assert write(api, address).status_code == (201 if may_write else 403)
    answer = api.post(f"{address}{note.pk}/correct/", {"reason": "x"}, format="json")
    assert answer.status_code == (201 if may_write else 403)


@pytest.mark.parametrize(
    ("scopes", "read", "written"),
    [(["read"], 200, 403), (["patients.write"], 403, 201), (["vital-signs.write"], 403, 403)],
)
def test_a_token_narrows_it(api, ward, address, scopes, read, written):
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(ward.nurse, scopes=scopes)}")
    assert api.get(address).status_code == read
    assert write(api, address).status_code == written


def test_foreign_notes_are_not_found(api, ward, address):
    note = Note.objects.create(
        patient=ward.patient, text="x", written_at=timezone.now(), written_by=ward.nurse
    )
    api.force_authenticate(ward.nurse)
    other = f"/api/v1/patients/{make_patient(ward.site).pk}/notes/"
    assert api.get(f"{other}{note.pk}/").status_code == 404
    assert api.post(f"{other}{note.pk}/withdraw/", {"reason": "x"}).status_code == 404
    api.force_authenticate(ward.stranger)
    assert api.get(address).status_code == 404
    assert write(api, address).status_code == 404
