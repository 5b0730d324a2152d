"""Handing in studies, asking again, taking over finished answers."""

from datetime import date

import pytest
import uuid6
from django.core.files.base import ContentFile

from aicare.errors import Conflict, NotAllowed
from aicare.models import AuditEvent
from imaging.intake import check_images
from imaging.models import ImagingStudy
from imaging.services import store_images
from inference import services
from inference.models import DiagnosticReport, InferenceJob, OperatingPoint
from inference.running import run_batch
from inference.services import request_inference, request_rerun, submit_study
from tests.factories import make_patient, make_user
from tests.inference.fakes import FakeClassifier, FakeShelf, png
from tests.inference.scenes import make_card, make_job, make_study, make_version, phantom

Status = InferenceJob.Status


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    """Count doorbells."""
    rung = []
    monkeypatch.setattr(services, "ring_on_commit", lambda: rung.append(1))
    return rung


def hand_in(patient, *, seed=1, **fields):
    study_id = uuid6.uuid7()
    images = check_images([ContentFile(png(phantom(seed)), "film.png")])
    defaults = {"modality": "DX", "body_part": "CHEST", "uploaded_by": make_user("nurse")}
    stored = store_images(images, study_id)
    return submit_study(patient=patient, images=stored, study_id=study_id, **defaults | fields)


def analyse(version):
    while run_batch(FakeShelf(FakeClassifier(version))):
        pass


def test_a_study_is_queued_for_the_active_and_the_shadow_models_that_read_it(db, rings):
    active, shadow = make_version(), make_version(state="shadow")
    for state in ("draft", "retired"):
        make_version(state=state)
    make_version(card=make_card(applies_to=[{"modality": "CT", "body_part": "CHEST"}]))
    study = hand_in(make_patient(), priority="stat")
    jobs = {job.model_version: (job.purpose, job.status, job.priority) for job in study.jobs.all()}
    assert jobs == {active: ("clinical", "queued", 0), shadow: ("shadow", "queued", 0)}
    assert rings == [1]


def test_a_study_that_no_model_reads_is_kept_without_a_job_and_without_a_bell(db, rings):
    make_version()
    study = hand_in(make_patient(), modality="MR", body_part="BRAIN")
    assert study.jobs.count() == 0
    assert rings == []


def test_a_study_outside_the_age_range_is_queued_so_that_its_abstention_is_on_record(db):
    scope = {"modality": "DX", "body_part": "CHEST", "minimum_age_years": 18}
    make_version(card=make_card(applies_to=[scope]))
    assert hand_in(make_patient(birth_date=None)).jobs.count() == 1


def test_the_same_files_again_are_the_same_study(db):
    make_version()
    patient = make_patient()
    assert hand_in(patient) == hand_in(patient)
    assert ImagingStudy.objects.count() == InferenceJob.objects.count() == 1


def test_the_same_pixels_are_answered_at_once_by_a_new_unsigned_report(db, rings):
    version, reader = make_version(), make_user("radiologist")
    first = hand_in(make_patient())
    analyse(version)
    services.review_report(report=first.reports.get(), reviewer=reader, decision="agree")
    rings.clear()
    second = hand_in(make_patient())
    job, report = second.jobs.get(), second.reports.get()
    assert (job.status, job.attempts, job.reused_from) == (Status.SUCCEEDED, 0, first.jobs.get())
    assert (report.status, report.reviews.count()) == ("preliminary", 0)
    numbers = [list(one.findings.values_list("label", "probability", "call", "evidence"))
               for one in (first.reports.get(), report)]  # fmt: skip
    assert numbers[0] == numbers[1]
    assert {one.key_instance.series.study for one in report.findings.all()} == {second}
    assert rings == []


@pytest.mark.parametrize("why", ["pixels", "package", "thresholds", "abstained", "age", "failed"])
def test_another_question_is_not_answered_from_memory(db, why):
    scope = {"modality": "DX", "body_part": "CHEST", "minimum_age_years": 18}
    version = make_version(card=make_card(applies_to=[scope]))
    first = hand_in(make_patient())
    analyse(version)
    if why == "package":
        newer = make_version(
            classifier=version.classifier, version="2.0.0", card=version.card, state="draft"
        )
        services.activate(model_version=newer, by=None)
    if why == "thresholds":
        OperatingPoint.objects.create(
            model_version=version, number=1, thresholds={"covid-19": [0.3, 0.7]}, reason="invented"
        )
    if why == "abstained":
        first.reports.update(abstained_because="unlike_training_data")
    if why == "failed":
        first.reports.update(status="entered-in-error")
    born = date(2020, 1, 1) if why == "age" else date(1962, 2, 3)
    second = hand_in(make_patient(birth_date=born), seed=2 if why == "pixels" else 1)
    assert second.jobs.get().status == Status.QUEUED


def test_a_rerun_is_a_new_job_that_really_runs(db, rings):
    version, user = make_version(), make_user("clinician")
    study = hand_in(make_patient())
    analyse(version)
    rings.clear()
    again = request_rerun(job=study.jobs.get(), requested_by=user)
    assert (again.run, again.status, again.purpose) == (2, Status.QUEUED, "clinical")
    assert rings == [1]
    event = AuditEvent.objects.get(action="study.rerun-requested")
    assert (event.user, event.patient_id) == (user, study.patient_id)


def test_a_failed_job_can_be_run_again(db):
    failed = make_job(make_study(), status="failed", failure_code="poison_input")
    assert request_rerun(job=failed, requested_by=make_user()).run == 2


def test_a_rerun_is_by_the_version_in_use_now(db):
    old = make_version(state="retired")
    new = make_version(classifier=old.classifier, version="2.0.0")
    done = make_job(make_study(), old, status="cancelled")
    assert request_rerun(job=done, requested_by=make_user()).model_version == new


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("queued", "already_queued"),
        ("withdrawn", "study_withdrawn"),
        ("retired", "model_not_in_use"),
    ],
)
def test_a_rerun_that_makes_no_sense_is_refused(db, status, code):
    job = make_job(make_study(), status="queued" if status == "queued" else "cancelled")
    if status == "withdrawn":
        services.withdraw_study(study=job.study, withdrawn_by=make_user(), reason="wrong patient")
    if status == "retired":
        services.retire(model_version=job.model_version, by=None)
    with pytest.raises(Conflict) as refused:
        request_rerun(job=job, requested_by=make_user())
    assert refused.value.problems[0].code == code


def test_a_withdrawn_study_takes_its_jobs_and_reports_with_it(db):
    version, user = make_version(), make_user("clinician")
    study = hand_in(make_patient())
    analyse(version)
    waiting = request_rerun(job=study.jobs.get(), requested_by=user)
    services.withdraw_study(study=study, withdrawn_by=user, reason="wrong patient")
    waiting.refresh_from_db()
    report = study.reports.get()
    assert (waiting.status, report.status) == (Status.CANCELLED, "entered-in-error")
    with pytest.raises(Conflict):
        services.review_report(report=report, reviewer=user, decision="agree")


def test_what_somebody_signed_is_withdrawn_only_by_who_may_sign(db):
    version, doctor, nurse = make_version(), make_user("clinician"), make_user("nurse")
    study = hand_in(make_patient())
    analyse(version)
    services.review_report(report=study.reports.get(), reviewer=doctor, decision="agree")
    with pytest.raises(NotAllowed):
        services.withdraw_study(study=study, withdrawn_by=nurse, reason="wrong patient")
    services.withdraw_study(study=study, withdrawn_by=doctor, reason="wrong patient")
    assert study.reports.get().status == "entered-in-error"


def test_asking_twice_for_the_same_study_and_model_is_impossible(db):
    make_version()
    study = make_study()
    request_inference(study=study)
    with pytest.raises(Exception, match=r"(?i)unique"):
        request_inference(study=study)


def test_no_report_exists_before_a_worker_has_worked(db):
    make_version()
    hand_in(make_patient())
    assert not DiagnosticReport.objects.exists()
