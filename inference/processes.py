"""Who a process is, so that a claim by one that no longer lives can be told from any other."""

import os
import socket
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")


@dataclass(frozen=True)
class Process:
    """One process on one machine; a process id alone is used again and again."""

    host: str
    boot: str
    pid: int
    start: str

    def __str__(self):
        return f"{self.host} {self.boot} {self.pid} {self.start}"

    @classmethod
    def parse(cls, text: str) -> "Process | None":
        words = text.split(" ")
        if len(words) != 4 or not words[2].isdigit():
            return None
        return cls(words[0], words[1], int(words[2]), words[3])

    @property
    def is_local(self) -> bool:
        """Tell whether it ran here, on this boot, among the processes that we can see."""
        return (self.host, self.boot) == _here()

    @property
    def is_alive(self) -> bool:
        """Tell whether a local process still runs; a zombie does not."""
        return _start_and_parent(self.pid)[0] == self.start

    @property
    def is_our_child(self) -> bool:
        return self.is_local and _start_and_parent(self.pid) == (self.start, os.getpid())


def this_process() -> Process:
    pid = os.getpid()
    return Process(*_here(), pid, _start_and_parent(pid)[0])


def memory_in_bytes() -> int:
    """Return the resident memory of this process, or 0 where it cannot be told."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


@lru_cache
def _here() -> tuple[str, str]:
    """Return the host's name and the id of its boot and of our view of its processes."""
    host = socket.gethostname().replace(" ", "-") or "localhost"
    if BOOT_ID.exists():
        # Containers on one host share the boot, not the numbering of processes.
        namespace = os.readlink(PID_NAMESPACE).strip("pid:[]")
        return host, f"{BOOT_ID.read_text().strip()}/{namespace}"
    booted = subprocess.run(  # noqa: S603
        ["/usr/sbin/sysctl", "-n", "kern.boottime"], capture_output=True, text=True, check=False
    )
    return host, "".join(character for character in booted.stdout if character.isdigit()) or "-"


def _start_and_parent(pid: int) -> tuple[str, int]:
    """Return when ``pid`` started and its parent, or ("", 0) if there is no such process."""
    if not BOOT_ID.exists():
        return _start_and_parent_by_ps(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    # The name, in brackets, may hold spaces and brackets itself.
    fields = stat.rpartition(")")[2].split()
    state, parent, start = fields[0], int(fields[1]), fields[19]
    return ("", 0) if state in {"Z", "X"} else (start, parent)


def _start_and_parent_by_ps(pid: int) -> tuple[str, int]:
    found = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "state=,ppid=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    words = found.stdout.split()
    if len(words) < 3 or words[0].startswith("Z"):
        return "", 0
    return "-".join(words[2:]), int(words[1])
