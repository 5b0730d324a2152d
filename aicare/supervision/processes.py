"""Which of our processes run, and what must not outlive them; knows no Django, no supervisor."""

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PR_SET_PDEATHSIG = 1
PROC = Path("/proc")
GRACE_SECONDS = 3.0
KILLED_WITHIN_SECONDS = 5.0


class Status(NamedTuple):
    """What the kernel says of a process (Linux)."""

    state: str
    group: int
    started: str


def die_with_parent(parent: int, *, by: int = signal.SIGTERM) -> None:
    """Ask the kernel to send ``by`` to this process when ``parent`` ends (on Linux only).

    Without the kernel's help a killed supervisor leaves its programs running.

    The request survives exec, not fork.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The process that started this one has ended meanwhile.")


def status(pid: int) -> Status | None:
    """Return the kernel's words on ``pid``; None where it is gone, dead or not ours to ask."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The second field is the name in brackets, which may itself hold blanks and brackets.
    fields = text.rpartition(")")[2].split()
    dead = fields[0] in "ZX"
    return None if dead else Status(state=fields[0], group=int(fields[2]), started=fields[19])


def identity(pid: int) -> dict:
    """Return what tells ``pid`` from a later process that gets the same number."""
    found = status(pid)
    return {"pid": pid, "started": found.started if found else "", "boot": _boot()}


def _boot() -> str:
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def record(folder: Path, name: str) -> None:
    """Write down that this process is ``name``."""
    draft = folder / f"{name}.pid.new"
    draft.write_text(json.dumps(identity(os.getpid())))
    draft.replace(folder / f"{name}.pid")


def recorded(folder: Path, name: str) -> dict | None:
    """Return the identity of the latest process called ``name``, or None if there was none."""
    try:
        return json.loads((folder / f"{name}.pid").read_text())
    except (FileNotFoundError, ValueError):
        return None


def is_running(process: dict | None) -> bool:
    if process is None or process != identity(process["pid"]):
        return False
    return bool(process["started"]) or _answers(os.kill, process["pid"])


def _answers(kill, number: int) -> bool:
    try:
        kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def members(group: int) -> Iterator[int]:
    """Yield the living processes of ``group`` (Linux)."""
    for entry in PROC.glob("[0-9]*"):
        found = status(int(entry.name))
        if found and found.group == group:
            yield int(entry.name)


def group_is_left(process: dict | None) -> bool:
    """Tell whether the group that ``process`` led has members, whether or not it lives itself.

    While a group has members no new process gets its number: a living process of that
    number that is not the one we know shows that our group has ended.
    """
    if process is None or process["boot"] != _boot():
        return False
    if not PROC.exists():
        return _answers(os.killpg, process["pid"])
    living = status(process["pid"])
    if living and living.started != process["started"]:
        return False
    return any(members(process["pid"]))


def end_group(process: dict | None, *, grace_seconds: float = GRACE_SECONDS) -> None:
    """Wait until the group of ``process`` has ended; after ``grace_seconds`` end it."""
    kill_at = time.monotonic() + grace_seconds
    while group_is_left(process) and time.monotonic() < kill_at + KILLED_WITHIN_SECONDS:
        if time.monotonic() > kill_at:
            os.killpg(process["pid"], signal.SIGKILL)
        time.sleep(0.05)
