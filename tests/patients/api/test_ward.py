"""The ward over REST."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import BreakGlassGrant, Patient
from patients.services import record_vital_signs, start_encounter
from tests.factories import make_patient, make_site, make_user
from tests.inference.scenes import make_report, make_study, make_version

WARD = "/api/v1/ward/"


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


def test_at_high_risk_the_emergency_number_is_told(nurse, ward):
    patient = admit(ward)
    (row,) = nurse.get(WARD).json()["results"]
    assert row["emergency_phone"] == ""
    stored = record_vital_signs(
        patient=patient, recorded_by=ward.nurse, measured_at=timezone.now(), confirmed=True,
        measurements={"systolic_mmhg": 85, "heart_rate_per_min": 140, "consciousness": "voice"},
    )  # fmt: skip
    (row,) = nurse.get(WARD).json()["results"]
    assert (row["early_warning"]["risk"], row["emergency_phone"]) == ("high", "2222")
    assert row["early_warning"]["last_measured_at"] == stored.measured_at.isoformat().replace(
        "+00:00", "Z"
    )


def test_of_very_many_unsigned_findings_the_newest_are_listed_and_all_are_counted(
    nurse, ward, monkeypatch
):
    monkeypatch.setattr("patients.api.ward.MOST_FINDINGS", 2)
    patient, version = admit(ward), make_version()
    reports = [
        make_report(make_study(patient, size=(64, 64)), (0.04, 0.91), version=version)
        for _ in range(3)
    ]
    (row,) = nurse.get(WARD).json()["results"]
    assert [one["report"] for one in row["unsigned_findings"]] == [
        str(report.pk) for report in reversed(reports[1:])
    ]
    assert row["unsigned_findings_count"] == 3


def test_break_glass_opens_a_record_and_no_board(api, ward):
    patient = admit(ward)
    foreign = make_user("clinician", site=make_site())
    now = timezone.now()
    BreakGlassGrant.objects.create(
        user=foreign, patient=patient, reason="emergency in the corridor", granted_at=now,
        expires_at=now + timedelta(minutes=60),
    )  # fmt: skip
    api.force_authenticate(foreign)
    assert patient in Patient.objects.visible_to(foreign)
    assert api.get(WARD).json()["results"] == []


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
