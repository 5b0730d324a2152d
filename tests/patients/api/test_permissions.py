"""Role × act → status, on an own patient and on one of another site, for every resource."""

import pytest
from django.utils import timezone

from patients.services import (
    record_allergy,
    record_condition,
    record_medication,
    record_vital_signs,
    start_encounter,
)
from tests.factories import make_patient, make_token, make_user

ROLES = ["nurse", "clinician", "radiologist", "integrator", "model manager", "administrator"]
CARE = {"nurse", "clinician", "radiologist", "integrator"}  # may read records
RECORD = {"nurse", "clinician", "integrator"}
PROBLEMS = {"clinician", "integrator"}

SET = {"heart_rate_per_min": 70, "measured_at": "2026-01-02T03:04:05+00:00"}
FACT = {"code": {"display": "Asthma"}}
PERSON = {"medical_record_number": "N1", "family_name": "Inventada"}
END = {"status": "resolved"}

# act: (method, address, body, who may, status when it is done)
ACTS = {
    "read patient": ("get", "", None, CARE, 200),
    "change patient": ("patch", "", {"phone": "1"}, RECORD, 200),
    "authorise scale 2": ("patch", "", {"saturation_scale": 2}, {"clinician"}, 200),
    "list sets": ("get", "vital-signs/", None, CARE, 200),
    "record set": ("post", "vital-signs/", SET, RECORD, 201),
    "read set": ("get", "vital-signs/{vital_signs}/", None, CARE, 200),
    "correct set": ("post", "vital-signs/{vital_signs}/correct/", {"reason": "x"}, RECORD, 201),
    "withdraw set": ("post", "vital-signs/{vital_signs}/withdraw/", {"reason": "x"}, RECORD, 200),
    "list stays": ("get", "encounters/", None, CARE, 200),
    "read stay": ("get", "encounters/{encounter}/", None, CARE, 200),
    "move": ("patch", "encounters/{encounter}/", {"bed": "9"}, RECORD, 200),
    "admit": ("post", "encounters/", {}, RECORD, 409),  # one stay is open
    "list conditions": ("get", "conditions/", None, CARE, 200),
    "read condition": ("get", "conditions/{condition}/", None, CARE, 200),
    "add condition": ("post", "conditions/", FACT, PROBLEMS, 201),
    "end condition": ("patch", "conditions/{condition}/", END, PROBLEMS, 200),
    "list allergies": ("get", "allergies/", None, CARE, 200),
    "read allergy": ("get", "allergies/{allergy}/", None, CARE, 200),
    "add allergy": ("post", "allergies/", FACT, PROBLEMS, 201),
    "end allergy": ("patch", "allergies/{allergy}/", END, PROBLEMS, 200),
    "list medications": ("get", "medications/", None, CARE, 200),
    "read medication": ("get", "medications/{medication}/", None, CARE, 200),
    "add medication": ("post", "medications/", FACT, PROBLEMS, 201),
    "end medication": ("patch", "medications/{medication}/", END, PROBLEMS, 200),
}


def records_of(patient, user):
    """Return the ids of one record of every kind."""
    facts = {"patient": patient, "recorded_by": user, "display": "Asthma"}
    records = {
        "vital_signs": record_vital_signs(
            patient=patient,
            recorded_by=user,
            measured_at=timezone.now(),
            measurements={"heart_rate_per_min": 70},
        ),
        "encounter": start_encounter(patient=patient, started_by=user),
        "condition": record_condition(**facts),
        "allergy": record_allergy(**facts),
        "medication": record_medication(**facts),
    }
    return {name: record.pk for name, record in records.items()}


def attempt(api, act, patient, ids):
    method, address, body, _, _ = ACTS[act]
    url = f"/api/v1/patients/{patient.pk}/{address.format(**ids)}"
    headers = {"If-Match": '"1"'} if method == "patch" else {}
    return getattr(api, method)(url, body, format="json", headers=headers)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_to_a_patient_of_the_own_site(api, ward, role, act):
    ids = records_of(ward.patient, ward.clinician)
    api.force_authenticate(make_user(role, site=ward.site))
    _, _, _, who, done = ACTS[act]
    expected = done if role in who else 403 if role in CARE else 404
    response = attempt(api, act, ward.patient, ids)
    assert response.status_code == expected, response.data


@pytest.mark.parametrize("act", ACTS)
def test_a_patient_of_another_site_does_not_exist_for_anybody(api, ward, act):
    ids = records_of(ward.patient, ward.clinician)
    api.force_authenticate(ward.stranger)
    response = attempt(api, act, ward.patient, ids)
    assert response.status_code == 404
    assert response.data["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("act", [act for act in ACTS if "{" in ACTS[act][1]])
def test_a_record_is_not_found_under_another_patient(api, ward, act):
    ids = records_of(ward.patient, ward.clinician)
    api.force_authenticate(ward.clinician)
    assert attempt(api, act, make_patient(ward.site), ids).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_without_signing_in_nothing_is_answered(api, ward, act):
    ids = records_of(ward.patient, ward.clinician)
    assert attempt(api, act, ward.patient, ids).status_code == 401


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("method", "address", "who", "done"),
    [
        ("get", "patients/", CARE, 200),
        ("post", "patients/", RECORD, 201),
        ("get", "ward/", CARE, 200),
    ],
)
def test_who_may_list_and_register_patients(api, ward, role, method, address, who, done):
    api.force_authenticate(make_user(role, site=ward.site))
    response = getattr(api, method)(f"/api/v1/{address}", PERSON, format="json")
    assert response.status_code == (done if role in who else 403)


@pytest.mark.parametrize(
    ("scopes", "act", "status"),
    [
        (["read"], "read patient", 200),
        (["read"], "record set", 403),
        (["vital-signs.write"], "record set", 201),
        (["vital-signs.write"], "list sets", 403),
        (["patients.write"], "change patient", 200),
        (["patients.write"], "authorise scale 2", 403),
        (["patients.write"], "add condition", 201),
        ([], "authorise scale 2", 200),
    ],
)
def test_a_token_narrows_what_its_user_may(api, ward, scopes, act, status):
    ids = records_of(ward.patient, ward.clinician)
    token = make_token(ward.clinician, scopes=scopes)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert attempt(api, act, ward.patient, ids).status_code == status


def test_a_patient_cannot_be_registered_at_another_site(api, ward):
    api.force_authenticate(ward.nurse)
    body = PERSON | {"site": str(ward.stranger.sites.get().pk)}
    assert api.post("/api/v1/patients/", body, format="json").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "trace"])
@pytest.mark.parametrize("address", ["", "vital-signs/", "vital-signs/{vital_signs}/"])
def test_nothing_is_deleted_or_overwritten(api, ward, method, address):
    ids = records_of(ward.patient, ward.clinician)
    api.force_authenticate(ward.clinician)
    url = f"/api/v1/patients/{ward.patient.pk}/{address.format(**ids)}"
    assert api.generic(method.upper(), url).status_code == 405
    assert api.options(url).status_code == 200
