"""What died, was lost or came late is put right, by as many sweepers as there are."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from inference import doorbell, pace, sweeper
from inference.management.commands import scheduler
from inference.models import InferenceJob, ModelVersion
from inference.processes import Process, this_process
from inference.sweeper import sweep
from tests.inference.scenes import make_job, make_study, make_version

Status = InferenceJob.Status


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell.ringer, "ring", lambda: rung.append(1))
    return rung


def claimed(by, **fields) -> InferenceJob:
    make_job(make_study(), **fields)
    (job,) = InferenceJob.objects.claim(by=str(by), limit=1)
    return job


def again(job):
    return InferenceJob.objects.get(pk=job.pk)


def dead_process() -> Process:
    """Return a process of this machine that has ended."""
    me = this_process()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return Process(me.host, me.boot, ended.pid, "1")


def test_the_claim_of_a_dead_process_is_released_at_once(db):
    job = claimed(dead_process())
    sweep()
    assert (again(job).status, again(job).deaths, again(job).runs_alone) == (Status.QUEUED, 1, True)


@pytest.mark.parametrize("claimant", ["ourselves", "another host", "another boot", "nonsense"])
def test_a_claim_of_somebody_who_may_live_is_left_alone(db, claimant):
    me, dead = this_process(), dead_process()
    job = claimed(
        {
            "ourselves": me,
            "another host": Process("elsewhere", dead.boot, dead.pid, dead.start),
            "another boot": Process(dead.host, "long-ago", dead.pid, dead.start),
            "nonsense": "who knows",
        }[claimant]
    )
    sweep()
    assert again(job).status == Status.RUNNING


def test_a_process_number_that_was_used_again_is_another_process(db):
    me = this_process()
    job = claimed(Process(me.host, me.boot, me.pid, "1"))
    sweep()
    assert again(job).status == Status.QUEUED


def test_an_expired_lease_goes_back_to_the_queue(db):
    job = claimed("elsewhere boot 1 1")
    InferenceJob.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    sweep()
    assert (again(job).status, again(job).deaths) == (Status.QUEUED, 1)


def test_a_lease_that_is_renewed_meanwhile_is_not_taken(db, monkeypatch):
    job = claimed("elsewhere boot 1 1")
    InferenceJob.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    bury = sweeper._bury

    def renew_first(jobs, still):
        jobs = list(jobs)
        InferenceJob.objects.renew(job.claim_id)
        return bury(jobs, still)

    monkeypatch.setattr(sweeper, "_bury", renew_first)
    assert sweeper.return_expired_leases() == 0
    assert again(job).status == Status.RUNNING


def test_two_sweepers_count_one_death(db, monkeypatch):
    job = claimed(dead_process())
    bury = sweeper._bury

    def sweep_twice(jobs, still):
        first, second = list(jobs), list(jobs.all())
        return bury(first, still) + bury(second, still)

    monkeypatch.setattr(sweeper, "_bury", sweep_twice)
    sweep()
    assert again(job).deaths == 1


def test_what_waits_for_a_withdrawn_study_is_cancelled(db):
    job = make_job(make_study(status="entered-in-error"))
    sweep()
    assert again(job).status == Status.CANCELLED


def test_what_waits_for_a_retired_version_goes_to_its_successor(db):
    old = make_version(state="retired")
    new = make_version(classifier=old.classifier, version="2.0.0")
    job = make_job(make_study(), old)
    sweep()
    assert again(job).status == Status.CANCELLED
    assert InferenceJob.objects.get(model_version=new).status == Status.QUEUED


@pytest.mark.parametrize(
    ("waited", "broken_for", "status"),
    [(25, 25, "failed"), (23, 25, "queued"), (25, 23, "queued"), (25, None, "queued")],
)
def test_a_job_is_given_up_after_a_day_with_a_broken_model(db, waited, broken_for, status):
    job = make_job(make_study())
    now = timezone.now()
    InferenceJob.objects.update(created_at=now - timedelta(hours=waited))
    if broken_for:
        ModelVersion.objects.update(
            broken_because="it is", broken_since=now - timedelta(hours=broken_for)
        )
    sweep()
    assert again(job).status == status
    assert again(job).failure_code == ("model_unavailable" if status == "failed" else "")


def test_what_waits_is_rung_for_again(db, rings):
    sweep()
    assert rings == []
    make_job(make_study())
    sweep()
    assert rings == [1]


@pytest.mark.django_db(transaction=True)
def test_the_scheduler_does_every_chore_even_when_one_fails(rings, monkeypatch):
    done = []

    def fail():
        raise RuntimeError("no")

    chores = (
        ("bad", pace.SWEEP_EVERY, fail),
        ("good", pace.SWEEP_EVERY, lambda: done.append(1)),
        ("queue", pace.SWEEP_EVERY, sweep),
    )
    monkeypatch.setattr(scheduler, "CHORES", chores)
    job = claimed(dead_process())
    call_command("scheduler", "--once", verbosity=0)
    assert done == [1]
    assert again(job).status == Status.QUEUED
