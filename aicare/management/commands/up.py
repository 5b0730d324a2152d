"""Start AI Care on this machine: prepare, start all under one supervisor, say where it is."""

import fcntl
import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from aicare import environment
from aicare.supervision import processes, programs
from aicare.supervision.errand import Errand
from aicare.supervision.preparation import prepare, tighten_data_folder

SUPERVISED = ("broker", "web", "worker", "scheduler")


class Command(BaseCommand):
    help = (
        "Run AI Care on this machine until Ctrl-C: broker, web, worker and scheduler under one"
        " supervisor. Example: AICARE_PORT=8001 manage.py up"
    )
    requires_system_checks = []

    def handle(self, *args, **options):
        os.umask(0o077)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self.prepare_and_run()
        except KeyboardInterrupt:
            raise CommandError("Stopped before it was running.") from None

    def prepare_and_run(self):
        self.run_folder = settings.DATA_DIR / "run"
        tighten_data_folder()
        self.take_lock()
        self.stdout.write(f"AI Care {settings.VERSION}, data in {settings.DATA_DIR}")
        self.end_leftovers()
        self.refuse_taken_port()
        prepare(self.say)
        log_ins = self.seed_demo()
        self.supervise(log_ins)

    def say(self, subject: str, text: str) -> None:
        self.stdout.write(f"  {subject:<14} {text}")
        self.stdout.flush()

    def take_lock(self) -> None:
        """Refuse to run twice on one data folder; the lock goes with the supervisor's process."""
        path = self.run_folder / "up.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"AI Care is already running at {path.read_text()}.") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, settings.PUBLIC_URL.encode(), 0)
        self.lock = descriptor

    def end_leftovers(self) -> None:
        """Wait for the processes of a run whose supervisor was killed; they are ending."""
        for name in SUPERVISED:
            if processes.group_is_left(former := processes.recorded(self.run_folder, name)):
                self.say(name, "of the run before is still stopping …")
                processes.end_group(former, grace_seconds=20)

    def refuse_taken_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {settings.PORT} cannot be used ({error.strerror}). "
                    "Choose another: AICARE_PORT=8001 make run"
                ) from None

    def seed_demo(self) -> str:
        """Fill an installation without users with the demo ward; return its log-ins."""
        if get_user_model().objects.exists():
            return known_log_ins()
        self.say("demo ward", "seeding …")
        told = io.StringIO()
        call_command("seed_demo", stdout=told)
        return told.getvalue().rstrip()

    def broker_socket(self) -> Path:
        """Return where the broker listens: a private folder with a short path, as sockets need."""
        recorded = self.run_folder / "broker-socket"
        if recorded.exists():
            socket_path = Path(recorded.read_text().strip())
            if is_private(socket_path.parent):
                return socket_path
        base = tempfile.gettempdir()
        folder = Path(tempfile.mkdtemp(prefix="aicare-", dir=base if len(base) < 60 else "/tmp"))  # noqa: S108
        socket_path = folder / "broker.sock"
        recorded.write_text(str(socket_path))
        return socket_path

    def supervise(self, log_ins: str) -> None:
        """Start the herald, then become the supervisor."""
        chosen = self.chosen_programs()
        (self.run_folder / "supervisor.conf").write_text(
            programs.configuration(
                chosen, project=settings.BASE_DIR, data=settings.DATA_DIR, parent=os.getpid()
            )
        )
        self.say("starting", ", ".join(program.name for program in chosen) + " …")
        connections.close_all()
        self.start_herald([program.name for program in chosen], log_ins)
        os.set_inheritable(self.lock, True)
        arguments = ["-m", "aicare.supervision.supervise", str(self.run_folder)]
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606

    def chosen_programs(self) -> list[programs.Program]:
        chosen = [
            programs.web(settings.PORT),
            programs.worker(),
            programs.scheduler(settings.BASE_DIR),
        ]
        if not os.environ.get("REDIS_URL"):
            chosen.insert(0, programs.broker(self.broker_socket()))
        return chosen

    def start_herald(self, names: list[str], log_ins: str) -> None:
        errand = Errand(
            parent=os.getpid(),
            programs=tuple(names),
            port=settings.PORT,
            data=str(settings.DATA_DIR),
            redis_url=environment.redis_url(settings.DATA_DIR),
            address=f"AI Care is running at {settings.PUBLIC_URL}",
            log_ins=log_ins,
            farewell=f"Logs are in {settings.DATA_DIR / 'logs'}. Stop with Ctrl-C.",
        )
        # Over a pipe: the first passwords must not stand among the arguments of a process.
        herald = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "aicare.supervision.herald"],
            stdin=subprocess.PIPE,
            cwd=settings.BASE_DIR,
        )
        herald.stdin.write(errand.as_json().encode())
        herald.stdin.close()


def known_log_ins() -> str:
    """Name the demo users of an earlier start, whose passwords nobody can read any more."""
    users = get_user_model().objects.filter(username__startswith="demo-", is_active=True)
    if names := sorted(users.values_list("username", flat=True)):
        return (
            f"Demo log-ins: {', '.join(names)} (passwords were shown at the first start;"
            " for a new one: .venv/bin/python manage.py changepassword NAME)"
        )
    return ""


def is_private(folder: Path) -> bool:
    """Tell whether ``folder`` is there and nobody else can enter it."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == os.getuid() and found.st_mode & 0o170777 == 0o040700
