"""Query strings: what is not known is refused, and what is known is told."""

import pytest
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator

from aicare.rest.query import KnownParameters

pytestmark = pytest.mark.django_db


def views():
    generator = SchemaGenerator()
    for path, _regex, method, callback in EndpointEnumerator().get_api_endpoints():
        if path.startswith("/api/v1/"):
            yield path, method, generator.create_view(callback, method)


def test_every_view_refuses_what_it_does_not_know():
    found = list(views())
    assert found
    assert {path for path, _, view in found if not isinstance(view, KnownParameters)} == set()


def test_what_a_view_knows_is_what_the_schema_tells():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    for path, method, view in views():
        if method == "GET":
            told = paths[path]["get"].get("parameters", [])
            assert {one["name"] for one in told if one["in"] == "query"} == view.parameters, path


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("sicne=2026-01-02T03:04:05Z", "sicne"),
        ("page=2", "page"),
        ("since=2026-01-02T03:04:05Z&since=2026-01-03T03:04:05Z", "since"),
        ("include=entered_in_error", "include"),
        ("include=", "include"),
        ("page_size=" + "9" * 5000, "page_size"),
        ("%00=1", "\0"),
    ],
)
def test_a_parameter_that_says_nothing_is_refused(api, ward, query, attr):
    api.force_authenticate(ward.nurse)
    answer = api.get(f"/api/v1/patients/{ward.patient.pk}/vital-signs/?{query}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["code"], error["attr"]) == ("invalid_parameter", attr)


def test_first_comes_who_asks(api, ward):
    address = f"/api/v1/patients/{ward.patient.pk}/"
    assert api.get(f"{address}?what=ever").status_code == 401


@pytest.mark.parametrize(
    ("query", "accept"), [("?format=xml", "*/*"), ("", "application/xml"), ("", "text/html")]
)
def test_another_form_than_json_is_not_to_be_had(api, ward, query, accept):
    api.force_authenticate(ward.nurse)
    answer = api.get(f"/api/v1/patients/{ward.patient.pk}/{query}", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (406, "not_acceptable")
    assert api.get("/api/v1/patients/?format=json").status_code == 200
