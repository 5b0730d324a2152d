"""Become a supervised program: ``python -m aicare.supervision.launch PARENT FOLDER NAME COMMAND``.

What every program needs before it runs, and supervisor does not do: it ends with its
parent, the remains of its predecessor are gone, and one that dies at once is restarted
without end but not without pause.
"""

import os
import sys
import time
from pathlib import Path

from aicare.supervision import processes

QUICK_DEATH_SECONDS = 10
PAUSE_SECONDS = 2


def pause_after_quick_death(folder: Path, name: str) -> None:
    started_at = folder / f"{name}.pid"
    if started_at.exists() and 0 <= time.time() - started_at.stat().st_mtime < QUICK_DEATH_SECONDS:
        time.sleep(PAUSE_SECONDS)


def main(parent: str, folder: str, name: str, *command: str) -> None:
    run_folder = Path(folder)
    processes.die_with_parent(int(parent))
    processes.end_group(processes.recorded(run_folder, name))
    pause_after_quick_death(run_folder, name)
    processes.record(run_folder, name)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(*sys.argv[1:])
