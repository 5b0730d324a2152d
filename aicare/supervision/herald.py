"""Wait until all programs are healthy, say where the site is, and end.

Runs beside them (``python -m aicare.supervision.herald``): the supervisor need not wait for it.
"""

import json
import signal
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from aicare import environment
from aicare.supervision import health, processes
from aicare.supervision.errand import Errand

PATIENCE_SECONDS = 90
PAUSE_SECONDS = 0.1


def announce(
    checks: Mapping[str, Callable[[], bool]], *, logs: Path, ready: str, say: Callable[[str], None]
) -> None:
    """Say ``ready`` as soon as every check has held, or which does not after a while."""
    waiting = list(checks)
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while waiting and time.monotonic() < give_up_at:
        time.sleep(PAUSE_SECONDS)
        waiting = [name for name in waiting if not checks[name]()]
    for name in waiting:
        say(f"{name} is not healthy after {PATIENCE_SECONDS} seconds; the end of its log:")
        say(end_of(logs / f"{name}.log"))
    say(f"{ready}\nNot healthy, still trying: {', '.join(waiting)}" if waiting else ready)


def end_of(log: Path, *, lines: int = 12) -> str:
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def main() -> None:
    errand = Errand(**json.load(sys.stdin))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes.die_with_parent(errand.parent)
    data = Path(errand.data)
    checks = {
        "broker": partial(health.broker_is_healthy, errand.redis_url),
        "web": partial(health.web_is_healthy, errand.port),
        "worker": partial(health.worker_is_healthy, environment.broker_url(errand.redis_url)),
        "scheduler": lambda: processes.is_running(processes.recorded(data / "run", "scheduler")),
    }
    try:
        announce(
            {name: checks[name] for name in errand.programs},
            logs=data / "logs",
            ready="\n".join(filter(None, [f"\n{errand.address}", errand.log_ins, errand.farewell])),
            say=partial(print, flush=True),
        )
    except KeyboardInterrupt:
        # Passwords are told once: also to those who stop before everything runs.
        print(errand.log_ins, flush=True)


if __name__ == "__main__":
    main()
