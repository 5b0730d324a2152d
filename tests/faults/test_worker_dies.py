"""Whatever dies over a study, every accepted study ends with exactly one report."""

import os
import signal
from contextlib import suppress

import pytest

from tests.faults.hooks.apps import LEASE_SECONDS
from tests.servers import wait_for

pytestmark = pytest.mark.processes


def test_a_killed_worker_loses_and_doubles_nothing(hospital):
    studies = [hospital.send("slow") for _ in range(5)] + [hospital.send("dawdle")]
    hospital.wait_until_running(*reversed(studies))
    former = hospital.stack.kill("worker")
    studies += [hospital.send("plain") for _ in range(2)]
    hospital.stack.wait_for_restart("worker", former)
    hospital.wait_until_ended(studies)
    hospital.assert_one_report_each(studies)


def test_a_killed_child_is_replaced_and_its_study_analysed_again(hospital):
    study = hospital.send("dawdle")
    hospital.wait_until_running(study)
    former = hospital.stack.pid("worker")
    for child in hospital.worker_children():
        os.kill(child, signal.SIGKILL)
    hospital.wait_until_ended([study])
    hospital.assert_one_report_each([study])
    assert hospital.job(study)["attempts"] == 2
    assert hospital.stack.pid("worker") == former


def test_a_picture_that_crashes_the_analyser_harms_nobody_else(hospital):
    neighbours = [hospital.send("plain") for _ in range(3)]
    poison = hospital.send("crash")
    neighbours += [hospital.send("plain") for _ in range(6)]
    ends = hospital.wait_until_ended([poison, *neighbours])
    assert ends.pop(poison) == "failed"
    job = hospital.job(poison)
    assert (job["failure_code"], job["report"]) == ("poison_input", None)
    assert job["attempts"] == 3
    hospital.assert_one_report_each(neighbours)


def test_a_picture_that_hangs_the_analyser_times_out_and_harms_nobody_else(hospital):
    hanging = hospital.send("hang")
    neighbours = [hospital.send("plain") for _ in range(4)]
    ends = hospital.wait_until_ended([hanging, *neighbours], seconds=150)
    assert ends.pop(hanging) == "failed"
    assert hospital.job(hanging)["failure_code"] == "timed_out"
    hospital.assert_one_report_each(neighbours)


def test_a_child_that_was_stopped_past_its_lease_finishes_nothing(hospital):
    said_before = len(hospital.stack_log())
    study = hospital.send("dawdle")
    hospital.wait_until_running(study)
    sleepers = hospital.worker_children()
    for child in sleepers:
        os.kill(child, signal.SIGSTOP)
    wait_for(
        lambda: lost_its_lease(hospital.job(study)),
        what="the lease to end",
        seconds=6 * LEASE_SECONDS,
    )
    for child in sleepers:
        # The watch may have been first: it kills a child whose lease ended.
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGCONT)
    hospital.wait_until_ended([study])
    hospital.assert_one_report_each([study])
    log = hospital.stack_log()[said_before:]
    assert "stale_result_discarded" in log or "hanging_child_killed" in log


def lost_its_lease(job: dict) -> bool:
    """Tell whether the first attempt is over; the second may already be under way, or done."""
    return job["status"] == "queued" or job["attempts"] > 1


def test_an_orderly_stop_costs_no_attempt(hospital):
    studies = [hospital.send("slow") for _ in range(3)] + [hospital.send("dawdle")]
    hospital.wait_until_running(*reversed(studies))
    former = hospital.stack.kill("worker", signal.SIGTERM)
    hospital.stack.wait_for_restart("worker", former)
    hospital.wait_until_ended(studies)
    hospital.assert_one_report_each(studies)
    assert {hospital.job(study)["attempts"] for study in studies} == {1}
