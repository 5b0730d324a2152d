"""Conditions, allergies and medications over REST."""

import pytest

from aicare.models import AuditEvent
from patients.models import Allergy, Revision
from tests.patients.api.answers import only_error

KINDS = ["conditions", "allergies", "medications"]
SNOMED = "http://snomed.info/sct"
COPD = {"system": SNOMED, "code": "13645005", "display": "Chronic obstructive lung disease"}


def address_of(ward, kind):
    return f"/api/v1/patients/{ward.patient.pk}/{kind}/"


def add(client, ward, kind, **fields):
    return client.post(address_of(ward, kind), {"code": COPD} | fields, format="json")


def change(client, ward, kind, fact, body, etag='"1"'):
    url = f"{address_of(ward, kind)}{fact['id']}/"
    return client.patch(url, body, format="json", headers={"If-Match": etag})


@pytest.mark.parametrize(
    ("kind", "extra"),
    [
        ("conditions", {}),
        ("allergies", {"reaction": "rash"}),
        ("medications", {"dosage": "1-0-1"}),
    ],
)
def test_a_fact_is_coded_where_a_code_is_known(clinician, ward, kind, extra):
    response = add(clinician, ward, kind, started_on="2014-01-01", **extra)
    assert response.status_code == 201
    body = response.json()
    assert body["code"] == COPD
    assert (body["status"], body["started_on"], body["ended_on"]) == ("active", "2014-01-01", None)
    assert extra.items() <= body.items()
    (listed,) = clinician.get(address_of(ward, kind)).json()["results"]
    assert listed == body


def test_who_mixes_up_beginning_and_end_is_told_so(clinician, ward):
    answer = add(clinician, ward, "conditions", started_on="2026-02-01", ended_on="2026-01-01")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["attr"]) == (
        400,
        "ends_before_start",
        "ended_on",
    )
    assert error["detail"] == "The end is before the start."


@pytest.mark.parametrize("kind", KINDS)
def test_free_text_will_do(clinician, ward, kind):
    body = add(clinician, ward, kind, code={"display": "Snores"}).json()
    assert body["code"] == {"system": "", "code": "", "display": "Snores"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "fields",
    [
        {"code": {}},
        {"code": {"display": " "}},
        {"code": "asthma"},
        {"code": {"code": "1", "display": "x"}},
        {"code": {"system": SNOMED, "display": "x"}},
        {"code": COPD | {"version": "1"}},
        {"status": "entered-in-error"},
        {"status": "cured"},
        {"started_on": "2026-02-02", "ended_on": "2026-02-01"},
        {"started_on": "yesterday"},
        {"severity": "x"},
    ],
)
def test_a_fact_that_cannot_be_is_refused(clinician, ward, kind, fields):
    assert add(clinician, ward, kind, **fields).status_code == 400
    assert clinician.get(address_of(ward, kind)).json()["results"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_ends_and_may_become_active_again_but_an_error_stays_one(clinician, ward, kind):
    fact = add(clinician, ward, kind).json()
    ended = change(clinician, ward, kind, fact, {"status": "resolved", "ended_on": "2026-01-01"})
    assert (ended.json()["status"], ended.json()["ended_on"]) == ("resolved", "2026-01-01")
    active = change(clinician, ward, kind, fact, {"status": "active", "ended_on": None}, '"2"')
    assert (active.json()["status"], active.headers["ETag"]) == ("active", '"3"')
    assert change(clinician, ward, kind, fact, {"status": "resolved"}, '"2"').status_code == 412
    error = {"status": "entered-in-error"}
    without = change(clinician, ward, kind, fact, error, '"3"')
    assert (without.status_code, without.json()["errors"][0]["code"]) == (400, "reason_required")
    error |= {"reason": "other patient"}
    assert change(clinician, ward, kind, fact, error, '"3"').status_code == 200
    response = change(clinician, ward, kind, fact, {"status": "active"}, '"4"')
    assert (response.status_code, response.json()["errors"][0]["code"]) == (409, "entered_in_error")


@pytest.mark.parametrize("kind", KINDS)
def test_a_repeated_key_adds_one_fact(clinician, ward, kind):
    headers = {"Idempotency-Key": "once"}
    url = address_of(ward, kind)
    answers = [
        clinician.post(url, {"code": COPD}, format="json", headers=headers).json()["id"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_who_recorded_and_who_read_is_on_record(clinician, ward):
    fact = add(clinician, ward, "allergies").json()
    clinician.get(f"{address_of(ward, 'allergies')}{fact['id']}/")
    change(clinician, ward, "allergies", fact, {"status": "resolved"})
    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["allergy.recorded", "allergy.read", "allergy.changed"]


def test_a_condition_of_pregnancy_ends_scoring_at_once(clinician, ward):
    pregnancy = {"system": SNOMED, "code": "77386006", "display": "Pregnancy"}
    asked = only_error(add(clinician, ward, "conditions", code=pregnancy))
    assert (asked["code"], asked["attr"]) == ("pregnancy_unlikely", "display")
    add(clinician, ward, "conditions", code=pregnancy, confirm=["pregnancy_unlikely"])
    body = clinician.post(
        f"/api/v1/patients/{ward.patient.pk}/vital-signs/",
        {"measured_at": "2026-01-02T03:04:05Z", "heart_rate_per_min": 70},
        format="json",
    ).json()
    assert (body["risk"], body["not_applicable_because"]) == ("not-applicable", "pregnant")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("conditions", {"note": "mild"}),
        ("allergies", {"reaction": "swelling", "criticality": "high"}),
        ("medications", {"dosage": "1-1-1"}),
        ("medications", {"started_on": "2020-01-01", "ended_on": "2020-02-01"}),
        ("conditions", {"code": {"system": SNOMED, "code": "195967001", "display": "Asthma"}}),
    ],
)
def test_every_field_changes_and_what_is_left_out_stays(clinician, ward, kind, body):
    fact = add(clinician, ward, kind, started_on="2014-01-01").json()
    answer = change(clinician, ward, kind, fact, body | {"reason": "better known"})
    assert answer.status_code == 200
    assert answer.json() == fact | body | {"version": 2}
    assert answer.headers["ETag"] == '"2"'
    former = Revision.objects.get(row_id=fact["id"])
    assert (former.reason, former.changed_by) == ("better known", ward.clinician)


def test_another_name_alone_takes_the_code_away(clinician, ward):
    fact = add(clinician, ward, "conditions").json()
    answer = change(clinician, ward, "conditions", fact, {"code": {"display": "Cough"}})
    assert answer.json()["code"] == {"system": "", "code": "", "display": "Cough"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"started_on": "2100-01-01"}, "in_the_future"),
        ({"started_on": "1900-01-01"}, "before_birth"),
        ({"status": "resolved", "ended_on": "2100-01-01"}, "in_the_future"),
        ({"reaction": "x"}, "unknown_field"),
        ({"patient": "x"}, "unknown_field"),
        ({"reason": "x" * 401}, "max_length"),
        ({"code": {"display": ""}}, "blank"),
        ({"status": "gone"}, "invalid_choice"),
    ],
)
def test_a_change_that_cannot_be_is_refused(clinician, ward, body, code):
    fact = add(clinician, ward, "conditions").json()
    answer = change(clinician, ward, "conditions", fact, body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
    assert clinician.get(f"{address_of(ward, 'conditions')}{fact['id']}/").json() == fact


def test_no_known_allergy_does_not_stand_beside_an_allergy(clinician, ward):
    none_known = {"system": SNOMED, "code": "716186003", "display": "No known allergy"}
    assert add(clinician, ward, "allergies", code=none_known).status_code == 201
    twice = add(clinician, ward, "allergies", code=none_known)
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (409, "none_known_recorded")
    nuts = {"display": "Nuts"}
    asked = add(clinician, ward, "allergies", code=nuts)
    assert asked.status_code == 409
    assert asked.json()["type"] == "confirm_required"
    assert asked.json()["errors"][0]["code"] == "ends_no_known_allergy"
    confirmed = add(clinician, ward, "allergies", code=nuts, confirm=["ends_no_known_allergy"])
    assert confirmed.status_code == 201
    again = add(clinician, ward, "allergies", code=none_known)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "allergy_recorded")
    states = {one.display: one.status for one in Allergy.objects.all()}
    assert states == {"No known allergy": "resolved", "Nuts": "active"}


def test_an_allergy_that_becomes_active_again_asks_too(clinician, ward):
    nuts = add(clinician, ward, "allergies", code={"display": "Nuts"}, status="resolved").json()
    add(clinician, ward, "allergies", code={"display": "NKA"})
    answer = change(clinician, ward, "allergies", nuts, {"status": "active"})
    assert answer.json()["errors"][0]["code"] == "ends_no_known_allergy"
    confirmed = {"status": "active", "confirm": True}
    assert change(clinician, ward, "allergies", nuts, confirmed).status_code == 200


@pytest.mark.parametrize("confirm", ["yes", ["bed_taken"], [1], {}, None])
def test_an_answer_to_nothing_that_was_asked_is_refused(clinician, ward, confirm):
    assert add(clinician, ward, "allergies", confirm=confirm).status_code == 400


@pytest.mark.parametrize(
    ("kind", "code", "display"),
    [
        ("conditions", "77386006", "Pneumonia"),
        ("allergies", "716186003", "Penicillin"),
        ("allergies", "409137002", "penicilina"),
    ],
)
def test_a_code_that_ends_scoring_or_denies_allergies_stands_below_no_other_name(
    clinician, ward, kind, code, display
):
    coded = {"system": SNOMED, "code": code, "display": display}
    answer = add(clinician, ward, kind, code=coded)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "code_and_name_differ"


@pytest.mark.parametrize(
    ("kind", "code", "display"),
    [
        ("conditions", "77386006", "Pregnancy"),
        ("conditions", "77386006", "Embarazo de 32 semanas"),
        ("allergies", "716186003", "Sin alergias"),
        ("allergies", "409137002", "No known drug allergy"),
    ],
)
def test_such_a_code_has_a_name_in_any_words_of_its_own(clinician, ward, kind, code, display):
    coded = {"system": SNOMED, "code": code, "display": display}
    assert add(clinician, ward, kind, code=coded, confirm=True).status_code == 201
