"""A whole running AI Care for tests: its own data folder, its own port, gone afterwards."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aicare.supervision import processes
from aicare.supervision.herald import end_of
from tests.servers import free_port, process, wait_for

ROOT = Path(__file__).resolve().parents[2]
OURS = ("AICARE_", "DATABASE_URL", "REDIS_URL")
STARTS_WITHIN_SECONDS = 120
RESTARTS_WITHIN_SECONDS = 60
PROGRAMS = ("broker", "web", "worker", "scheduler")
READY = "AI Care is running at"


def environment(data: Path, port: int, **extra: str) -> dict[str, str]:
    """Return an environment in which only ``data``, ``port`` and ``extra`` are set."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {"AICARE_DATA_DIR": str(data), "AICARE_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    return inherited | own | extra


@dataclass
class Stack:
    """One installation under its supervisor."""

    data: Path
    port: int
    supervisor: subprocess.Popen
    log: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """What ``manage.py up`` has said so far."""
        return self.log.read_text()

    def pid(self, program: str) -> int:
        """Return the present process of broker, web, worker or scheduler."""
        return processes.recorded(self.data / "run", program)["pid"]

    def children_of(self, program: str) -> list[int]:
        """Return the other members of the program's process group, such as prefork children."""
        return [pid for pid in processes.members(self.pid(program)) if pid != self.pid(program)]

    def everybody(self) -> list[int]:
        """Return every process of this installation."""
        groups = [self.pid(name) for name in self.programs]
        return [self.supervisor.pid] + [pid for one in groups for pid in processes.members(one)]

    @property
    def programs(self) -> list[str]:
        return [name for name in PROGRAMS if (self.data / "run" / f"{name}.pid").exists()]

    def kill(self, program: str, by: int = signal.SIGKILL) -> int:
        """Send the program's process a signal; return its number."""
        pid = self.pid(program)
        os.kill(pid, by)
        return pid

    def wait_for_restart(self, program: str, former: int) -> int:
        """Wait until another process than ``former`` runs as ``program``; return its number."""
        run = self.data / "run"
        wait_for(
            lambda: (
                self.pid(program) != former
                and processes.is_running(processes.recorded(run, program))
            ),
            what=f"another {program} than {former}",
            seconds=RESTARTS_WITHIN_SECONDS,
        )
        return self.pid(program)

    def wait_until_ready(self) -> None:
        wait_for(
            lambda: READY in self.output or self.supervisor.poll() is not None,
            what=f"ready, see {self.log}",
            seconds=STARTS_WITHIN_SECONDS,
        )
        assert READY in self.output, self.output
        assert "not healthy" not in self.output, self.output

    def stop(self, by: int = signal.SIGTERM) -> int:
        """Stop in good order; return the exit status."""
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(by)
        return self.supervisor.wait(90)

    def manage(self, *arguments: str) -> str:
        """Run a management command on this installation; return what it printed."""
        result = run_manage(self.data, self.port, *arguments, **self.extra)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def token(self, username: str = "demo-clinician") -> str:
        """Return a new API token of a demo user."""
        return self.manage("create_api_token", "--username", username).split()[-1]

    def password(self, username: str) -> str:
        """Return the password that the first start printed for a demo user."""
        return re.search(rf"^\s*{username}\s+(\S+)$", self.output, re.MULTILINE).group(1)

    def get(self, path: str, token: str = "") -> dict:
        """GET ``path`` and return the JSON."""
        request = urllib.request.Request(self.base_url + path)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error}\n{self.end_of_log('web')}") from error

    def end_of_log(self, program: str) -> str:
        return end_of(self.data / "logs" / f"{program}.log", lines=40)


def run_manage(data: Path, port: int, *arguments: str, **extra: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(data, port, **extra),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="session")
def prepared_data(tmp_path_factory) -> Path:
    """A data folder with all that a first start makes; nothing runs on it. Tests take copies."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    for command in ("prepare", "seed_demo"):
        done = run_manage(data, 1, command)
        assert done.returncode == 0, done.stdout + done.stderr
    return data


@contextlib.contextmanager
def running(
    data: Path | None = None,
    *,
    copy_of: Path | None = None,
    command: tuple[str, ...] | None = None,
    **extra: str,
) -> Iterator[Stack]:
    """Start an installation on ``data`` (default: a new folder) and wait until it is healthy.

    With ``copy_of`` the new folder is not empty: a first start takes most of its time for what is
    prepared once.
    """
    with tempfile.TemporaryDirectory(prefix="aicare-stack-") as folder:
        data, port, log = data or Path(folder) / "data", free_port(), Path(folder) / "output"
        if copy_of:
            shutil.copytree(copy_of, data)
        with process(
            list(command or (sys.executable, "manage.py", "up")),
            log=log,
            cwd=ROOT,
            env=environment(data, port, **extra),
            start_new_session=True,
            patience=90,
        ) as supervisor:
            stack = Stack(data=data, port=port, supervisor=supervisor, log=log, extra=extra)
            stack.wait_until_ready()
            yield stack
