"""Run supervisord as ``manage.py up`` needs it: ``… supervise RUN_FOLDER``."""

import os
import shutil
import signal
import sys
from pathlib import Path

from supervisor import supervisord
from supervisor.options import ServerOptions


class Options(ServerOptions):
    """supervisord's options, but a closed terminal (SIGHUP) means stop, not start again."""

    def setsignals(self):
        super().setsignals()
        signal.signal(signal.SIGHUP, self.hang_up)

    def hang_up(self, sign, frame):
        # What is said from here on would fail for want of a terminal.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        self.signal_receiver.receive(signal.SIGTERM, frame)


def forget_broker(run_folder: Path) -> None:
    """Remove the broker's socket and its address: commands need not knock where nobody is."""
    recorded = run_folder / "broker-socket"
    if recorded.exists():
        shutil.rmtree(Path(recorded.read_text().strip()).parent, ignore_errors=True)
        recorded.unlink()


def main(run_folder: Path) -> None:
    supervisord.ServerOptions = Options
    supervisord.main(["-n", "-c", str(run_folder / "supervisor.conf")])
    forget_broker(run_folder)
    print("AI Care has stopped.", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
