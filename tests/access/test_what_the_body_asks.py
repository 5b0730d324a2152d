"""Acts that an address allows and a body does not: the saturation scale, somebody else's site."""

import json

import pytest

from aicare.roles import ROLE_NAMES
from tests.factories import make_token, make_user

pytestmark = pytest.mark.django_db
PERSON = {"medical_record_number": "N1", "family_name": "Inventada"}


def change_scale(client, patient, **headers):
    return client.patch(
        f"/api/v1/patients/{patient.pk}/",
        json.dumps({"saturation_scale": 2}),
        content_type="application/json",
        headers={"If-Match": '"1"'} | headers,
    )


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_only_clinicians_authorise_scale_2(client, ward, role):
    client.force_login(make_user(role, site=ward.site))
    wanted = {"clinician": 200, "model manager": 404, "administrator": 404}
    assert change_scale(client, ward.patient).status_code == wanted.get(role, 403)


@pytest.mark.parametrize(("scopes", "status"), [(["patients.write"], 403), ([], 200)])
def test_no_scope_includes_authorising_scale_2(client, ward, scopes, status):
    token = make_token(ward.clinician, scopes=scopes)
    answer = change_scale(client, ward.patient, authorization=f"Bearer {token}")
    assert answer.status_code == status


def test_a_patient_cannot_be_registered_at_another_site(client, ward):
    client.force_login(ward.nurse)
    body = PERSON | {"site": str(ward.stranger.sites.get().pk)}
    answer = client.post("/api/v1/patients/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 404
