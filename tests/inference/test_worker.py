"""The worker's child and the watch over it, one step at a time (tests/faults runs real ones)."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone

from inference import pace, worker
from inference import watch as watching
from inference.models import InferenceJob
from inference.processes import this_process
from inference.sweeper import return_expired_leases
from inference.watch import Watch
from inference.worker import Child
from tests.architecture.test_imports import ROOT
from tests.inference.fakes import FakeClassifier, FakeShelf
from tests.inference.scenes import make_job, make_study

Status = InferenceJob.Status


@pytest.fixture
def child(db, monkeypatch):
    monkeypatch.setattr(signal, "setitimer", lambda *_: None)
    monkeypatch.setattr(worker.database, "close", lambda: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    return Child(siblings=1)


@pytest.fixture
def watch(db):
    one = Watch.__new__(Watch)
    one.held, one.deaf_since = {}, None
    return one


def only_job():
    return InferenceJob.objects.get()


def test_a_child_drains_until_nothing_is_due(child):
    job = make_job(make_study())
    for _ in range(10):
        make_job(job.study, job.model_version)
    child.shelf = FakeShelf(FakeClassifier(job.model_version))
    child.drain()
    assert set(InferenceJob.objects.values_list("status", flat=True)) == {Status.SUCCEEDED}
    assert (child.finished, child.claim_id) == (11, None)


def test_a_child_that_leaves_claims_nothing(child):
    make_job(make_study())
    child.leaving.set()
    child.drain()
    assert only_job().status == Status.QUEUED


@pytest.mark.parametrize(("error", "failures"), [(OperationalError("gone"), 0), (KeyError("x"), 1)])
def test_what_an_error_left_in_hand_is_given_back_next_time(child, monkeypatch, error, failures):
    make_job(make_study())

    def claim_and_fail(shelf, *, share, hold):
        jobs = InferenceJob.objects.claim(by=str(this_process()))
        if jobs:
            hold(jobs[0])
            raise error
        return 0

    monkeypatch.setattr(worker, "run_batch", claim_and_fail)
    child.drain()
    assert only_job().status == Status.RUNNING
    child.settle_leftovers()
    assert (only_job().status, only_job().failures) == (Status.QUEUED, failures)
    assert only_job().attempts == (1 if failures else 0)


def test_stopping_gives_back_what_is_in_hand_uncounted(child):
    make_job(make_study())
    (job,) = InferenceJob.objects.claim(by=str(this_process()))
    child.hold(job)
    child.threads = [SimpleNamespace(join=lambda timeout: None)]
    child.stop()
    assert (only_job().status, only_job().attempts) == (Status.QUEUED, 0)


@pytest.mark.parametrize("limit", ["RECYCLE_AFTER_JOBS", "RECYCLE_ABOVE_BYTES"])
def test_a_child_that_is_old_or_large_leaves_in_order(child, monkeypatch, limit):
    sent = []
    monkeypatch.setattr(os, "kill", lambda pid, sign: sent.append((pid, sign)))
    child.recycle()
    assert sent == []
    monkeypatch.setattr(pace, limit, 0)
    child.recycle()
    assert sent == [(os.getpid(), signal.SIGTERM)]
    assert child.leaving.is_set()


@pytest.fixture
def killed(monkeypatch):
    """Who was killed; every process counts as our child."""
    monkeypatch.setattr(watching.Process, "is_our_child", True)
    monkeypatch.setattr(watching.Process, "is_alive", True)
    pids = []
    monkeypatch.setattr(os, "kill", lambda pid, sign: pids.append((pid, sign)))
    return pids


def claim_one(by=None):
    make_job(make_study())
    (job,) = InferenceJob.objects.claim(by=str(by or this_process()))
    return job


def test_a_child_that_hangs_is_killed_and_its_job_says_why(watch, killed):
    job = claim_one()
    watch.look()
    assert killed == []
    watch.held[job.claim_id].since -= pace.HARD_LIMIT.total_seconds()
    watch.look()
    assert killed == [(os.getpid(), signal.SIGKILL)]
    assert (only_job().status, only_job().deaths) == (Status.QUEUED, 1)
    assert only_job().last_failure == "It took too long and was stopped."


def test_a_child_that_did_not_even_renew_its_lease_is_killed(watch, killed):
    claim_one()
    watch.look()
    InferenceJob.objects.update(lease_expires_at=timezone.now())
    assert return_expired_leases() == 1
    assert only_job().last_failure == "It took too long and was stopped."
    watch.look()
    assert killed == [(os.getpid(), signal.SIGKILL)]


def test_a_child_that_ended_its_claim_is_left_alone(watch, killed):
    job = claim_one()
    watch.look()
    job.record_failure("invented")
    watch.look()
    assert (killed, watch.held) == ([], {})


def test_a_child_that_lost_a_claim_and_works_on_another_is_left_alone(watch, killed):
    claim_one()
    watch.look()
    InferenceJob.objects.update(lease_expires_at=timezone.now())
    return_expired_leases()
    InferenceJob.objects.claim(by=str(this_process()))
    watch.look()
    assert killed == []


@pytest.mark.parametrize(
    ("waits", "works", "is_deaf"), [(60, False, True), (60, True, False), (1, False, False)]
)
def test_a_worker_is_deaf_when_work_waits_long_and_nobody_works(watch, waits, works, is_deaf):
    make_job(make_study(), available_at=timezone.now() - timedelta(seconds=waits))
    assert watch.is_deaf(works) is False
    if watch.deaf_since:
        watch.deaf_since -= pace.DEAF_AFTER.total_seconds()
    assert watch.is_deaf(works) is is_deaf


def test_a_child_whose_parent_died_leaves(child, monkeypatch):
    left = []
    monkeypatch.setattr(os, "_exit", left.append)
    child.leave_if_orphaned()
    assert left == []
    monkeypatch.setattr(os, "getppid", lambda: 1)
    child.leave_if_orphaned()
    assert left == [worker.EXIT_TO_BE_RESTARTED]


def test_nothing_heavy_is_loaded_before_the_fork():
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'aicare.settings'\n"
        "import django; django.setup()\n"
        "import inference.tasks\n"
        "print({'keras', 'tensorflow', 'openvino'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"


def test_the_timings_leave_room_for_each_other():
    assert pace.RENEW_EVERY * 2 < pace.LEASE < pace.HARD_LIMIT < pace.ALARM_AFTER
    assert pace.PATIENCE * 2 < pace.HARD_LIMIT
    assert pace.POLL_EVERY < pace.DEAF_AFTER
