"""The broker may be emptied, silent or dead: it only rings, the work goes on."""

import os
import signal

import pytest
import redis

from inference.doorbell import TASK

pytestmark = pytest.mark.processes


@pytest.fixture
def broker(hospital):
    socket = (hospital.stack.data / "run" / "broker-socket").read_text().strip()
    with redis.Redis(unix_socket_path=socket) as client:
        yield client


@pytest.fixture
def silent_broker(hospital):
    """A broker that accepts and never answers, for the time of the test."""
    pid = hospital.stack.pid("broker")
    os.kill(pid, signal.SIGSTOP)
    yield
    os.kill(pid, signal.SIGCONT)


def test_an_emptied_broker_loses_nothing(hospital, broker):
    studies = []
    for _ in range(6):
        studies.append(hospital.send("slow"))
        broker.flushall()
    hospital.wait_until_ended(studies)
    hospital.assert_one_report_each(studies)


def test_a_killed_broker_loses_nothing(hospital):
    studies = [hospital.send("slow") for _ in range(3)]
    former = hospital.stack.kill("broker")
    studies += [hospital.send("plain") for _ in range(3)]
    hospital.wait_until_ended(studies)
    hospital.assert_one_report_each(studies)
    hospital.stack.wait_for_restart("broker", former)


def test_work_goes_on_while_the_broker_is_silent(hospital, silent_broker):
    studies = [hospital.send("plain") for _ in range(4)]
    hospital.wait_until_ended(studies)
    hospital.assert_one_report_each(studies)


def test_children_that_die_while_the_broker_is_silent_come_back(hospital, silent_broker):
    for child in hospital.worker_children():
        os.kill(child, signal.SIGKILL)
    study = hospital.send("plain")
    hospital.wait_until_ended([study], seconds=120)
    hospital.assert_one_report_each([study])


def test_a_hundred_doorbells_change_nothing(hospital):
    study = hospital.send("slow")
    hospital.stack.manage("shell", "-c", RING)
    hospital.wait_until_ended([study])
    hospital.assert_one_report_each([study])
    assert hospital.job(study)["attempts"] == 1


RING = f"""
from aicare.celery import app
for _ in range(100):
    app.send_task({TASK!r}, ignore_result=True, expires=30)
"""
