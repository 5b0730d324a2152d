"""Whatever is sent, the answer is no server error."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.vital_signs_table import MEASUREMENT_FIELDS
from tests.patients.api.test_vital_signs import SET

ONCE_PER_EXAMPLE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-10, 400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False).map(str)
    | st.text(st.characters(), max_size=20)
    | st.datetimes().map(lambda moment: moment.isoformat() + "Z")
    | st.sampled_from(["alert", "yes", "active", "2026-01-02T03:04:05Z", "1962-02-03"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["code", "display"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def bodies(*names):
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=5), anything, max_size=6)


@pytest.fixture
def clinician(clinician):
    # A server error must fail the test by its status, as a caller would see it.
    clinician.raise_request_exception = False
    return clinician


def assert_no_server_error(response):
    assert response.status_code < 500
    if response.status_code >= 400:
        body = response.json()
        assert body["errors"]
        assert all(error["code"] and error["detail"] for error in body["errors"])


def post(client, url, body):
    return client.post(url, json.dumps(body), content_type="application/json")


def patch(client, url, body, etag):
    headers = {"If-Match": etag}
    return client.patch(url, json.dumps(body), content_type="application/json", headers=headers)


@ONCE_PER_EXAMPLE
@given(
    bodies(
        *MEASUREMENT_FIELDS, "measured_at", "confirm", "note", "source", "absent_reasons", "reason"
    )
)
def test_vital_signs(clinician, ward, body):
    url = f"/api/v1/patients/{ward.patient.pk}/vital-signs/"
    assert_no_server_error(post(clinician, url, body))
    assert_no_server_error(post(clinician, url, SET | body))
    created = post(clinician, url, SET).json()["id"]
    correction = {"reason": "random"} | body
    assert_no_server_error(post(clinician, f"{url}{created}/correct/", correction))


@ONCE_PER_EXAMPLE
@given(
    bodies(
        "site", "medical_record_number", "family_name", "given_names", "birth_date", "sex",
        "pregnancy_status", "phone", "emergency_contact", "deceased_at", "saturation_scale",
    )
)  # fmt: skip
def test_patients(clinician, ward, body):
    person = {"medical_record_number": "N1", "family_name": "Inventada"}
    assert_no_server_error(post(clinician, "/api/v1/patients/", person | body))
    version = type(ward.patient).objects.get(pk=ward.patient.pk).version
    assert_no_server_error(
        clinician.patch(
            f"/api/v1/patients/{ward.patient.pk}/",
            json.dumps(body),
            content_type="application/json",
            headers={"If-Match": f'"{version}"'},
        )
    )


@ONCE_PER_EXAMPLE
@given(
    st.sampled_from(["encounters", "conditions", "allergies", "medications"]),
    bodies(
        "ward", "bed", "class", "started_at", "ended_at", "code", "status", "started_on",
        "ended_on", "reaction", "dosage", "note", "criticality", "confirm", "reason",
    ),
)  # fmt: skip
def test_stays_and_facts(clinician, ward, resource, body):
    url = f"/api/v1/patients/{ward.patient.pk}/{resource}/"
    assert_no_server_error(post(clinician, url, body))
    made = post(clinician, url, {"code": {"display": "x"}} | body)
    assert_no_server_error(made)
    if made.status_code == 201:
        one = made.json()
        address, etag = f"{url}{one['id']}/", f'"{one["version"]}"'
        assert_no_server_error(patch(clinician, address, body, etag))
        assert_no_server_error(patch(clinician, address, {"reason": "x"} | body, etag))
        assert_no_server_error(clinician.get(f"{address}history/"))


@ONCE_PER_EXAMPLE
@given(bodies("kind", "text", "written_at", "reason"))
def test_notes(clinician, ward, body):
    url = f"/api/v1/patients/{ward.patient.pk}/notes/"
    assert_no_server_error(post(clinician, url, body))
    assert_no_server_error(post(clinician, url, {"text": "x"} | body))
    note = post(clinician, url, {"text": "x"}).json()["id"]
    assert_no_server_error(post(clinician, f"{url}{note}/correct/", {"reason": "x"} | body))
    assert_no_server_error(post(clinician, f"{url}{note}/withdraw/", {"reason": "x"} | body))


@ONCE_PER_EXAMPLE
@given(
    st.sampled_from(["", "?q=", "?cursor=", "?page_size="]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
def test_searches(clinician, ward, query, text):
    name = query.strip("?=")
    response = clinician.get("/api/v1/patients/", {name: text} if name else {})
    assert_no_server_error(response)
