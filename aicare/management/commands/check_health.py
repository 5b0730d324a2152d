"""Tell whether one process of this host works, for whoever restarts what does not."""

import socket

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aicare import heartbeat
from aicare.supervision import health

SILENCE_SECONDS = 60
CHECKS = {
    "web": lambda: health.web_is_healthy(settings.PORT),
    "worker": lambda: health.worker_is_healthy(
        settings.CELERY_BROKER_URL, name=f"worker@{socket.gethostname()}"
    ),
    "scheduler": lambda: heartbeat.seconds_since("scheduler") < SILENCE_SECONDS,
}


class Command(BaseCommand):
    help = "End with status 0 if the process works, else 1. Example: manage.py check_health worker"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("process", choices=CHECKS)

    def handle(self, *args, process, **options):
        if not CHECKS[process]():
            raise CommandError(f"{process} does not answer.")
        self.stdout.write(f"{process} works.")
