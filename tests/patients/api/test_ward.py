"""The ward over REST."""

from decimal import Decimal

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.services import record_vital_signs, start_encounter
from tests.factories import make_patient, make_site, make_user

WARD = "/api/v1/ward/"


@pytest.fixture
def nurse(api, ward):
    api.force_authenticate(ward.nurse)
    return api


def admit(ward, bed="7", name="3 East"):
    patient = make_patient(ward.site)
    start_encounter(patient=patient, started_by=ward.nurse, ward=name, bed=bed)
    record_vital_signs(
        patient=patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now(),
        measurements={"systolic_mmhg": 88, "temperature_celsius": Decimal("38.2")},
    )
    return patient


def test_the_ward_tells_how_everybody_stands(nurse, ward):
    patient = admit(ward)
    (row,) = nurse.get(WARD).json()["results"]
    assert row["patient"]["id"] == str(patient.pk)
    assert (row["encounter"]["ward"], row["encounter"]["bed"]) == ("3 East", "7")
    warning = row["early_warning"]
    assert (warning["score"], warning["score_min"], warning["risk"]) == (None, 4, "incomplete")
    assert warning["next_due_at"]
    assert row["unsigned_findings"] == []
    event = AuditEvent.objects.get(action="ward.read")
    assert event.patient_ids == [str(patient.pk)]


def test_one_ward_can_be_asked_for(nurse, ward):
    admit(ward, bed="2")
    admit(ward, bed="1")
    admit(ward, name="4 West")
    beds = [row["encounter"]["bed"] for row in nurse.get(f"{WARD}?ward=3 East").json()["results"]]
    assert beds == ["1", "2"]


def test_a_stay_without_a_set_is_listed_too(nurse, ward):
    start_encounter(patient=ward.patient, started_by=ward.nurse)
    (row,) = nurse.get(WARD).json()["results"]
    assert row["early_warning"] is None


def test_the_ward_of_another_site_is_not_seen(api, ward):
    admit(ward)
    api.force_authenticate(make_user("nurse", site=make_site()))
    assert api.get(WARD).json()["results"] == []


def test_the_ward_takes_the_same_number_of_queries_for_one_and_for_many(
    nurse, ward, django_assert_max_num_queries
):
    for bed in range(10):
        admit(ward, bed=str(bed))
    with django_assert_max_num_queries(8):
        assert len(nurse.get(WARD).json()["results"]) == 10
