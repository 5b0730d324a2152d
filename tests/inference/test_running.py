"""What a worker's child does with a claim, with a classifier that has no network."""

import hashlib
import io
from datetime import date

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from imaging.models import ImagingStudy, Instance
from imaging.pixels import decode
from inference import pace, running
from inference.classifier import ENGINES
from inference.models import DiagnosticReport, Finding, InferenceJob, ModelVersion, OperatingPoint
from inference.packages import BrokenPackage
from inference.publishing import register_package
from inference.running import Shelf, run_batch
from tests.factories import make_patient
from tests.inference.fakes import FakeClassifier, FakeShelf, dislikes_bright
from tests.inference.scenes import make_card, make_job, make_study, make_version
from tests.model_packages import BrightnessEngine, make_package

Status = InferenceJob.Status
FailureCode = InferenceJob.FailureCode


@pytest.fixture
def version(db):
    return make_version()


@pytest.fixture
def shelf(version):
    return FakeShelf(FakeClassifier(version))


def again(job):
    return InferenceJob.objects.get(pk=job.pk)


def only_report(job):
    return DiagnosticReport.objects.get(job=job)


def white(study):
    """Make the study's picture one that ``dislikes_bright`` does not like; return the study."""
    instance = Instance.objects.get(series__study=study)
    buffer = io.BytesIO()
    Image.fromarray(np.full((instance.rows, instance.columns), 255, np.uint8)).save(buffer, "PNG")
    replace_file(instance, buffer.getvalue())
    return study


def replace_file(instance, content, *, sha256=None):
    with default_storage.open(instance.file.name, "wb") as file:
        file.write(content)
    instance.sha256 = sha256 or hashlib.sha256(content).hexdigest()
    instance.save()


def test_a_job_ends_with_one_preliminary_report(version, shelf):
    job = make_job(make_study(pictures=2), version)
    assert run_batch(shelf) == 1
    job, report = again(job), only_report(job)
    assert (job.status, job.attempts, job.claim_id) == (Status.SUCCEEDED, 1, None)
    assert job.service_seconds > 0
    assert (report.status, report.signed_by, report.abstained_because) == ("preliminary", None, "")
    calls = list(report.findings.values_list("label", "role", "call"))
    assert calls == [
        ("covid-19", "finding", "positive"),
        ("viral-pneumonia", "finding", "negative"),
        ("normal", "reference", None),
    ]


def test_the_evidence_is_a_small_grey_picture_of_the_key_instance(version, shelf):
    study = make_study(pictures=2)
    run_batch_of(study, version, shelf)
    finding = Finding.objects.get(report__study=study, label="covid-19")
    with Image.open(io.BytesIO(finding.evidence)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", (20, 24))
        assert image.getpixel((3, 3)) == 128
    assert finding.key_instance.number == 2


def run_batch_of(study, version, shelf):
    job = make_job(study, version)
    run_batch(shelf)
    return again(job)


def test_nothing_due_is_no_work(version, shelf):
    assert run_batch(shelf) == 0
    assert shelf.classifier.seen == []


def test_the_claim_is_made_known_before_a_picture_is_opened(version, shelf, monkeypatch):
    make_job(make_study(), version)
    events = []
    monkeypatch.setattr(running, "decode", lambda one: events.append("decode") or decode(one))
    run_batch(shelf, hold=lambda job: events.append(again(job).status))
    assert events == [Status.RUNNING, "decode"]


def test_thresholds_of_the_operating_point_stand_above_the_cards(version, shelf):
    point = OperatingPoint.objects.create(
        model_version=version, number=1, thresholds={"covid-19": [0.2, 0.95]}, reason="invented"
    )
    job = run_batch_of(make_study(), version, shelf)
    report = only_report(job)
    finding = report.findings.get(label="covid-19")
    assert report.operating_point == point
    assert (finding.call, finding.threshold, finding.negative_below) == ("uncertain", 0.95, 0.2)
    assert report.findings.get(label="viral-pneumonia").threshold == 0.5


def test_an_abstention_is_a_report_without_findings(version):
    shelf = FakeShelf(FakeClassifier(version, abstained_because="unlike_training_data"))
    report = only_report(run_batch_of(make_study(), version, shelf))
    assert (report.abstained_because, report.findings.count()) == ("unlike_training_data", 0)


@pytest.mark.parametrize(
    ("born", "answer"),
    [
        (date(1962, 2, 3), ""),
        (date(2020, 2, 3), "outside_intended_use"),
        (None, "outside_intended_use"),
    ],
)
def test_a_patient_outside_the_age_range_or_of_unknown_age_gets_an_abstention(db, born, answer):
    scope = {"modality": "DX", "body_part": "CHEST", "minimum_age_years": 18}
    version = make_version(card=make_card(applies_to=[scope]))
    shelf = FakeShelf(FakeClassifier(version))
    job = run_batch_of(make_study(make_patient(birth_date=born)), version, shelf)
    assert job.status == Status.SUCCEEDED
    assert only_report(job).abstained_because == answer
    assert bool(shelf.classifier.seen) is (answer == "")


def test_an_unreadable_picture_fails_its_job_and_no_other(version, shelf):
    study = make_study()
    replace_file(Instance.objects.get(series__study=study), b"no picture")
    bad, good = make_job(study, version), make_job(make_study(), version)
    run_batch(shelf)
    assert (again(bad).status, again(bad).failure_code) == (
        Status.FAILED,
        FailureCode.UNREADABLE_IMAGE,
    )
    assert again(good).status == Status.SUCCEEDED


def test_a_damaged_file_is_tried_again_because_a_backup_may_bring_it_back(version, shelf):
    study = make_study()
    instance = Instance.objects.get(series__study=study)
    replace_file(instance, b"altered", sha256=instance.sha256)
    job = run_batch_of(study, version, shelf)
    assert (job.status, job.failures) == (Status.QUEUED, 1)
    assert "altered" in job.last_failure


def test_an_invalid_output_fails_its_job_and_no_other(version):
    shelf = FakeShelf(FakeClassifier(version, spoil=dislikes_bright))
    bad, good = make_job(white(make_study()), version), make_job(make_study(), version)
    run_batch(shelf)
    assert again(bad).failure_code == FailureCode.INVALID_OUTPUT
    assert not DiagnosticReport.objects.filter(job=bad).exists()
    assert again(good).status == Status.SUCCEEDED


def test_an_unforeseen_error_is_tried_again_and_its_text_is_not_kept(version):
    def explode(study):
        raise RuntimeError("Paciente Inventada")

    job = run_batch_of(make_study(), version, FakeShelf(FakeClassifier(version, spoil=explode)))
    assert (job.status, job.failures) == (Status.QUEUED, 1)
    assert job.last_failure == "The analysis failed: RuntimeError."


def test_jobs_of_a_broken_package_wait_and_the_alarm_is_raised_once(version, caplog):
    shelf = FakeShelf(broken=BrokenPackage("model.bin differs"))
    jobs = [make_job(make_study(), version) for _ in range(2)]
    run_batch(shelf, share=2)
    assert run_batch(shelf) == 0
    assert [again(job).status for job in jobs] == [Status.QUEUED] * 2
    assert [again(job).attempts for job in jobs] == [0, 0]
    version = ModelVersion.objects.get()
    assert version.broken_because == "model.bin differs"
    assert version.broken_since is not None
    InferenceJob.objects.update(available_at=timezone.now())
    run_batch(shelf)
    assert [record.levelname for record in caplog.records].count("CRITICAL") == 1


def test_a_package_is_checked_before_it_is_loaded_and_works_again_when_it_is_whole(
    db, settings, tmp_path, monkeypatch
):
    settings.MODEL_PACKAGES_DIR = tmp_path
    folder = make_package(tmp_path / "invented" / "1.0.0")
    version = register_package(folder, by=None, state="active")
    loaded = []
    monkeypatch.setitem(
        ENGINES, "openvino", lambda *_, **__: loaded.append(1) or BrightnessEngine()
    )
    content = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(content[:-1] + b"?")
    job = run_batch_of(make_study(), version, Shelf(threads=1))
    assert (job.status, loaded) == (Status.QUEUED, [])
    assert ModelVersion.objects.get().is_broken
    (folder / "model.bin").write_bytes(content)
    InferenceJob.objects.update(available_at=timezone.now())
    run_batch(Shelf(threads=1))
    assert (again(job).status, again(job).attempts, loaded) == (Status.SUCCEEDED, 1, [1])
    assert not ModelVersion.objects.get().is_broken


def test_a_study_withdrawn_while_it_was_analysed_gets_no_report(version):
    def withdraw(_):
        ImagingStudy.objects.update(status=ImagingStudy.Status.ENTERED_IN_ERROR)

    job = run_batch_of(make_study(), version, FakeShelf(FakeClassifier(version, spoil=withdraw)))
    assert job.status == Status.CANCELLED
    assert not DiagnosticReport.objects.exists()


def test_the_result_of_a_job_that_was_taken_over_is_dropped(version, caplog):
    def take_over(_):
        job = InferenceJob.objects.get()
        job.record_death()
        InferenceJob.objects.claim(by="somebody else")

    job = run_batch_of(make_study(), version, FakeShelf(FakeClassifier(version, spoil=take_over)))
    assert (job.status, job.claimed_by) == (Status.RUNNING, "somebody else")
    assert not DiagnosticReport.objects.exists()
    assert "stale_result_discarded" in caplog.text


def test_a_failing_database_is_not_the_jobs_fault(version, shelf, monkeypatch):
    def fail(**_):
        raise OperationalError("gone")

    monkeypatch.setattr(running, "store_result", fail)
    job = make_job(make_study(), version)
    with pytest.raises(OperationalError):
        run_batch(shelf)
    assert (again(job).status, again(job).failures) == (Status.RUNNING, 0)


def test_a_second_run_supersedes_what_nobody_has_looked_at(version, shelf):
    study = make_study()
    first = only_report(run_batch_of(study, version, shelf))
    make_job(study, version, run=2)
    run_batch(shelf)
    first.refresh_from_db()
    assert first.status == "cancelled"
    assert DiagnosticReport.objects.unsigned().filter(study=study).count() == 1


def test_large_studies_are_not_decoded_together(version, shelf, monkeypatch):
    monkeypatch.setattr(pace, "PIXELS_AT_ONCE", 480 * 400 + 1)
    for _ in range(2):
        make_job(make_study(), version)
    make_job(make_study(pictures=3), version)
    run_batch(shelf)
    assert shelf.classifier.seen == [[1], [1], [3]]


def test_what_a_slow_claim_does_not_reach_goes_back_uncounted(version, shelf, monkeypatch):
    monkeypatch.setattr(pace, "PIXELS_AT_ONCE", 1)
    monkeypatch.setattr(pace, "PATIENCE", -pace.PATIENCE)
    job = run_batch_of(make_study(), version, shelf)
    assert (job.status, job.attempts) == (Status.QUEUED, 0)
