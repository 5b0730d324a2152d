"""A worker whose broker never answers works all the same."""

import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from types import SimpleNamespace

import pytest

from aicare.supervision import processes, programs
from tests.processes.stack import ROOT, environment, run_manage
from tests.servers import free_port, process, wait_for

pytestmark = pytest.mark.processes
DEAD_BROKER = "redis://127.0.0.1:1/0"
COUNT = "SELECT COUNT(*) FROM inference_inferencejob WHERE status = ?"
ASK_AGAIN = (
    "from inference.models import InferenceJob; from inference.services import request_rerun;"
    "from aicare.models import User;"
    "request_rerun(job=InferenceJob.objects.last(), requested_by=User.objects.first())"
)


@pytest.fixture(scope="module")
def folder(prepared_data, tmp_path_factory):
    """The demo ward with its films, which nobody has analysed yet."""
    return shutil.copytree(prepared_data, tmp_path_factory.mktemp("faults") / "data")


@pytest.fixture
def worker(folder, tmp_path):
    command = [sys.executable, *list(programs.worker().command)[1:], "--concurrency", "2"]
    settings = {"REDIS_URL": DEAD_BROKER, "DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
    with process(
        command,
        log=tmp_path / "worker.log",
        cwd=ROOT,
        env=environment(folder, free_port(), **settings),
        start_new_session=True,
        patience=60,
    ) as started:
        wait_for(lambda: len(children_of(started.pid)) == 2, what="two children")
        yield SimpleNamespace(process=started, log=tmp_path / "worker.log")


def children_of(pid: int) -> list[int]:
    return [one for one in processes.members(pid) if one != pid]


def counts(folder) -> tuple[int, int]:
    """Return how many jobs have succeeded and how many wait, without a process of its own."""
    with closing(sqlite3.connect(f"file:{folder}/aicare.sqlite3?mode=ro", uri=True)) as database:
        return tuple(
            database.execute(COUNT, [status]).fetchone()[0] for status in ("succeeded", "queued")
        )


def test_all_that_waits_is_analysed(folder, worker):
    wait_for(lambda: counts(folder)[1] == 0, what="an empty queue", seconds=90)
    succeeded, _ = counts(folder)
    assert succeeded > 0
    assert run_manage(folder, 1, "check_invariants").returncode == 0


def test_a_worker_that_has_lost_all_its_children_ends_to_be_started_again(folder, worker):
    """Celery replaces no child while it looks for its broker."""
    for child in children_of(worker.process.pid):
        os.kill(child, signal.SIGKILL)
    asked = run_manage(folder, 1, "shell", "-v", "0", "-c", ASK_AGAIN)
    assert asked.returncode == 0, asked.stderr
    wait_for(lambda: worker.process.poll() is not None, what="the worker's end", seconds=90)
    assert "worker_deaf" in worker.log.read_text()
