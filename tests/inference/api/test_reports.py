"""Reports over REST: reading, signing, reporting without AI, heat maps."""

import io

import pytest
from PIL import Image

from aicare.models import AuditEvent
from inference.models import DiagnosticReport, Finding, InferenceJob, Review
from tests.factories import make_token, make_user
from tests.inference.scenes import make_report, make_study

CORRECTION = {"decision": "disagree", "findings": {"covid-19": "negative"}, "comment": "Artefact"}


@pytest.fixture
def report(ward):
    return make_report(make_study(ward.patient))


@pytest.fixture
def call(api):
    """Return a function that sends JSON as a user."""

    def send(method, path, user, body=None, **headers):
        api.force_authenticate(user)
        content = {} if body is None else {"data": body, "format": "json"}
        return getattr(api, method)(f"/api/v1/{path}", **content, headers=headers)

    return send


def code_of(answer):
    return answer.json()["errors"][0]["code"]


def test_a_report_shows_findings_statements_and_where_the_maps_are(call, ward, report):
    answer = call("get", f"diagnostic-reports/{report.pk}/", ward.nurse)
    body = answer.json()
    assert answer.headers["ETag"] == '"1"'
    assert (body["status"], body["reviewed_by"]) == ("preliminary", None)
    assert [one["call"] for one in body["findings"]] == ["positive", "negative", None]
    assert body["statements"][0]["text"].startswith("Machine result, not signed")
    finding = body["findings"][0]
    assert finding["evidence"] == f"/api/v1/findings/{finding['id']}/evidence/"


def test_reading_a_report_is_on_record(call, ward, report):
    call("get", f"diagnostic-reports/{report.pk}/", ward.nurse)
    event = AuditEvent.objects.get(action="report.read")
    assert (event.patient_id, event.object_id) == (ward.patient.pk, report.pk)


@pytest.mark.parametrize(
    ("role", "status"),
    [("radiologist", 201), ("clinician", 201), ("nurse", 403), ("integrator", 403),
     ("administrator", 404), ("model manager", 404)],
)  # fmt: skip
def test_who_may_sign(call, ward, report, role, status):
    user = make_user(role, site=ward.site)
    answer = call("post", f"diagnostic-reports/{report.pk}/review/", user, {"decision": "agree"})
    assert answer.status_code == status
    assert Review.objects.count() == (1 if status == 201 else 0)
    own = call("post", f"imaging-studies/{report.study_id}/reports/", user, {"conclusion": "Seen."})
    assert own.status_code == status


def test_everything_of_another_site_is_not_there(call, ward, report):
    finding = report.findings.first()
    for method, path, body in (
        ("get", f"diagnostic-reports/{report.pk}/", None),
        ("post", f"diagnostic-reports/{report.pk}/review/", {"decision": "agree"}),
        ("get", f"imaging-studies/{report.study_id}/reports/", None),
        ("post", f"imaging-studies/{report.study_id}/reports/", {"conclusion": "Seen."}),
        ("get", f"findings/{finding.pk}/evidence/", None),
    ):
        assert call(method, path, ward.stranger, body).status_code == 404, path


def test_shadow_results_are_not_there(call, ward, report):
    InferenceJob.objects.update(purpose="shadow")
    finding = report.findings.first()
    for path in (f"diagnostic-reports/{report.pk}/", f"findings/{finding.pk}/evidence/"):
        assert call("get", path, ward.radiologist).status_code == 404
    reports = call("get", f"imaging-studies/{report.study_id}/reports/", ward.radiologist)
    assert reports.json()["results"] == []


def test_signing_with_a_correction_answers_the_signed_report(call, ward, report):
    answer = call("post", f"diagnostic-reports/{report.pk}/review/", ward.radiologist, CORRECTION)
    body = answer.json()
    assert (answer.status_code, body["status"]) == (201, "final")
    assert body["reviewed_by"] == str(ward.radiologist)
    assert body["statements"][0]["speaker"] == "person"
    assert (body["findings"][0]["call"], body["findings"][0]["machine_call"]) == (
        "negative",
        "positive",
    )
    assert body["reviews"][0]["findings"] == {
        "covid-19": "negative",
        "viral-pneumonia": "negative",
    }


def test_a_repeated_signature_gets_the_first_answer_although_the_version_has_changed(
    call, ward, report
):
    path, headers = f"diagnostic-reports/{report.pk}/review/", {"Idempotency-Key": "k"}
    headers["If-Match"] = '"1"'
    first = call("post", path, ward.radiologist, CORRECTION, **headers)
    again = call("post", path, ward.radiologist, CORRECTION, **headers)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert Review.objects.count() == 1
    del headers["Idempotency-Key"]
    assert call("post", path, ward.radiologist, CORRECTION, **headers).status_code == 412


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "required", "decision"),
        ({"decision": "perhaps"}, "invalid_choice", "decision"),
        ({"decision": "disagree"}, "required", "findings"),
        ({"decision": "disagree", "findings": {"normal": "positive"}}, "unknown_label", "findings"),
        ({"decision": "agree", "signed": True}, "unknown_field", "signed"),
        ({"decision": "disagree", "findings": []}, "not_a_dict", "findings"),
        ({"decision": "agree", "comment": 5}, "invalid_text", "comment"),
    ],
)
def test_what_is_no_review_is_refused(call, ward, report, body, code, attr):
    answer = call("post", f"diagnostic-reports/{report.pk}/review/", ward.radiologist, body)
    assert answer.status_code == 400
    assert (code_of(answer), answer.json()["errors"][0]["attr"]) == (code, attr)
    assert not Review.objects.exists()


def test_a_repeated_signature_with_one_key_is_one_review(call, ward, report):
    path, key = f"diagnostic-reports/{report.pk}/review/", {"Idempotency-Key": "one"}
    first = call("post", path, ward.radiologist, CORRECTION, **key)
    second = call("post", path, ward.radiologist, CORRECTION, **key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Review.objects.count() == 1
    third = call("post", path, ward.radiologist, {"decision": "agree"}, **key)
    assert (third.status_code, code_of(third)) == (422, "idempotency_key_reused")


def test_signing_an_older_version_is_refused_when_the_caller_says_which_was_read(
    call, ward, report
):
    path = f"diagnostic-reports/{report.pk}/review/"
    old = {"If-Match": '"1"'}
    assert call("post", path, ward.radiologist, {"decision": "agree"}, **old).status_code == 201
    second = call("post", path, ward.clinician, {"decision": "agree"}, **old)
    assert (second.status_code, code_of(second)) == (412, "version_conflict")
    report.refresh_from_db()
    assert report.version == 2


def test_a_signing_token_signs_and_a_reading_one_does_not(api, ward, report):
    path = f"/api/v1/diagnostic-reports/{report.pk}/review/"
    for scopes, status in ((["read"], 403), (["read", "reports.sign"], 201)):
        token = make_token(ward.radiologist, scopes=scopes)
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        assert api.post(path, {"decision": "agree"}, format="json").status_code == status


def test_a_report_without_ai_is_final_and_listed_with_the_others(call, ward, report):
    path = f"imaging-studies/{report.study_id}/reports/"
    answer = call("post", path, ward.clinician, {"conclusion": "No pneumothorax."})
    body = answer.json()
    assert (answer.status_code, body["status"], body["job"]) == (201, "final", None)
    assert (body["conclusion"], body["classifier"]) == ("No pneumothorax.", None)
    listed = call("get", path, ward.nurse).json()["results"]
    assert {one["id"] for one in listed} == {body["id"], str(report.pk)}
    again = call("post", path, ward.clinician, {"conclusion": "Another."})
    assert (again.status_code, code_of(again)) == (409, "report_exists")
    assert call("post", path, ward.clinician, {"conclusion": " "}).status_code == 400


def test_listing_reports_takes_the_same_number_of_queries_however_many(
    call, ward, report, django_assert_max_num_queries
):
    path = f"imaging-studies/{report.study_id}/reports/"
    with django_assert_max_num_queries(40) as few:
        call("get", path, ward.nurse)
    for _ in range(4):
        make_report(report.study)
    with django_assert_max_num_queries(len(few)):
        assert len(call("get", path, ward.nurse).json()["results"]) == 5


def test_the_heat_map_is_a_private_picture(call, ward, report):
    finding = report.findings.first()
    answer = call("get", f"findings/{finding.pk}/evidence/", ward.nurse, Accept="image/png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.mode == "L"
    assert AuditEvent.objects.filter(action="evidence.read", user=ward.nurse).count() == 1


def test_a_label_without_map_says_so(call, ward, report):
    Finding.objects.update(evidence=None)
    answer = call("get", f"findings/{report.findings.first().pk}/evidence/", ward.nurse)
    assert answer.status_code == 404


def test_a_withdrawn_report_cannot_be_signed(call, ward, report):
    DiagnosticReport.objects.update(status="entered-in-error")
    answer = call(
        "post", f"diagnostic-reports/{report.pk}/review/", ward.radiologist, {"decision": "agree"}
    )
    assert (answer.status_code, code_of(answer)) == (409, "report_closed")
