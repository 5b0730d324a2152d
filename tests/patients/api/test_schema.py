"""The schema is complete, and what is answered is what it says."""

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from patients.services import (
    correct_note,
    record_allergy,
    record_vital_signs,
    start_encounter,
    write_note,
)
from tests.patients.api.test_vital_signs import SET


@pytest.fixture(scope="module")
def schema():
    GENERATOR_STATS.reset()
    generated = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS
    return generated


@pytest.fixture(scope="module")
def assert_fits(schema):
    """Return a function that holds a value against a part of the schema."""
    parts = {"definitions": as_json_schema(schema["components"]["schemas"])}
    Draft202012Validator.check_schema(parts)

    def fits(value, described):
        rule = as_json_schema(described)
        Draft202012Validator.check_schema(rule)
        Draft202012Validator(rule | parts).validate(value)

    return fits


@pytest.fixture(scope="module")
def assert_as_described(schema, assert_fits):
    """Return a function that holds an answer against what the schema says of its address."""

    def is_described(response, path, status):
        operation = schema["paths"][path][response.request["REQUEST_METHOD"].lower()]
        described = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        assert response.status_code == status
        assert_fits(response.json(), described)

    return is_described


def as_json_schema(part):
    """Turn OpenAPI 3.0's ``nullable`` into JSON Schema; objects hold nothing that is not named."""
    if isinstance(part, list):
        return [as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    turned = {key: as_json_schema(value) for key, value in part.items() if key != "nullable"}
    if "properties" in turned and "type" in turned:
        turned["additionalProperties"] = False
    if isinstance(turned.get("$ref"), str):
        turned["$ref"] = turned["$ref"].replace("#/components/schemas/", "#/definitions/")
    return {"anyOf": [turned, {"type": "null"}]} if part.get("nullable") else turned


def test_the_schema_is_valid_and_without_warnings(schema):
    validate_schema(schema)


def operations(schema):
    return [one for methods in schema["paths"].values() for one in methods.values()]


def test_every_act_says_in_a_line_and_in_words_what_it_does(schema):
    said = [one.get("summary") for one in operations(schema)]
    assert all(said)
    assert len(set(said)) == len(said)
    assert all(one.get("description") for one in operations(schema))


def test_every_refusal_says_what_it_means(schema):
    refusals = [
        (one["operationId"], status, answer)
        for one in operations(schema)
        for status, answer in one["responses"].items()
        if status >= "400"
    ]
    assert [(name, status) for name, status, answer in refusals if not answer["description"]] == []
    waits = {status for _, status, answer in refusals if "Retry-After" in answer.get("headers", {})}
    assert waits == {"429", "503"}


def test_what_is_changed_by_its_version_answers_with_it(schema):
    changes = [one["patch"] for one in schema["paths"].values() if "patch" in one]
    assert changes
    for one in changes:
        assert {"412", "428"} <= set(one["responses"])
        assert "ETag" in one["responses"]["200"]["headers"]


def test_examples_of_answers_are_as_described(schema, assert_fits):
    shown = [
        (content["schema"], example["value"])
        for one in operations(schema)
        for answer in one["responses"].values()
        for content in answer.get("content", {}).values()
        for example in content.get("examples", {}).values()
    ]
    assert shown
    for described, value in shown:
        assert_fits(value, described)


def test_every_body_has_an_example_that_names_fields_of_it(schema):
    fields_of = {
        name: set(part.get("properties", ()))
        for name, part in schema["components"]["schemas"].items()
    }
    bodies = [
        (operation["operationId"], kind, content)
        for methods in schema["paths"].values()
        for operation in methods.values()
        for kind, content in operation.get("requestBody", {"content": {}})["content"].items()
    ]
    assert bodies
    for operation, kind, content in bodies:
        examples = content.get("examples", {}).values()
        assert examples, f"{operation} shows no {kind}"
        fields = fields_of[content["schema"]["$ref"].rpartition("/")[2]]
        for one in examples:
            assert set(one["value"]) <= fields, operation


def test_answers_are_as_described(api, ward, assert_as_described):
    api.force_authenticate(ward.clinician)
    stay = start_encounter(patient=ward.patient, started_by=ward.nurse)
    allergy = record_allergy(patient=ward.patient, recorded_by=ward.clinician, display="Penicillin")
    note = write_note(patient=ward.patient, written_by=ward.nurse, text="Slept bad.")
    note = correct_note(note=note, corrected_by=ward.nurse, reason="word", text="Slept badly.")
    url = f"/api/v1/patients/{ward.patient.pk}/"
    described = "/api/v1/patients/{patient_id}/"
    created = api.post(f"{url}vital-signs/", SET | {"weight_kg": 70.5}, format="json")
    assert_as_described(created, f"{described}vital-signs/", 201)
    record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=stay.started_at,
        measurements={"heart_rate_per_min": 70},
    )
    for address, path in [
        ("/api/v1/patients/", "/api/v1/patients/"),
        ("/api/v1/ward/", "/api/v1/ward/"),
        (url, described),
        (f"{url}summary/", f"{described}summary/"),
        (f"{url}vital-signs/", f"{described}vital-signs/"),
        (
            f"{url}vital-signs/{created.json()['id']}/",
            f"{described}vital-signs/{{set_id}}/",
        ),
        (f"{url}encounters/", f"{described}encounters/"),
        (f"{url}encounters/{stay.pk}/", f"{described}encounters/{{encounter_id}}/"),
        (f"{url}allergies/", f"{described}allergies/"),
        (f"{url}allergies/{allergy.pk}/", f"{described}allergies/{{fact_id}}/"),
        (f"{url}notes/", f"{described}notes/"),
        (f"{url}notes/{note.pk}/", f"{described}notes/{{note_id}}/"),
        (f"{url}history/", f"{described}history/"),
        (f"{url}notes/{note.pk}/history/", f"{described}notes/{{row_id}}/history/"),
        (f"{url}encounters/{stay.pk}/history/", f"{described}encounters/{{row_id}}/history/"),
    ]:
        assert_as_described(api.get(address), path, 200)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"temperature_celsius": 98.6}, 400),
        ({"diastolic_mmhg": 120}, 409),
        ({"measured_at": None}, 400),
    ],
)
def test_refusals_are_as_described(api, ward, assert_as_described, change, status):
    api.force_authenticate(ward.nurse)
    response = api.post(
        f"/api/v1/patients/{ward.patient.pk}/vital-signs/", SET | change, format="json"
    )
    path = "/api/v1/patients/{patient_id}/vital-signs/"
    assert_as_described(response, path, status)


def test_a_denial_is_as_described(api, ward, assert_as_described):
    path = "/api/v1/patients/{patient_id}/"
    url = f"/api/v1/patients/{ward.patient.pk}/"
    assert_as_described(api.get(url), path, 401)
    api.force_authenticate(ward.stranger)
    assert_as_described(api.get(url), path, 404)
    api.force_authenticate(ward.radiologist)
    assert_as_described(api.patch(url, {}, format="json"), path, 403)
    api.force_authenticate(ward.nurse)
    assert_as_described(api.patch(url, {}, format="json"), path, 428)
