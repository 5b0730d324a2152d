"""``manage.py up``: one command starts everything, keeps it running and stops it."""

import os
import signal
import stat
import urllib.request
from pathlib import Path

import pytest

from aicare.supervision import health, processes
from tests.processes.stack import PROGRAMS, ROOT, run_manage, running
from tests.servers import free_port, wait_for

pytestmark = pytest.mark.processes


def test_an_empty_folder_becomes_a_healthy_installation(running_stack):
    assert running_stack.get("/health/") == {"status": "ok"}
    with urllib.request.urlopen(running_stack.base_url, timeout=30) as page:
        assert page.url.startswith(f"{running_stack.base_url}/accounts/login/")


def test_the_first_start_prints_the_demo_users_with_passwords(running_stack):
    for user in ("nurse", "clinician", "radiologist", "integrator", "model-manager", "admin"):
        assert len(running_stack.password(f"demo-{user}")) >= 12


def test_nobody_else_on_the_machine_can_read_the_data(running_stack):
    assert stat.S_IMODE(running_stack.data.stat().st_mode) == 0o700
    for path in running_stack.data.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's table of sockets")
def test_it_listens_on_this_machine_alone(running_stack):
    listening = "0A"
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    addresses = {
        row[1].rpartition(":")[0]
        for row in rows
        if row[3] == listening and int(row[1].rpartition(":")[2], 16) == running_stack.port
    }
    assert addresses == {"0100007F"}


def test_a_second_start_on_the_same_folder_is_refused(running_stack):
    second = run_manage(running_stack.data, free_port(), "up")
    assert second.returncode == 1
    assert second.stderr.strip().endswith(f"already running at {running_stack.base_url}.")
    assert running_stack.get("/health/") == {"status": "ok"}


def test_a_taken_port_is_one_clear_line(running_stack, tmp_path):
    result = run_manage(tmp_path / "other", running_stack.port, "up")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert f"Port {running_stack.port}" in result.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_killed_program_comes_back(running_stack, program):
    former = running_stack.kill(program)
    running_stack.wait_for_restart(program, former)
    socket = (running_stack.data / "run" / "broker-socket").read_text()
    wait_for(
        lambda: (
            health.web_is_healthy(running_stack.port)
            and health.broker_is_healthy(f"unix://{socket}")
            and health.worker_is_healthy(f"redis+socket://{socket}")
        ),
        what=f"healthy after {program} was killed",
        seconds=60,
    )


def test_a_program_that_dies_at_once_is_started_again_and_again(running_stack):
    killed = set()
    for _ in range(3):
        former = running_stack.kill("web")
        killed.add(former)
        running_stack.wait_for_restart("web", former)
    assert running_stack.pid("web") not in killed


def test_stopping_leaves_no_process_behind(prepared_data):
    with running(copy_of=prepared_data) as stack:
        everybody = stack.everybody()
        socket = Path((stack.data / "run" / "broker-socket").read_text())
        assert len(everybody) > len(stack.programs)
        assert stack.stop() == 0
        assert [pid for pid in everybody if processes.status(pid)] == []
        assert "AI Care has stopped." in stack.output
        assert not socket.parent.exists()


def test_after_its_supervisor_was_killed_everything_ends_and_can_start_again(prepared_data):
    with running(copy_of=prepared_data) as stack:
        everybody = stack.everybody()
        os.kill(stack.supervisor.pid, signal.SIGKILL)
        stack.supervisor.wait()
        with running(stack.data) as again:
            assert [pid for pid in everybody if processes.status(pid)] == []
            assert again.get("/health/") == {"status": "ok"}
            assert "passwords were shown at the first start" in again.output


def test_a_closed_terminal_stops_everything_in_good_order(prepared_data):
    with running(copy_of=prepared_data) as stack:
        everybody = stack.everybody()
        assert stack.stop(by=signal.SIGHUP) == 0
        assert [pid for pid in everybody if processes.status(pid)] == []
        assert not (stack.data / "run" / "broker-socket").exists()


@pytest.mark.skipif(
    not (ROOT / ".venv/installed/requirements.txt").exists(), reason="make run would install first"
)
def test_ending_make_ends_everything(prepared_data):
    with running(copy_of=prepared_data, command=("make", "run")) as stack:
        everybody = stack.everybody()
        stack.stop()
        wait_for(
            lambda: not [pid for pid in everybody if processes.status(pid)],
            what="all processes have ended",
        )
