"""Every example of the documentation works when it is sent as it stands."""

import datetime
import json
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from patients.api.examples import FAHRENHEIT, RECORDED, SET, SWAPPED
from patients.models import Encounter, Patient
from patients.services import (
    record_allergy,
    record_condition,
    record_medication,
    record_vital_signs,
    write_note,
)
from patients.services.break_glass import break_the_glass
from patients.services.merging import merge_patients
from tests.bad_inputs.pictures import good_png
from tests.factories import make_encounter, make_patient, make_site, make_user
from tests.inference.scenes import make_report, make_study

pytestmark = pytest.mark.django_db
BEGUN = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
DUPLICATE = UUID("01941f29-7c00-7000-8000-000000000001")


@pytest.fixture
def record(ward):
    """A patient with one row of each kind, and what the examples name."""
    by = {"patient": ward.patient, "recorded_by": ward.clinician}
    values = {"heart_rate_per_min": 80, "systolic_mmhg": 120, "temperature_celsius": 37}
    study = make_study(ward.patient)
    elsewhere = make_patient(
        make_site(), medical_record_number="300417", family_name="Iturbe", given_names="Marisol"
    )
    return SimpleNamespace(
        patient=ward.patient,
        stay=make_encounter(make_patient(ward.site), ward="2 West", bed="1", started_at=BEGUN),
        vital_signs=record_vital_signs(**by, measured_at=BEGUN, measurements=values),
        condition=record_condition(**by, display="Hypertension"),
        allergy=record_allergy(**by, display="Penicillins"),
        medication=record_medication(**by, display="metformin"),
        note=write_note(patient=ward.patient, written_by=ward.clinician, text="Slept well."),
        study=study,
        report=make_report(study),
        bare=make_patient(ward.site),
        duplicate=make_patient(ward.site, pk=DUPLICATE),
        elsewhere=elsewhere,
        clinician=ward.clinician,
        administrator=make_user("administrator"),
    )


def at(record, **rows):
    """Return the ids of an address; the patient's is always among them."""
    return {"patient_id": record.patient.pk} | {name: row.pk for name, row in rows.items()}


def end_the_stay(record):
    Encounter.objects.filter(pk=record.stay.pk).update(ended_at=BEGUN + datetime.timedelta(days=1))


def change_the_survivor_twice(record):
    Patient.objects.filter(pk=record.patient.pk).update(version=3)
    return at(record)


def merge(record):
    people = {"survivor": record.patient, "duplicate": record.duplicate}
    made = merge_patients(**people, merged_by=record.clinician, reason="One person")
    return at(record, merge_id=made)


def open_a_record(record):
    reason = "Unconscious in the corridor"
    grant = break_the_glass(user=record.clinician, patient=record.elsewhere, reason=reason)
    return {"grant_id": grant.pk}


WHERE = {
    "patients_create": lambda record: {},
    "break_glass_open": lambda record: {},
    "break_glass_judge": open_a_record,
    "patients_merge": change_the_survivor_twice,
    "patients_merges_undo": merge,
    "encounters_create": lambda record: {"patient_id": record.bare.pk},
    "encounters_change": lambda record: {
        "patient_id": record.stay.patient_id,
        "encounter_id": record.stay.pk,
    },
    "vital_signs_correct": lambda record: at(record, set_id=record.vital_signs),
    "vital_signs_withdraw": lambda record: at(record, set_id=record.vital_signs),
    "conditions_change": lambda record: at(record, fact_id=record.condition),
    "allergies_change": lambda record: at(record, fact_id=record.allergy),
    "medications_change": lambda record: at(record, fact_id=record.medication),
    "notes_correct": lambda record: at(record, note_id=record.note),
    "notes_withdraw": lambda record: at(record, note_id=record.note),
    "imaging_studies_reports_create": lambda record: {"study_id": record.study.pk},
    "diagnostic_reports_review_create": lambda record: {"report_id": record.report.pk},
}
BEFORE = {"discharged by mistake": end_the_stay}


def bodies(schema):
    """Yield every request that the documentation shows."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            for kind, content in operation.get("requestBody", {"content": {}})["content"].items():
                for example in content["examples"].values():
                    yield path, method, operation, kind, example


def send(client, record, path, method, operation, kind, example):
    name = operation["operationId"]
    BEFORE.get(example.get("summary"), lambda record: None)(record)
    address = path.format(**WHERE.get(name, at)(record))
    client.force_login(record.administrator if name == "break_glass_judge" else record.clinician)
    if kind == "multipart/form-data":
        film = SimpleUploadedFile("film.png", good_png(), "image/png")
        return client.post(address, example["value"] | {"files": [film]})
    headers = {"If-Match": client.get(address).headers["ETag"]} if method == "patch" else {}
    return partial(getattr(client, method), address, content_type=kind, headers=headers)(
        json.dumps(example["value"])
    )


def test_every_request_shown_is_accepted_as_it_stands(client, record):
    refused, sent = {}, 0
    for shown in bodies(SchemaGenerator().get_schema(request=None, public=True)):
        with transaction.atomic():
            answer = send(client, record, *shown)
            transaction.set_rollback(True)
        sent += 1
        if not 200 <= answer.status_code < 300:
            refused[shown[2]["operationId"], shown[4].get("summary")] = answer.json()
    assert refused == {}
    assert sent > 25


def test_the_set_shown_is_scored_as_shown(client, ward):
    client.force_login(ward.clinician)
    schema = SchemaGenerator().get_schema(request=None, public=True)
    path = "/api/v1/patients/{patient_id}/vital-signs/"
    body = schema["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    whole = body["examples"]["AWholeSet"]["value"]
    post = partial(
        client.post, path.format(patient_id=ward.patient.pk), content_type="application/json"
    )
    made = post(json.dumps(whole)).json()
    same = [name for name in RECORDED.value if name.startswith(("score", "risk", "points"))]
    assert {name: made[name] for name in same} == {name: SET[name] for name in same}
    assert set(made) == set(SET)
    assert post(json.dumps(whole | {"temperature_celsius": 98.6})).json() == FAHRENHEIT.value
    assert post(json.dumps(whole | {"diastolic_mmhg": 105})).json() == SWAPPED.value
