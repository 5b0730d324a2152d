"""Position and expected seconds, by what was measured."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inference.models import InferenceJob
from inference.progress import progress_of
from tests.inference.scenes import make_job, make_study, make_version


@pytest.fixture
def queue(db):
    version, study = make_version(), make_study()
    return lambda **fields: make_job(study, version, **fields)


def test_nothing_is_expected_before_something_was_measured(queue):
    assert progress_of(queue()).expected_seconds is None


def test_the_position_counts_who_is_claimed_before(queue):
    first, urgent, last = queue(), queue(priority=0), queue()
    assert [progress_of(job).position for job in (urgent, first, last)] == [1, 2, 3]


def test_expected_seconds_are_the_mean_of_the_measured_times_the_queue(queue):
    for seconds in (1.0, 3.0):
        queue(status="succeeded", service_seconds=seconds)
    first, second = queue(), queue()
    assert progress_of(first).expected_seconds == 2.0
    assert progress_of(second).expected_seconds == 4.0


def test_two_workers_halve_the_wait(queue):
    queue(status="succeeded", service_seconds=2.0)
    for name in "ab":
        queue()
        InferenceJob.objects.claim(by=f"host boot 1 {name}", limit=1)
    assert progress_of(queue()).expected_seconds == 4.0


def test_a_delayed_retry_waits_for_its_time(queue):
    queue(status="succeeded", service_seconds=1.0)
    job = queue(available_at=timezone.now() + timedelta(seconds=60))
    assert 55 < progress_of(job).expected_seconds <= 61


def test_a_running_job_has_no_position_and_an_ended_one_nothing_to_expect(queue):
    done = queue(status="succeeded", service_seconds=2.0)
    queue()
    (running,) = InferenceJob.objects.claim(by="host boot 1 1")
    assert (progress_of(running).position, progress_of(running).expected_seconds) == (None, 2.0)
    assert (progress_of(done).position, progress_of(done).expected_seconds) == (None, None)
