"""The rows as a queue: who gets what, and what becomes of it."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from inference import pace
from inference.models import ClaimLost, InferenceJob
from tests.inference.scenes import make_job, make_study, make_version

Status = InferenceJob.Status
FailureCode = InferenceJob.FailureCode
ME = "host boot 1 1"


@pytest.fixture
def version(db):
    return make_version()


@pytest.fixture
def study(version):
    return make_study()


@pytest.fixture
def make(version, study):
    """Make jobs of one model; each is about a picture of its own as far as the queue knows."""
    return lambda **fields: make_job(study, **{"version": version} | fields)


def claim_one(**more) -> InferenceJob:
    (job,) = InferenceJob.objects.claim(by=ME, limit=1, **more)
    return job


def skip_on_sqlite():
    if connection.vendor == "sqlite":
        pytest.skip("threads share SQLite's test database in memory; tests/faults races processes")


def again(job) -> InferenceJob:
    return InferenceJob.objects.get(pk=job.pk)


def test_a_claim_leases_the_job_and_counts_the_attempt(make):
    job = make()
    claimed = claim_one()
    assert (claimed.pk, claimed.status, claimed.attempts) == (job.pk, Status.RUNNING, 1)
    assert claimed.lease_expires_at - claimed.claimed_at == pace.LEASE
    assert again(job).claimed_by == ME


def test_what_was_claimed_is_not_claimed_again(make):
    make()
    claim_one()
    assert InferenceJob.objects.claim(by=ME) == []


def test_the_most_urgent_is_first_and_among_equals_the_oldest(make):
    routine, stat, urgent, second_routine = (make(priority=priority) for priority in (2, 0, 1, 2))
    assert [claim_one() for _ in range(4)] == [stat, urgent, routine, second_routine]


def test_a_claim_takes_jobs_of_one_model_only(make, study):
    first, other, second = make(), make_job(study, make_version()), make()
    assert InferenceJob.objects.claim(by=ME) == [first, second]
    assert InferenceJob.objects.claim(by=ME) == [other]


def test_siblings_share_what_waits(make):
    jobs = [make() for _ in range(5)]
    assert InferenceJob.objects.claim(by=ME, share=2) == jobs[:3]
    assert InferenceJob.objects.claim(by=ME, share=2) == jobs[3:4]


def test_a_claim_takes_no_more_than_a_batch(make):
    for _ in range(pace.BATCH + 1):
        make()
    assert len(InferenceJob.objects.claim(by=ME)) == pace.BATCH


def test_a_job_that_must_run_alone_does(make):
    alone, after = make(runs_alone=True), make()
    assert InferenceJob.objects.claim(by=ME) == [alone]
    assert InferenceJob.objects.claim(by=ME) == [after]


def test_a_job_that_must_run_alone_joins_no_batch(make):
    first, alone, second = make(), make(runs_alone=True), make()
    assert InferenceJob.objects.claim(by=ME) == [first, second]
    assert InferenceJob.objects.claim(by=ME) == [alone]


@pytest.mark.parametrize(
    "why",
    [
        {"available_at": timezone.now() + timedelta(hours=1)},
        {"study__status": "entered-in-error"},
        {"model_version__state": "retired"},
    ],
)
def test_what_is_not_due_is_not_claimed(make, why):
    job = make()
    for name, value in why.items():
        owner, _, field = name.rpartition("__")
        target = getattr(job, owner) if owner else job
        type(target).objects.filter(pk=target.pk).update(**{field: value})
    assert InferenceJob.objects.claim(by=ME) == []


def test_a_shadow_version_works_too(make, version):
    version.state = "shadow"
    version.save()
    job = make(purpose="shadow")
    assert InferenceJob.objects.claim(by=ME) == [job]


def test_an_orderly_shutdown_gives_the_job_back_uncounted(make):
    make()
    job = claim_one()
    assert InferenceJob.objects.give_back(job.claim_id) == 1
    assert (again(job).status, again(job).attempts) == (Status.QUEUED, 0)


def test_renewing_keeps_the_lease_of_ones_own_claim_only(make):
    make()
    job = claim_one()
    InferenceJob.objects.running().update(lease_expires_at=timezone.now())
    assert InferenceJob.objects.renew(uuid.uuid4()) == 0
    assert InferenceJob.objects.renew(job.claim_id) == 1
    assert again(job).lease_expires_at > timezone.now()


@pytest.mark.parametrize(
    "finish",
    [
        lambda job: job.succeed(seconds=1),
        lambda job: job.fail(FailureCode.UNREADABLE_IMAGE, "broken"),
        lambda job: job.record_failure("broken"),
        lambda job: job.record_death(),
        lambda job: job.wait_for_model("broken"),
        lambda job: job.put_back(),
        lambda job: job.cancel(),
    ],
)
def test_a_late_worker_cannot_move_a_job_that_was_taken_over(make, finish):
    make()
    late = claim_one()
    again(late).record_death()
    current = claim_one()
    with pytest.raises(ClaimLost):
        finish(late)
    assert (again(late).status, again(late).claim_id) == (Status.RUNNING, current.claim_id)


@pytest.mark.parametrize("act", ["succeed", "record_failure", "record_death", "put_back"])
def test_a_job_that_nobody_runs_cannot_be_moved_as_if_it_ran(make, act):
    job = make()
    arguments = {"succeed": {"seconds": 1}, "record_failure": {"detail": "broken"}}
    with pytest.raises(ClaimLost):
        getattr(job, act)(**arguments.get(act, {}))
    assert (again(job).status, again(job).deaths) == (Status.QUEUED, 0)


def test_a_late_worker_cannot_end_a_job_that_was_cancelled(make):
    make()
    late = claim_one()
    again(late).cancel()
    with pytest.raises(ClaimLost):
        late.succeed(seconds=1)
    assert again(late).status == Status.CANCELLED


def test_a_death_makes_the_job_run_alone_and_two_deaths_alone_end_it(make):
    make()
    make()
    first, neighbour = InferenceJob.objects.claim(by=ME)
    first.record_death()
    neighbour.succeed(seconds=1)
    assert (again(first).status, again(first).runs_alone) == (Status.QUEUED, True)
    claim_one().record_death()
    assert again(first).status == Status.QUEUED
    claim_one().record_death()
    dead = again(first)
    assert (dead.status, dead.failure_code) == (Status.FAILED, FailureCode.POISON_INPUT)
    assert (dead.deaths, dead.attempts) == (3, 3)


def test_what_hangs_twice_alone_has_timed_out(make):
    make(runs_alone=True)
    for _ in range(pace.DEATHS_ALONE):
        job = claim_one()
        job.record_death(timed_out=True)
    assert again(job).failure_code == FailureCode.TIMED_OUT


def test_three_failures_exhaust_the_attempts_and_each_waits_longer(make):
    make()
    waits = []
    for _ in range(pace.FAILURES):
        job = claim_one()
        job.record_failure("out of luck")
        waits.append(again(job).available_at - timezone.now())
        InferenceJob.objects.update(available_at=timezone.now())
    assert again(job).failure_code == FailureCode.ATTEMPTS_EXHAUSTED
    assert again(job).last_failure == "out of luck"
    assert timedelta(0) < waits[0] < waits[1]


def test_a_broken_model_costs_no_attempt_and_puts_off_what_else_waits(make, version):
    make()
    job = claim_one()
    other = make()
    job.wait_for_model("the digest differs")
    InferenceJob.objects.put_off(version)
    assert (again(job).status, again(job).attempts) == (Status.QUEUED, 0)
    assert min(again(job).available_at, again(other).available_at) > timezone.now()


def test_a_running_job_must_be_claimed(make):
    job = make()
    with pytest.raises(Exception, match="only_a_running_job_is_claimed"):
        InferenceJob.objects.filter(pk=job.pk).update(status=Status.RUNNING)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("share", [1, 3])
def test_many_workers_claim_each_job_once(share):
    skip_on_sqlite()
    study, version = make_study(), make_version()
    jobs = [make_job(study, version) for _ in range(40)]
    claimed, problems = [], []
    start = threading.Barrier(6)

    def work():
        try:
            start.wait()
            while InferenceJob.objects.due().exists():
                for job in InferenceJob.objects.claim(by=ME, limit=3, share=share):
                    claimed.append(job.pk)
        except Exception as error:  # shown by the assertion below
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(claimed) == sorted(job.pk for job in jobs)
    assert set(InferenceJob.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_of_several_that_end_one_job_one_succeeds():
    skip_on_sqlite()
    study, version = make_study(), make_version()
    for _ in range(10):
        make_job(study, version)
        job = claim_one()
        outcomes = []
        start = threading.Barrier(4)

        def end(job=job, outcomes=outcomes, start=start):
            mine = InferenceJob.objects.get(pk=job.pk)
            try:
                start.wait()
                mine.succeed(seconds=1)
                outcomes.append("done")
            except ClaimLost:
                outcomes.append("lost")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=end) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["done", "lost", "lost", "lost"]


@pytest.mark.django_db(transaction=True)
def test_a_claim_does_not_wait_for_the_rows_that_another_is_claiming():
    skip_on_sqlite()
    study, version = make_study(), make_version()
    first, second = make_job(study, version), make_job(study, version)
    locked, release = threading.Event(), threading.Event()

    def hold():
        with connections["default"].cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "SELECT 1 FROM inference_inferencejob WHERE id = %s FOR UPDATE", [first.pk]
            )
            locked.set()
            release.wait(10)
            cursor.execute("ROLLBACK")
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait(10)
    try:
        assert InferenceJob.objects.claim(by=ME) == [second]
    finally:
        release.set()
        thread.join()
