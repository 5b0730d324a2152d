"""The parts of the supervisor's world that need no running installation."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from aicare.supervision import herald, launch, processes, programs
from tests.servers import process, wait_for

linux_only = pytest.mark.skipif(not processes.PROC.exists(), reason="reads Linux's /proc")
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
WITH_CHILD = [
    sys.executable,
    "-c",
    "import os, time; print(os.fork(), flush=True); time.sleep(60)",
]


@pytest.fixture
def sleeper(tmp_path):
    with process(SLEEP, log=tmp_path / "log", start_new_session=True) as started:
        yield started


def test_a_process_knows_itself_by_its_record(tmp_path):
    processes.record(tmp_path, "web")
    assert processes.recorded(tmp_path, "web")["pid"] == os.getpid()
    assert processes.is_running(processes.recorded(tmp_path, "web"))


def test_without_a_record_nothing_runs(tmp_path):
    assert processes.recorded(tmp_path, "web") is None
    assert not processes.is_running(None)
    assert not processes.group_is_left(None)


def test_a_half_written_record_counts_as_none(tmp_path):
    (tmp_path / "web.pid").write_text('{"pid": 1')
    assert processes.recorded(tmp_path, "web") is None


@linux_only
def test_a_later_process_of_the_same_number_is_another_one(sleeper):
    earlier = processes.identity(sleeper.pid) | {"started": "1"}
    assert not processes.is_running(earlier)
    assert not processes.group_is_left(earlier)


@linux_only
def test_numbers_from_before_a_reboot_mean_nothing(sleeper):
    earlier = processes.identity(sleeper.pid) | {"boot": "another"}
    assert not processes.is_running(earlier)
    assert not processes.group_is_left(earlier)


@linux_only
def test_a_dead_process_that_nobody_has_buried_is_dead(sleeper):
    known = processes.identity(sleeper.pid)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert not processes.is_running(known)
    assert not processes.group_is_left(known)


@linux_only
def test_children_whose_parent_was_killed_are_ended_after_a_grace(tmp_path):
    with process(WITH_CHILD, log=tmp_path / "log", start_new_session=True) as parent:
        log = tmp_path / "log"
        child = int(wait_for(lambda: log.read_text().split(), what="a child")[0])
        known = processes.identity(parent.pid)
        parent.kill()
        parent.wait()
        assert processes.group_is_left(known)
        processes.end_group(known, grace_seconds=0)
        assert not processes.group_is_left(known)
        assert processes.status(child) is None


@linux_only
def test_a_process_ends_with_the_parent_it_was_given(tmp_path):
    """A stand-in for the supervisor is killed; what it launched must not stay."""
    launched = [sys.executable, "-m", "aicare.supervision.launch", "PARENT", str(tmp_path), "nap"]
    stand_in = (
        "import os, subprocess, sys, time;"
        "command = [str(os.getpid()) if word == 'PARENT' else word for word in sys.argv[1:]];"
        "subprocess.Popen(command);"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", stand_in, *launched, *SLEEP]
    with process(command, log=tmp_path / "log") as parent:
        wait_for(lambda: processes.recorded(tmp_path, "nap"), what="a launched program")
        parent.kill()
        nap = processes.recorded(tmp_path, "nap")
        wait_for(lambda: not processes.is_running(nap), what="the end of the program")


def test_nothing_is_launched_for_a_parent_that_has_gone(tmp_path):
    not_the_parent = "1" if os.getpid() != 1 else "2"
    command = [sys.executable, "-m", "aicare.supervision.launch", not_the_parent, str(tmp_path)]
    result = subprocess.run([*command, "nap", *SLEEP], capture_output=True, timeout=30, check=False)
    assert result.returncode == 1
    assert processes.recorded(tmp_path, "nap") is None


@pytest.mark.parametrize(
    ("seconds_ago", "pauses"), [(0, 1), (launch.QUICK_DEATH_SECONDS + 1, 0), (-3600, 0)]
)
def test_only_a_program_that_died_soon_after_its_start_waits(
    tmp_path, monkeypatch, seconds_ago, pauses
):
    naps = []
    monkeypatch.setattr(launch.time, "sleep", naps.append)
    launch.pause_after_quick_death(tmp_path, "web")
    assert naps == []
    processes.record(tmp_path, "web")
    started_at = (tmp_path / "web.pid").stat().st_mtime - seconds_ago
    os.utime(tmp_path / "web.pid", (started_at, started_at))
    launch.pause_after_quick_death(tmp_path, "web")
    assert len(naps) == pauses


@pytest.fixture
def parsed(tmp_path):
    """What supervisord itself makes of our configuration, for a folder with an awkward name."""
    project, data = tmp_path / "100% ward's", tmp_path / "data"
    for folder in (project, data / "logs", data / "run"):
        folder.mkdir(parents=True)
    chosen = [programs.broker(Path("/tmp/x/broker.sock")), programs.web(8123), programs.worker()]
    path = data / "run" / "supervisor.conf"
    path.write_text(programs.configuration(chosen, project=project, data=data, parent=4711))
    options = ServerOptions()
    options.realize(["-n", "-c", str(path)])
    groups = {group.name: group for group in options.process_group_configs}
    return options, groups


def test_supervisord_understands_the_configuration(parsed):
    options, groups = parsed
    assert groups.keys() == {"broker", "web", "worker"}
    web = groups["web"].process_configs[0]
    assert web.directory.endswith("100% ward's")
    assert "127.0.0.1:8123" in web.command
    assert options.nodaemon


def test_supervisord_never_gives_up_on_a_program(parsed):
    for group in parsed[1].values():
        config = group.process_configs[0]
        assert config.startsecs == 0
        assert config.autorestart


def test_the_broker_starts_first_and_stops_last(parsed):
    groups = parsed[1]
    assert min(groups.values(), key=lambda group: group.priority).name == "broker"


def test_a_worker_may_finish_before_its_children_are_killed(parsed):
    config = parsed[1]["worker"].process_configs[0]
    assert (config.stopsignal, config.stopasgroup, config.killasgroup) == (
        signal.SIGTERM,
        False,
        True,
    )


def test_supervisord_opens_no_door_of_its_own(parsed):
    assert parsed[0].server_configs == []


def told_by(checks, tmp_path) -> str:
    said = []
    herald.announce(checks, logs=tmp_path, ready="READY", say=said.append)
    return "\n".join(said)


def test_the_herald_waits_for_the_slowest(tmp_path, monkeypatch):
    monkeypatch.setattr(herald, "PAUSE_SECONDS", 0)
    answers = iter([False, False, True])
    assert told_by({"web": lambda: next(answers), "worker": lambda: True}, tmp_path) == "READY"


def test_the_herald_names_what_does_not_come_up_and_shows_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(herald, "PATIENCE_SECONDS", 0)
    (tmp_path / "worker.log").write_text("a\nno such module\n")
    told = told_by({"worker": lambda: False}, tmp_path)
    assert "worker is not healthy" in told
    assert "no such module" in told
    assert "Not healthy, still trying: worker" in told
