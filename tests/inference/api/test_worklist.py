"""The reading list and the classifiers over REST."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from inference.reviews import report_without_ai, review_report
from tests.factories import make_patient, make_user
from tests.inference.scenes import make_job, make_report, make_study, make_version


def worklist(api, user, query=""):
    api.force_authenticate(user)
    answer = api.get(f"/api/v1/worklist/{query}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def reasons(api, user):
    return {one["id"]: one["reasons"] for one in worklist(api, user)["results"]}


def test_each_study_says_why_it_waits(api, ward):
    version = make_version()
    finding, clear, abstained, failed, untouched, doubted = (
        make_study(ward.patient) for _ in range(6)
    )
    make_report(finding, (0.91, 0.06), version=version)
    make_report(clear, (0.01, 0.01), version=version)
    make_report(abstained, (), version=version)
    make_job(failed, version, status="failed", failure_code="poison_input")
    doubt = make_report(doubted, (0.01, 0.01), version=version)
    review_report(report=doubt, reviewer=ward.radiologist, decision="cannot-tell")
    assert reasons(api, ward.radiologist) == {
        str(finding.pk): ["finding", "unsigned"],
        str(clear.pk): ["unsigned"],
        str(abstained.pk): ["unsigned", "abstained"],
        str(failed.pk): ["failed"],
        str(untouched.pk): ["not_analysed"],
        str(doubted.pk): ["second_reader"],
    }


@pytest.mark.parametrize(("minutes", "reasons"), [(4, []), (6, [["waiting_long"]])])
def test_an_analysis_that_does_not_come_hides_no_study(api, ward, minutes, reasons):
    job = make_job(make_study(ward.patient))
    type(job).objects.update(created_at=timezone.now() - timedelta(minutes=minutes))
    found = worklist(api, ward.radiologist)["results"]
    assert [one["reasons"] for one in found] == reasons


def test_what_is_signed_withdrawn_shadow_or_foreign_does_not_wait(api, ward):
    signed, own, withdrawn = (make_study(ward.patient) for _ in range(3))
    review_report(report=make_report(signed), reviewer=ward.radiologist, decision="agree")
    report_without_ai(study=own, reviewer=ward.radiologist, conclusion="Seen.")
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(status="entered-in-error")
    make_study(make_patient())
    shadow = make_report(signed)
    type(shadow.job).objects.filter(pk=shadow.job_id).update(purpose="shadow")
    assert worklist(api, ward.radiologist)["results"] == []


def test_the_most_urgent_comes_first_on_every_page(api, ward):
    studies = {
        name: make_study(ward.patient, priority=priority)
        for name, priority in (
            ("old", "routine"), ("stat", "stat"), ("new", "routine"), ("urgent", "urgent"),
        )
    }  # fmt: skip
    names = {str(study.pk): name for name, study in studies.items()}
    first = worklist(api, ward.radiologist, "?page_size=3")
    second = worklist(api, ward.radiologist, first["next"][first["next"].index("?") :])
    found = [names[one["id"]] for page in (first, second) for one in page["results"]]
    assert found == ["stat", "urgent", "old", "new"]
    assert second["next"] is None


def test_the_list_takes_the_same_number_of_queries_however_long(
    api, ward, django_assert_max_num_queries
):
    version = make_version()
    make_report(make_study(ward.patient), version=version)
    with django_assert_max_num_queries(40) as few:
        worklist(api, ward.radiologist)
    for _ in range(4):
        make_report(make_study(make_patient(ward.site)), version=version)
    with django_assert_max_num_queries(len(few)):
        assert len(worklist(api, ward.radiologist)["results"]) == 5


def test_reading_the_list_is_on_record_with_its_patients(api, ward):
    make_study(ward.patient)
    worklist(api, ward.radiologist)
    event = AuditEvent.objects.get(action="worklist.read")
    assert event.patient_ids == [str(ward.patient.pk)]


@pytest.mark.parametrize(
    ("role", "worklist_status", "classifiers_status"),
    [("nurse", 200, 200), ("radiologist", 200, 200), ("integrator", 200, 403),
     ("model manager", 403, 200), ("administrator", 403, 403)],
)  # fmt: skip
def test_who_sees_the_lists(api, ward, role, worklist_status, classifiers_status):
    api.force_authenticate(make_user(role, site=ward.site))
    assert api.get("/api/v1/worklist/").status_code == worklist_status
    assert api.get("/api/v1/classifiers/").status_code == classifiers_status


def test_classifiers_are_the_versions_in_use_with_their_cards(api, ward):
    active, shadow = make_version(), make_version(state="shadow", broken_because="altered")
    for state in ("draft", "retired"):
        make_version(state=state)
    api.force_authenticate(ward.clinician)
    found = {one["id"]: one for one in api.get("/api/v1/classifiers/").json()["results"]}
    assert found.keys() == {str(active.pk), str(shadow.pk)}
    assert found[str(active.pk)]["card"] == active.card
    assert [found[str(one.pk)]["is_available"] for one in (active, shadow)] == [True, False]
