"""A nurse's program records, asks, corrects and lists sets."""

import datetime
import uuid

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import VitalSigns
from tests.complete_sets import ILL
from tests.factories import make_patient
from tests.patients.api.answers import only_error

SET = ILL | {"measured_at": "2026-01-02T03:04:05+01:00", "temperature_celsius": 38.4}


@pytest.fixture
def address(ward):
    return f"/api/v1/patients/{ward.patient.pk}/vital-signs/"


def send(client, address, body=SET, **headers):
    return client.post(address, body, format="json", headers=headers)


def test_a_set_is_answered_with_its_score(nurse, address):
    response = send(nurse, address)
    assert response.status_code == 201
    body = response.json()
    assert body["score"] == body["score_min"] == body["score_max"] == 10
    assert (body["risk"], body["missing"], body["rule"]) == ("high", [], "NEWS2-2017")
    assert body["measured_at"] == "2026-01-02T02:04:05Z"
    assert body["recorded_by"]["name"].startswith("Test User")
    assert list(body["points"].values()) == [2, 2, 2, 1, 2, 0, 1]


def test_measurements_are_plain_numbers_and_what_is_missing_is_null(nurse, address):
    text = send(nurse, address).content.decode()
    assert '"temperature_celsius":38.4' in text
    assert '"heart_rate_per_min":112,' in text
    assert '"weight_kg":null' in text
    assert '"body_mass_index":null' in text


def test_a_decimal_string_is_a_number_too(nurse, address):
    body = send(nurse, address, SET | {"temperature_celsius": "38.4"}).json()
    assert body["temperature_celsius"] == 38.4


def test_a_json_number_is_taken_as_written_and_rounded_half_up(nurse, address):
    body = nurse.post(
        address,
        '{"measured_at": "2026-01-02T03:04:05Z", "temperature_celsius": 38.05}',
        content_type="application/json",
    ).json()
    assert (body["temperature_celsius"], body["points"]) == (38.1, {"temperature_celsius": 1})
    assert body["as_entered"] == {"temperature_celsius": {"value": "38.05", "unit": "Cel"}}


def test_the_body_mass_index_is_derived(nurse, address):
    body = send(nurse, address, SET | {"weight_kg": 70, "height_cm": 175}).json()
    assert body["body_mass_index"] == 22.9


def test_a_partial_set_is_an_interval(nurse, address):
    partial = {key: SET[key] for key in ("measured_at", "heart_rate_per_min")}
    body = send(nurse, address, partial).json()
    assert (body["score"], body["score_min"], body["score_max"]) == (None, 2, 19)
    assert (body["risk"], body["risk_min"]) == ("incomplete", "low")
    assert body["consciousness"] is body["on_supplemental_oxygen"] is None
    assert len(body["missing"]) == 6


@pytest.mark.parametrize(
    ("field", "value", "suggestion"),
    [
        ("temperature_celsius", 98.6, "37.0"),
        ("oxygen_saturation_percent", 0.97, "97"),
        ("height_cm", 1.75, "175.0"),
    ],
)
def test_a_likely_slip_is_refused_with_the_likely_value(nurse, address, field, value, suggestion):
    response = send(nurse, address, SET | {field: value})
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"
    error = only_error(response)
    assert (error["code"], error["attr"]) == ("out_of_range", field)
    assert error["suggestion"]["field"] == field
    assert error["suggestion"]["value"] == suggestion
    assert not VitalSigns.objects.exists()


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"heart_rate_per_min": 351}, "out_of_range", "heart_rate_per_min"),
        ({"heart_rate_per_min": -1}, "out_of_range", "heart_rate_per_min"),
        ({"heart_rate_per_min": 1e300}, "out_of_range", "heart_rate_per_min"),
        ({"heart_rate_per_min": 70.5}, "not_a_whole_number", "heart_rate_per_min"),
        ({"heart_rate_per_min": "7O"}, "invalid_number", "heart_rate_per_min"),
        ({"heart_rate_per_min": "1,000"}, "invalid_number", "heart_rate_per_min"),
        ({"heart_rate_per_min": "٧٠"}, "invalid_number", "heart_rate_per_min"),
        ({"heart_rate_per_min": True}, "invalid_number", "heart_rate_per_min"),
        ({"heart_rate_per_min": [70]}, "invalid_number", "heart_rate_per_min"),
        ({"heart_rate_per_min": {"value": 70, "unit": "/min"}}, "invalid_number",
         "heart_rate_per_min"),
        ({"heart_rte": 70}, "unknown_field", "heart_rte"),
        ({"score": 0}, "unknown_field", "score"),
        ({"patient": str(uuid.UUID(int=0))}, "unknown_field", "patient"),
        ({"on_supplemental_oxygen": "no"}, "invalid", "on_supplemental_oxygen"),
        ({"consciousness": "sleepy"}, "invalid_choice", "consciousness"),
        ({"consciousness": ["alert"]}, "invalid_choice", "consciousness"),
        ({"source": "guess"}, "invalid_choice", "source"),
        ({"measured_at": "2026-01-02T03:04:05"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "2026-01-02"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "2026-02-30T00:00:00Z"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "2026-01-02T24:61:00Z"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "2026-01-02T23:59:60Z"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "2026-01-02T03:04:05+25:00"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "0001-01-01T00:00:00+05:00"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "0001-01-01T00:00:00Z"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "9999-12-31T23:59:59-05:00"}, "invalid_timestamp", "measured_at"),
        ({"measured_at": "9999-12-31T00:00:00Z"}, "in_the_future", "measured_at"),
        ({"measured_at": 1767323045}, "invalid_timestamp", "measured_at"),
        ({"measured_at": None}, "null", "measured_at"),
        ({"measured_at": "1950-01-01T00:00:00Z"}, "before_birth", "measured_at"),
        ({"note": "a\u0000b"}, "invalid_text", "note"),
        ({"note": "x" * 4001}, "max_length", "note"),
        ({"note": 5}, "invalid_text", "note"),
        ({"confirm": ["anything"]}, "invalid", "confirm"),
        ({"confirm": "yes"}, "invalid", "confirm"),
        ({"absent_reasons": {"pain_score": "not-performed"}}, "absent_but_measured",
         "absent_reasons"),
        ({"absent_reasons": []}, "not_a_dict", "absent_reasons"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_stores_nothing(nurse, address, change, code, attr):
    response = send(nurse, address, SET | change)
    assert response.status_code == 400
    error = only_error(response)
    assert (error["code"], error["attr"]) == (code, attr)
    assert not VitalSigns.objects.exists()


@pytest.mark.parametrize("body", [{}, {"heart_rate_per_min": 70}])
def test_a_set_needs_the_time_of_measurement(nurse, address, body):
    assert only_error(send(nurse, address, body))["attr"] == "measured_at"


@pytest.mark.parametrize(
    "nothing", [{}, {"heart_rate_per_min": None}, {"note": "slept"}, {"consciousness": ""}]
)
def test_a_set_needs_one_measurement(nurse, address, nothing):
    response = send(nurse, address, {"measured_at": SET["measured_at"]} | nothing)
    assert response.status_code == 400
    assert only_error(response)["code"] == "no_measurement"


def test_a_refusal_does_not_echo_what_was_sent(nurse, address):
    canary = "canary-7731"
    for field in ("heart_rate_per_min", "consciousness", "measured_at", "on_supplemental_oxygen"):
        assert canary not in send(nurse, address, SET | {field: canary}).content.decode()


def test_odd_values_are_asked_and_the_answer_is_kept(nurse, address):
    odd = SET | {"systolic_mmhg": 40, "diastolic_mmhg": 80}
    response = send(nurse, address, odd)
    assert (response.status_code, response.json()["type"]) == (409, "confirm_required")
    codes = [(error["code"], error["attr"]) for error in response.json()["errors"]]
    assert codes == [("pressure_swapped", "systolic_mmhg"), ("extreme_value", "systolic_mmhg")]
    assert send(nurse, address, odd | {"confirm": ["extreme_value"]}).status_code == 409
    assert not VitalSigns.objects.exists()
    confirmed = send(nurse, address, odd | {"confirm": ["extreme_value", "pressure_swapped"]})
    assert confirmed.status_code == 201
    assert confirmed.json()["confirmed"] == ["extreme_value", "pressure_swapped"]


def test_true_confirms_all_that_is_raised_and_nothing_else(nurse, address):
    body = send(nurse, address, SET | {"diastolic_mmhg": 120, "confirm": True}).json()
    assert body["confirmed"] == ["pressure_swapped"]
    assert send(nurse, address, SET | {"diastolic_mmhg": 120, "confirm": False}).status_code == 409


def test_the_list_is_newest_first_and_can_be_bounded(nurse, address):
    for hour in ("03", "05", "04"):
        send(nurse, address, SET | {"measured_at": f"2026-01-02T{hour}:00:00Z"})
    listed = [row["measured_at"] for row in nurse.get(address).json()["results"]]
    assert listed == [f"2026-01-02T{hour}:00:00Z" for hour in ("05", "04", "03")]
    query = "?since=2026-01-02T05:00:00+01:00&until=2026-01-02T04:30:00Z"
    bounded = [row["measured_at"] for row in nurse.get(address + query).json()["results"]]
    assert bounded == ["2026-01-02T04:00:00Z"]


@pytest.mark.parametrize("bound", ["yesterday", "2026-01-02", "2026-01-02T03:04:05", ""])
def test_a_bound_without_an_offset_is_refused(nurse, address, bound):
    response = nurse.get(f"{address}?since={bound}")
    assert (response.status_code, only_error(response)["code"]) == (400, "invalid_timestamp")


def test_pages_follow_each_other_while_sets_arrive(nurse, address):
    for minute in range(5):
        send(nurse, address, SET | {"measured_at": f"2026-01-02T03:{minute:02}:00Z"})
    first = nurse.get(f"{address}?page_size=2").json()
    send(nurse, address, SET | {"measured_at": "2026-01-02T04:00:00Z"})
    second = nurse.get(first["next"]).json()
    minutes = [row["measured_at"][14:16] for page in (first, second) for row in page["results"]]
    assert minutes == ["04", "03", "02", "01"]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=abc",
        "cursor=cD1nYXJiYWdl",  # p=garbage
        "cursor=cD0yMDI2LTAxLTAyJTAw",  # p=2026-01-02%00
        "page_size=0",
        "page_size=201",
        "page_size=x",
    ],
)
def test_a_page_that_cannot_be_is_refused(nurse, address, query):
    send(nurse, address)
    response = nurse.get(f"{address}?{query}")
    assert response.status_code == 400


def test_a_correction_keeps_the_old_set_and_names_it(nurse, address):
    old = send(nurse, address).json()
    response = send(
        nurse, f"{address}{old['id']}/correct/", {"reason": "typing", "heart_rate_per_min": 70}
    )
    assert response.status_code == 201
    new = response.json()
    assert (new["score"], new["replaces"], new["reason"]) == (8, old["id"], "typing")
    assert new["measured_at"] == old["measured_at"]
    assert [row["id"] for row in nurse.get(address).json()["results"]] == [new["id"]]
    shown = nurse.get(f"{address}{old['id']}/").json()
    assert (shown["status"], shown["version"]) == ("entered-in-error", 2)
    all_sets = nurse.get(f"{address}?include=entered-in-error").json()["results"]
    assert {row["id"] for row in all_sets} == {old["id"], new["id"]}


def test_null_takes_a_measurement_out(nurse, address):
    old = send(nurse, address).json()
    new = send(
        nurse, f"{address}{old['id']}/correct/", {"reason": "x", "temperature_celsius": None}
    ).json()
    assert (new["temperature_celsius"], new["missing"]) == (None, ["temperature_celsius"])


@pytest.mark.parametrize("reason", [{}, {"reason": ""}, {"reason": "  "}, {"reason": None}])
def test_a_correction_without_a_reason_is_refused(nurse, address, reason):
    old = send(nurse, address).json()
    response = send(nurse, f"{address}{old['id']}/correct/", {"heart_rate_per_min": 70} | reason)
    assert (response.status_code, only_error(response)["attr"]) == (400, "reason")


def test_a_set_is_corrected_once(nurse, address):
    correct = f"{address}{send(nurse, address).json()['id']}/correct/"
    assert send(nurse, correct, {"reason": "x", "heart_rate_per_min": 70}).status_code == 201
    response = send(nurse, correct, {"reason": "x", "heart_rate_per_min": 80})
    assert (response.status_code, only_error(response)["code"]) == (409, "already_corrected")


def test_a_merged_record_is_not_written(nurse, ward):
    merged = make_patient(ward.site, merged_into=ward.patient)
    response = send(nurse, f"/api/v1/patients/{merged.pk}/vital-signs/")
    assert (response.status_code, only_error(response)["code"]) == (409, "patient_merged")


def test_a_set_can_be_read_with_its_etag(nurse, address):
    created = send(nurse, address).json()
    response = nurse.get(f"{address}{created['id']}/")
    assert (response.headers["ETag"], response.json()) == ('"1"', created)


# --- Once and only once --------------------------------------------------------------------------


def test_a_repeated_key_answers_with_the_first_set(nurse, address):
    first = send(nurse, address, **{"Idempotency-Key": "a"})
    again = send(nurse, address, **{"Idempotency-Key": "a"})
    other = send(nurse, address, **{"Idempotency-Key": "b"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() != other.json()
    assert VitalSigns.objects.count() == 2
    assert AuditEvent.objects.filter(action="vital-signs.recorded").count() == 2


def test_a_key_with_another_body_is_refused(nurse, address):
    send(nurse, address, **{"Idempotency-Key": "a"})
    response = send(nurse, address, SET | {"pain_score": 4}, **{"Idempotency-Key": "a"})
    assert (response.status_code, only_error(response)["code"]) == (422, "idempotency_key_reused")


def test_a_question_does_not_use_the_key_up(nurse, address):
    odd = SET | {"diastolic_mmhg": 120}
    assert send(nurse, address, odd, **{"Idempotency-Key": "a"}).status_code == 409
    assert (
        send(nurse, address, odd | {"confirm": True}, **{"Idempotency-Key": "a"}).status_code == 201
    )


def test_a_replay_asks_again_who_may_see(nurse, ward, address):
    send(nurse, address, **{"Idempotency-Key": "a"})
    ward.nurse.sites.clear()
    assert send(nurse, address, **{"Idempotency-Key": "a"}).status_code == 404


# --- On record -----------------------------------------------------------------------------------


def test_every_act_is_on_record(nurse, ward, address):
    created = send(nurse, address).json()["id"]
    nurse.get(address)
    nurse.get(f"{address}{created}/")
    send(nurse, address, {})
    rows = AuditEvent.objects.order_by("id").values_list("action", "outcome", "patient_id")
    assert list(rows) == [
        ("vital-signs.recorded", "success", ward.patient.pk),
        ("vital-signs.listed", "success", ward.patient.pk),
        ("vital-signs.read", "success", ward.patient.pk),
        ("POST vital-signs-list", "rejected", ward.patient.pk),
    ]


def test_a_foreign_attempt_is_on_record_as_denied(api, ward, address):
    api.force_authenticate(ward.stranger)
    api.get(address)
    event = AuditEvent.objects.get()
    assert (event.user, event.outcome, event.patient_id) == (
        ward.stranger,
        "denied",
        ward.patient.pk,
    )


def test_a_list_takes_the_same_number_of_queries_for_one_set_and_for_many(
    nurse, ward, address, django_assert_max_num_queries
):
    for minute in range(20):
        moment = timezone.now() - datetime.timedelta(minutes=minute)
        send(nurse, address, SET | {"measured_at": moment.isoformat()})
    with django_assert_max_num_queries(8):
        assert len(nurse.get(address).json()["results"]) == 20


def test_recording_takes_a_fixed_number_of_queries(nurse, address, django_assert_num_queries):
    send(nurse, address, **{"Idempotency-Key": "a"})
    with django_assert_num_queries(15):
        send(nurse, address, **{"Idempotency-Key": "b"})
    for minute in range(20):
        moment = timezone.now() - datetime.timedelta(minutes=minute)
        send(nurse, address, SET | {"measured_at": moment.isoformat()})
    with django_assert_num_queries(15):
        send(nurse, address, **{"Idempotency-Key": "c"})


def test_reasons_for_what_is_missing_are_answered(nurse, address):
    partial = {"measured_at": SET["measured_at"], "heart_rate_per_min": 70}
    reasons = {"temperature_celsius": "asked-declined"}
    assert send(nurse, address, partial | {"absent_reasons": reasons}).status_code == 201
    assert nurse.get(address).json()["results"][0]["absent_reasons"] == reasons


@pytest.mark.parametrize("act", ["correct", "withdraw"])
def test_a_version_that_was_read_is_the_only_one_that_is_changed(nurse, address, act):
    path = f"{address}{send(nurse, address).json()['id']}/{act}/"
    body = {"reason": "slip"} | ({"heart_rate_per_min": 70} if act == "correct" else {})
    stale = send(nurse, path, body, **{"If-Match": '"2"'})
    assert (stale.status_code, only_error(stale)["code"]) == (412, "version_conflict")
    assert VitalSigns.objects.get().status == "final"
    assert send(nurse, path, body, **{"If-Match": '"1"'}).status_code in (200, 201)


def test_a_doubtful_weight_is_asked_with_the_likely_one(nurse, address):
    send(nurse, address, SET | {"weight_kg": 70})
    asked = send(nurse, address, SET | {"weight_kg": 154})
    assert asked.status_code == 409
    assert only_error(asked)["suggestion"] == {
        "field": "weight_kg", "value": "69.9", "unit": "kg",
    }  # fmt: skip


def test_a_repeated_withdrawal_gets_the_first_answer(nurse, address):
    one = send(nurse, address).json()["id"]
    path, reason = f"{address}{one}/withdraw/", {"reason": "another patient's"}
    first = send(nurse, path, reason, **{"Idempotency-Key": "k"})
    again = send(nurse, path, reason, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert send(nurse, path, reason).status_code == 409


def test_a_set_sent_to_an_address_without_its_last_slash_is_not_lost(nurse, address):
    answer = send(nurse, address.rstrip("/"))
    # 308: the caller repeats it as a POST. A 301 would have them read the list and see success.
    assert (answer.status_code, answer.headers["Location"]) == (308, address)


# --- What is no body -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        ("{", "application/json", 400, "malformed_json"),
        ("[]", "application/json", 400, "malformed_json"),
        ("null", "application/json", 400, "malformed_json"),
        ('{"pain_score": 1, "pain_score": 2}', "application/json", 400, "malformed_json"),
        ('{"pain_score": NaN}', "application/json", 400, "malformed_json"),
        ('{"pain_score": 1,}', "application/json", 400, "malformed_json"),
        ('\ufeff{"pain_score": 1}', "application/json", 400, "malformed_json"),
        ('{"note": ' + "[" * 1000 + "]" * 1000 + "}", "application/json", 400, "malformed_json"),
        ('{"note": "' + "x" * 2**21 + '"}', "application/json", 413, "payload_too_large"),
        ("pain_score=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("<pain/>", "application/xml", 415, "unsupported_media_type"),
        ("1", "text/plain", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(nurse, address, body, media_type, status, code):
    response = nurse.generic("POST", address, body, content_type=media_type)
    assert (response.status_code, only_error(response)["code"]) == (status, code)
    assert not VitalSigns.objects.exists()
