"""The history over REST: who, when, why, and each field before and after."""

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.services import (
    change_fact,
    change_patient,
    correct_note,
    record_medication,
    record_vital_signs,
    start_encounter,
    withdraw_vital_signs,
    write_note,
)
from patients.services.merging import merge_patients
from tests.factories import make_patient, make_token


@pytest.fixture
def address(ward):
    return f"/api/v1/patients/{ward.patient.pk}/"


@pytest.fixture
def drug(ward):
    drug = record_medication(
        patient=ward.patient, recorded_by=ward.clinician, display="metformin", dosage="1-0-1"
    )
    return change_fact(fact=drug, changed_by=ward.nurse, dosage="2-0-2", reason="HbA1c")


def test_a_row_tells_every_change(clinician, ward, address, drug):
    answer = clinician.get(f"{address}medications/{drug.pk}/history/")
    changed, recorded = answer.json()
    assert changed["changes"] == [{"field": "dosage", "before": "1-0-1", "after": "2-0-2"}]
    assert (changed["act"], changed["reason"], changed["version"]) == ("changed", "HbA1c", 2)
    assert changed["by"] == {"id": str(ward.nurse.pk), "name": str(ward.nurse)}
    assert (recorded["act"], recorded["resource"]) == ("recorded", "medications")
    first = {one["field"]: one["after"] for one in recorded["changes"]}
    assert first == {"display": "metformin", "dosage": "1-0-1", "status": "active"}


def test_a_record_tells_all_of_it_newest_first(clinician, ward, address, drug):
    stay = start_encounter(patient=ward.patient, started_by=ward.nurse)
    note = write_note(patient=ward.patient, written_by=ward.nurse, text="a")
    correct_note(note=note, corrected_by=ward.nurse, reason="b", text="c")
    wrong = record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 70},
    )  # fmt: skip
    withdraw_vital_signs(vital_signs=wrong, withdrawn_by=ward.nurse, reason="other patient")
    answer = clinician.get(f"{address}history/").json()
    told = [(one["resource"], one["act"], one["row"]) for one in answer["results"]]
    assert told == [
        ("vital-signs", "entered-in-error", str(wrong.pk)),
        ("notes", "corrected", str(note.pk)),
        ("notes", "recorded", str(note.pk)),
        ("encounters", "recorded", str(stay.pk)),
        ("medications", "changed", str(drug.pk)),
        ("medications", "recorded", str(drug.pk)),
        ("patient", "recorded", str(ward.patient.pk)),
    ]
    assert answer["next"] is None
    assert {"field": "text", "before": "a", "after": "c"} in answer["results"][1]["changes"]


def test_pages_follow_each_other(clinician, ward, address, drug):
    for number in range(5):
        change_fact(fact=drug, changed_by=ward.nurse, dosage=str(number))
    url, seen = f"{address}history/?page_size=3", []
    while url:
        body = clinician.get(url).json()
        assert len(body["results"]) <= 3
        seen += [one["version"] for one in body["results"] if one["resource"] == "medications"]
        url = body["next"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=", "cursor=%00", "cursor=2026", "cursor=eA==", "page_size=0",
     "page_size=x", "page_size=201", "cursor=MjAyNi0wMS0wMVQwMDowMDowMFogeA"],
)  # fmt: skip
def test_an_odd_page_is_refused(clinician, address, query):
    assert clinician.get(f"{address}history/?{query}").status_code == 400


def test_foreign_rows_are_not_found(api, clinician, ward, address, drug):
    other = f"/api/v1/patients/{make_patient(ward.site).pk}/"
    assert clinician.get(f"{other}medications/{drug.pk}/history/").status_code == 404
    assert clinician.get(f"{address}conditions/{drug.pk}/history/").status_code == 404
    assert clinician.get(f"{address}patient/{drug.pk}/history/").status_code == 404
    assert clinician.get(f"{address}patient/{ward.patient.pk}/history/").status_code == 200
    api.force_authenticate(ward.stranger)
    assert api.get(f"{address}history/").status_code == 404
    assert api.get(f"{address}medications/{drug.pk}/history/").status_code == 404


def test_who_was_merged_keeps_a_history_under_the_old_id_and_the_new_one(
    api, clinician, ward, address
):
    other = make_patient(ward.site, family_name="Before")
    change_patient(patient=other, changed_by=ward.nurse, expected_version=1, family_name="After")
    merge_patients(
        survivor=ward.patient, duplicate=other, merged_by=ward.nurse, reason="registered twice"
    )
    for record in (ward.patient, other):
        url = f"/api/v1/patients/{record.pk}/patient/{other.pk}/history/"
        merged, changed, recorded = clinician.get(url).json()
        assert {"field": "family_name", "before": "Before", "after": "After"} in changed["changes"]
        assert merged["reason"] == "registered twice"
    api.force_authenticate(ward.stranger)
    assert api.get(f"{address}patient/{other.pk}/history/").status_code == 404


def test_a_token_without_reading_reads_no_history(api, ward, address, drug):
    api.credentials(
        HTTP_AUTHORIZATION=f"Bearer {make_token(ward.clinician, scopes=['patients.write'])}"
    )
    assert api.get(f"{address}history/").status_code == 403
    assert api.get(f"{address}medications/{drug.pk}/history/").status_code == 403


def test_reading_it_is_on_record(clinician, ward, address, drug):
    clinician.get(f"{address}history/")
    clinician.get(f"{address}medications/{drug.pk}/history/")
    events = AuditEvent.objects.filter(action="history.read").order_by("id")
    assert [(one.patient_id, one.object_id) for one in events] == [
        (ward.patient.pk, None), (ward.patient.pk, drug.pk),
    ]  # fmt: skip


def test_nothing_is_changed_here(clinician, address, drug):
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(clinician, method)(f"{address}medications/{drug.pk}/history/")
        assert answer.status_code == 405
