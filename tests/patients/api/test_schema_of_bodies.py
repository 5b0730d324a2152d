"""The schema says as much of what is sent as the server asks for."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from patients.vital_signs_table import VITAL_SIGNS


@pytest.fixture(scope="module")
def parts():
    return SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]


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
