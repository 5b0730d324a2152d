"""The schema says as much of what is sent as the server asks for."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from patients.vital_signs_table import VITAL_SIGNS


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def parts(schema):
    return schema["components"]["schemas"]


def test_every_act_lies_in_a_group_that_says_what_it_is_about(schema):
    acts = [one for methods in schema["paths"].values() for one in methods.values()]
    named = [one["name"] for one in schema["tags"]]
    assert {tag for one in acts for tag in one["tags"]} == set(named)
    assert len(named) == len(set(named))


def test_every_refusal_shows_a_code_of_ours(schema):
    for methods in schema["paths"].values():
        for act in methods.values():
            for status, answer in act["responses"].items():
                if status >= "400":
                    shown = answer["content"]["application/json"]["examples"].values()
                    (error,) = next(iter(shown))["value"]["errors"]
                    assert error["code"] not in {"string", "error"}, (act["operationId"], status)


def test_no_body_takes_what_it_does_not_name(parts):
    sent = {name: part for name, part in parts.items() if name.endswith("Request")}
    assert len(sent) > 20
    assert {
        name for name, part in sent.items() if part["additionalProperties"] is not False
    } == set()


def test_answers_may_grow(parts):
    assert "additionalProperties" not in parts["Coding"]


@pytest.mark.parametrize("body", ["NewVitalSignsRequest", "CorrectionRequest"])
def test_every_measurement_tells_its_limits(parts, body):
    for sign in VITAL_SIGNS:
        told = parts[body]["properties"][sign.field]
        assert (told["minimum"], told["maximum"]) == (float(sign.minimum), float(sign.maximum))
        assert told["type"] == ("number" if sign.places else "integer")
