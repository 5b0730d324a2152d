"""What no honest program sends is refused by name, and nothing is stored."""

import base64
import json

import pytest
from django.db import connection

from patients.models import Patient, VitalSigns
from tests.factories import make_patient
from tests.patients.api.answers import only_error

MOMENT = "2026-01-02T03:04:05Z"


@pytest.fixture
def record(ward):
    return f"/api/v1/patients/{ward.patient.pk}/"


def send(client, address, body: str, **headers):
    return client.post(address, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("digits", ["37." + "1" * 5000, "1e-400", "37.1e-30"])
def test_a_number_has_no_more_places_than_a_double(nurse, record, digits):
    """What was entered is kept as it was written: without an end it would be kept without one."""
    body = f'{{"measured_at": "{MOMENT}", "oxygen_flow_l_per_min": {digits}}}'
    answer = send(nurse, f"{record}vital-signs/", body)
    assert (answer.status_code, only_error(answer)["code"]) == (400, "invalid_number")
    assert not VitalSigns.objects.exists()


def test_the_noise_of_a_double_is_no_offence(nurse, record):
    body = f'{{"measured_at": "{MOMENT}", "temperature_celsius": 38.400000000000006}}'
    assert send(nurse, f"{record}vital-signs/", body).json()["temperature_celsius"] == 38.4


@pytest.mark.parametrize("place", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_cursor_at_the_end_of_time_is_no_server_error(nurse, record, place):
    """PostgreSQL knows the year 10000, SQLite does not."""
    cursor = base64.b64encode(f"p={place.replace('+', '%2B')}".encode()).decode()
    answer = nurse.get(f"{record}vital-signs/", {"cursor": cursor})
    if answer.status_code != 200 or connection.vendor == "sqlite":
        assert (answer.status_code, only_error(answer)["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("ward_name", ["4\0West", "x" * 201])
def test_no_ward_has_such_a_name(nurse, ward_name):
    answer = nurse.get("/api/v1/ward/", {"ward": ward_name})
    assert (answer.status_code, only_error(answer)["attr"]) == (400, "ward")


def test_a_compressed_body_is_told_to_be_one(nurse, record):
    packed = {"Content-Encoding": "gzip"}
    answer = send(nurse, f"{record}notes/", '{"text": "x"}', **packed)
    assert (answer.status_code, only_error(answer)["code"]) == (
        415,
        "content_encoding_not_supported",
    )


@pytest.mark.parametrize(
    ("address", "body", "attr"),
    [
        ("conditions/", {"code": "I10"}, "code"),
        ("merge/", {"reason": "x", "survivor_version": 1}, None),
    ],
)
def test_what_is_wrong_with_a_whole_object_goes_by_its_name(
    clinician, ward, record, address, body, attr
):
    duplicate = {"duplicate": str(make_patient(ward.site).pk)} if address == "merge/" else {}
    answer = send(clinician, record + address, json.dumps(body | duplicate))
    assert (answer.status_code, only_error(answer)["attr"]) == (400, attr)
    assert Patient.objects.filter(merged_into=None).count() == Patient.objects.count()


@pytest.mark.parametrize(
    ("kind", "fields", "attr"),
    [
        ("allergies", {"code": {"display": "\u200b"}}, "display"),
        ("allergies", {"code": {"display": "Penicillins"}, "reaction": "\u202ehsar"}, "reaction"),
        ("medications", {"code": {"display": "metformin"}, "dosage": "\u202e005 mg"}, "dosage"),
        ("conditions", {"code": {"display": "\u202enoisnetrepyH"}}, "display"),
    ],
)
def test_nothing_stands_in_the_banner_that_cannot_be_read(clinician, record, kind, fields, attr):
    answer = send(clinician, f"{record}{kind}/", json.dumps(fields))
    assert (answer.status_code, only_error(answer)["code"]) == (400, "invalid_text")
    assert only_error(answer)["attr"] == attr
    assert clinician.get(f"{record}{kind}/").json()["results"] == []


def test_a_reason_that_nobody_can_read_is_none(nurse, record):
    body = f'{{"measured_at": "{MOMENT}", "heart_rate_per_min": 70}}'
    made = send(nurse, f"{record}vital-signs/", body).json()
    answer = send(nurse, f"{record}vital-signs/{made['id']}/withdraw/", '{"reason": "\\u200b"}')
    assert (answer.status_code, only_error(answer)["code"]) == (400, "reason_required")
    assert VitalSigns.objects.get().status == "final"
