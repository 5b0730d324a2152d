"""Signs of life of processes that answer nobody: a file touched while all is well."""

import socket
import time

from django.conf import settings


def beat(name: str) -> None:
    file = _file(name)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.touch()


def seconds_since(name: str) -> float:
    """Return how long the process ``name`` of this host has been silent (infinite: never seen)."""
    try:
        return max(0.0, time.time() - _file(name).stat().st_mtime)
    except FileNotFoundError:
        return float("inf")


def _file(name: str):
    # The folder may be shared by hosts (containers), each with a process of that name.
    return settings.DATA_DIR / "run" / f"{name}@{socket.gethostname()}.beat"
