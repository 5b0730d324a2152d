"""The summary over REST: one object, one truth about who said what."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aicare.models import AuditEvent
from inference.services import review_report
from patients.services import record_condition, record_vital_signs
from tests.complete_sets import ILL
from tests.factories import make_encounter, make_patient, make_user
from tests.inference import scenes

pytestmark = pytest.mark.django_db


def record(ward, measurements, *, minutes_ago=1):
    return record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now() - timedelta(minutes=minutes_ago),
        measurements=measurements,
        confirmed=True,
    )


def summary(api, ward, user=None):
    api.force_authenticate(user or ward.clinician)
    answer = api.get(f"/api/v1/patients/{ward.patient.pk}/summary/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def alerts(found):
    return [alert["code"] for alert in found["alerts"]]


def test_a_patient_without_anything_has_a_summary(api, ward):
    found = summary(api, ward)
    assert found["early_warning"] is None
    assert found["encounter"] is None
    assert found["vital_signs"] == {"latest": None, "trend": []}
    assert (found["imaging"], found["alerts"], found["conditions"]) == ([], [], [])


def test_a_later_partial_set_does_not_hide_the_complete_score(api, ward):
    record(ward, ILL, minutes_ago=10)
    record(ward, {"heart_rate_per_min": Decimal(80)})
    found = summary(api, ward)["early_warning"]
    assert (found["score"], found["risk"], found["missing"]) == (10, "high", [])
    assert found["rule"] == "NEWS2-2017"
    assert found["later_incomplete"]["score_min"] == 0
    assert "heart_rate_per_min" not in found["later_incomplete"]["missing"]


def test_high_risk_names_the_emergency_number_of_the_site(api, ward):
    record(ward, ILL)
    found = summary(api, ward)
    assert alerts(found)[0] == "high_risk"
    assert "NEWS2 10" in found["alerts"][0]["text"]
    assert ward.site.emergency_phone in found["alerts"][0]["text"]


def test_nobody_is_called_for_a_patient_who_was_discharged(api, ward):
    stay = make_encounter(ward.patient)
    record(ward, ILL, minutes_ago=30)
    stay.ended_at = timezone.now()
    stay.save()
    assert alerts(summary(api, ward)) == []


def test_a_set_that_is_overdue_raises_an_alert(api, ward):
    make_encounter(ward.patient)
    record(ward, ILL, minutes_ago=16)
    found = summary(api, ward)
    assert found["early_warning"]["overdue"]
    assert "set_overdue" in alerts(found)


def test_measurements_are_plain_numbers(api, ward):
    record(ward, ILL)
    latest = summary(api, ward)["vital_signs"]["latest"]
    assert (latest["temperature_celsius"], latest["heart_rate_per_min"]) == (38.4, 112)


def test_an_unsigned_finding_says_that_a_machine_speaks(api, ward):
    scenes.make_report(scenes.make_study(ward.patient))
    found = summary(api, ward)
    (report,) = found["imaging"][0]["reports"]
    assert report["status"] == "preliminary"
    assert report["reviewed_by"] is None
    assert {one["speaker"] for one in report["statements"]} == {"machine"}
    assert not any(one["signed"] for one in report["statements"])
    assert "finding_unsigned" in alerts(found)


def test_a_signed_report_speaks_with_its_signer(api, ward):
    report = scenes.make_report(scenes.make_study(ward.patient))
    review_report(
        report=report, reviewer=ward.radiologist, decision="agree", findings={}, comment=""
    )
    found = summary(api, ward)
    (shown,) = found["imaging"][0]["reports"]
    assert (shown["status"], shown["reviewed_by"]) == ("final", str(ward.radiologist))
    assert {one["speaker"] for one in shown["statements"]} == {"person"}
    assert "finding_unsigned" not in alerts(found)


def test_a_corrected_finding_is_not_shown_as_the_machine_called_it(api, ward):
    report = scenes.make_report(scenes.make_study(ward.patient))
    review_report(
        report=report,
        reviewer=ward.radiologist,
        decision="disagree",
        findings={"covid-19": "negative"},
    )
    (shown,) = summary(api, ward)["imaging"][0]["reports"]
    covid = next(one for one in shown["findings"] if one["label"] == "covid-19")
    assert (shown["status"], covid["call"], covid["machine_call"]) == (
        "final",
        "negative",
        "positive",
    )


def test_doubt_about_a_signed_report_is_an_alert_too(api, ward):
    report = scenes.make_report(scenes.make_study(ward.patient))
    for reader, decision in ((ward.radiologist, "agree"), (ward.clinician, "cannot-tell")):
        review_report(report=report, reviewer=reader, decision=decision)
        report.refresh_from_db()
    assert alerts(summary(api, ward)) == ["second_reader_needed"]


def test_a_reference_label_is_no_finding(api, ward):
    scenes.make_report(scenes.make_study(ward.patient), probabilities=(0.02, 0.03))
    (report,) = summary(api, ward)["imaging"][0]["reports"]
    (normal,) = [one for one in report["findings"] if one["role"] == "reference"]
    assert (normal["call"], normal["threshold"]) == (None, None)
    (statement,) = report["statements"]
    assert "other disease was not assessed" in statement["text"]


def test_shadow_results_are_shown_nowhere(api, ward):
    study = scenes.make_study(ward.patient)
    report = scenes.make_report(study)
    report.job.purpose = "shadow"
    report.job.save()
    found = summary(api, ward)
    assert (found["imaging"][0]["reports"], found["imaging"][0]["jobs"]) == ([], [])
    assert found["alerts"] == []


@pytest.mark.parametrize(
    ("fields", "analysis"),
    [
        ({"status": "queued"}, "being analysed"),
        ({"status": "succeeded"}, "analysed"),
        (
            {"status": "failed", "failure_code": "unreadable_image"},
            "not analysed: the picture could not be read",
        ),
    ],
)
def test_the_summary_says_where_the_analysis_stands(api, ward, fields, analysis):
    now = timezone.now()
    scenes.make_job(scenes.make_study(ward.patient), available_at=now, **fields)
    assert summary(api, ward)["imaging"][0]["analysis"] == analysis


def test_a_study_that_no_classifier_reads_says_so(api, ward):
    scenes.make_study(ward.patient)
    assert summary(api, ward)["imaging"][0]["analysis"].startswith("not analysed: no classifier")


def test_a_withdrawn_study_is_not_shown(api, ward):
    scenes.make_report(scenes.make_study(ward.patient, status="entered-in-error"))
    found = summary(api, ward)
    assert (found["imaging"], found["alerts"]) == ([], [])


def test_the_same_picture_under_two_patients_warns_both_and_names_neither(api, ward):
    other = make_patient(ward.site, family_name="Zweitmensch")
    for patient in (ward.patient, other):
        study = scenes.make_study(patient)
        study.series.get().instances.update(pixel_sha256="a" * 64)
    found = summary(api, ward)
    assert alerts(found) == ["possible_wrong_patient"]
    assert "Zweitmensch" not in str(found["alerts"])


def test_conditions_that_stand_are_listed(api, ward):
    record_condition(patient=ward.patient, recorded_by=ward.clinician, display="COPD")
    (condition,) = summary(api, ward)["conditions"]
    assert condition["code"]["display"] == "COPD"


def test_another_site_gets_404(api, ward):
    api.force_authenticate(ward.stranger)
    assert api.get(f"/api/v1/patients/{ward.patient.pk}/summary/").status_code == 404


@pytest.mark.parametrize("role", ["administrator", "model manager"])
def test_roles_without_records_get_404(api, ward, role):
    api.force_authenticate(make_user(role, site=ward.site))
    assert api.get(f"/api/v1/patients/{ward.patient.pk}/summary/").status_code == 404


def test_a_read_is_on_record_once(api, ward):
    summary(api, ward)
    (event,) = AuditEvent.objects.filter(patient_id=ward.patient.pk)
    assert (event.user, event.action) == (ward.clinician, "patient.summary-read")


def test_the_number_of_queries_does_not_grow_with_the_record(api, ward):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            summary(api, ward)
        return len(captured)

    def add():
        record(ward, ILL)
        scenes.make_report(scenes.make_study(ward.patient))

    add()
    summary(api, ward)
    few = queries()
    for _ in range(4):
        add()
    assert queries() == few
