"""Jobs over REST."""

import threading

import pytest

from aicare.models import AuditEvent
from inference import waiting
from inference.models import InferenceJob
from tests.factories import make_token, make_user
from tests.inference.scenes import make_job, make_report, make_study


@pytest.fixture
def job(ward):
    return make_job(make_study(ward.patient))


def get(api, job, user, query=""):
    api.force_authenticate(user)
    return api.get(f"/api/v1/inference-jobs/{job.pk}/{query}")


def rerun(api, job, user, **headers):
    api.force_authenticate(user)
    return api.post(f"/api/v1/inference-jobs/{job.pk}/rerun/", headers=headers)


def test_a_waiting_job_tells_its_place(api, ward, job):
    body = get(api, job, ward.nurse).json()
    assert {name: body[name] for name in ("status", "attempts", "position", "report")} == {
        "status": "queued",
        "attempts": 0,
        "position": 1,
        "report": None,
    }
    assert body["classifier"] == job.model_version.classifier


def test_a_failed_job_tells_why(api, ward):
    job = make_job(
        make_study(ward.patient),
        status="failed",
        failure_code="poison_input",
        last_failure="The analyser stopped while it worked on the study.",
    )
    body = get(api, job, ward.nurse).json()
    assert body["failure_code"] == "poison_input"
    assert body["last_failure"]["code"] == "poison_input"
    assert body["position"] is None


def test_a_finished_job_names_its_report(api, ward):
    report = make_report(make_study(ward.patient))
    assert get(api, report.job, ward.nurse).json()["report"] == str(report.pk)


def test_reading_a_job_is_on_record_once_for_a_poller(api, ward, job):
    for _ in range(3):
        get(api, job, ward.nurse)
    event = AuditEvent.objects.get(action="job.read")
    assert (event.user, event.patient_id) == (ward.nurse, ward.patient.pk)


@pytest.mark.parametrize("role", ["administrator", "model manager"])
def test_roles_without_patients_see_no_job(api, ward, job, role):
    assert get(api, job, make_user(role, site=ward.site)).status_code == 404


def test_strangers_and_nobody_see_no_job(api, ward, job):
    assert get(api, job, ward.stranger).status_code == 404
    assert rerun(api, job, ward.stranger).status_code == 404
    api.force_authenticate(None)
    assert api.get(f"/api/v1/inference-jobs/{job.pk}/").status_code == 401


def test_a_shadow_job_is_not_there(api, ward, job):
    InferenceJob.objects.update(purpose="shadow")
    assert get(api, job, ward.radiologist).status_code == 404


@pytest.mark.parametrize("asked", ["soon", "-1", "1e3", "", "٣"])
def test_a_wait_that_is_no_number_is_refused(api, ward, job, asked):
    answer = get(api, job, ward.nurse, f"?wait={asked}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "wait"


def test_waiting_ends_with_the_job(api, ward, job, monkeypatch):
    looks = []

    def end_at_the_second_look(seconds):
        looks.append(seconds)
        (claimed,) = InferenceJob.objects.claim(by="host boot 1 1")
        claimed.fail("invalid_output", "invented")

    monkeypatch.setattr(waiting.time, "sleep", end_at_the_second_look)
    body = get(api, job, ward.nurse, "?wait=30").json()
    assert (body["status"], len(looks)) == ("failed", 1)


def test_waiting_is_for_half_of_the_threads(monkeypatch, job):
    monkeypatch.setattr(waiting, "_seats", threading.BoundedSemaphore(1))
    looks = []

    def another_waits_meanwhile(_):
        looks.append("first")
        waiting.wait_until_ended(job.pk, 30)  # returns at once: the only seat is taken
        InferenceJob.objects.update(status="cancelled", finished_at=job.created_at)

    monkeypatch.setattr(waiting.time, "sleep", another_waits_meanwhile)
    waiting.wait_until_ended(job.pk, 30)
    assert looks == ["first"]
    waiting.wait_until_ended(job.pk, 30)  # the seat is free again


def test_waiting_for_an_ended_job_is_no_waiting(api, ward, job, monkeypatch):
    InferenceJob.objects.update(status="cancelled", finished_at=job.created_at)
    monkeypatch.setattr(waiting.time, "sleep", lambda _: pytest.fail("waited"))
    assert get(api, job, ward.nurse, "?wait=30").json()["status"] == "cancelled"


def test_asking_again_makes_another_job(api, ward, job):
    InferenceJob.objects.update(
        status="failed", failure_code="poison_input", finished_at=job.created_at
    )
    answer = rerun(api, job, ward.nurse)
    assert (answer.status_code, answer.json()["run"]) == (201, 2)
    assert answer.json()["id"] != str(job.pk)


def test_asking_again_while_it_waits_is_a_conflict(api, ward, job):
    answer = rerun(api, job, ward.nurse)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "already_queued")


def test_asking_again_twice_with_one_key_is_one_job(api, ward, job):
    InferenceJob.objects.update(status="cancelled", finished_at=job.created_at)
    first, second = (rerun(api, job, ward.nurse, **{"Idempotency-Key": "a"}) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert InferenceJob.objects.count() == 2


def test_a_reading_token_cannot_ask_again(api, ward, job):
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(ward.nurse, scopes=['read'])}")
    assert api.get(f"/api/v1/inference-jobs/{job.pk}/").status_code == 200
    assert api.post(f"/api/v1/inference-jobs/{job.pk}/rerun/").status_code == 403
