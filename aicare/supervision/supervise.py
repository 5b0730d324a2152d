"""Run supervisord as ``manage.py up`` needs it."""

import signal

from supervisor import supervisord
from supervisor.options import ServerOptions


class Options(ServerOptions):
    """supervisord's options, but a closed terminal (SIGHUP) means stop, not start again."""

    def setsignals(self):
        super().setsignals()
        signal.signal(
            signal.SIGHUP, lambda _, frame: self.signal_receiver.receive(signal.SIGTERM, frame)
        )


if __name__ == "__main__":
    supervisord.ServerOptions = Options
    supervisord.main()
    print("AI Care has stopped.", flush=True)
