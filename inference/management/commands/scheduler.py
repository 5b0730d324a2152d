"""The loop that keeps the queue moving and the house in order; it needs no broker."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from aicare import heartbeat
from aicare.once import forget_old_keys
from aicare.sealing import seal
from imaging.services import remove_orphan_files
from inference import pace
from inference.sweeper import sweep

logger = logging.getLogger(__name__)


@dataclass
class Chore:
    """Something done again and again; one that fails is tried again at its next time."""

    name: str
    every: timedelta
    do: Callable[[], object]
    due_at: float = 0.0

    def run_if_due(self) -> None:
        if time.monotonic() < self.due_at:
            return
        self.due_at = time.monotonic() + self.every.total_seconds()
        try:
            self.do()
        except Exception:
            logger.exception("chore_failed %s", self.name)
            connection.close_if_unusable_or_obsolete()


def remove_expired_sessions() -> None:
    Session.objects.filter(expire_date__lte=timezone.now()).delete()


CHORES = (
    ("queue", pace.SWEEP_EVERY, sweep),
    ("audit", pace.SEAL_EVERY, seal),
    ("files", pace.FILES_EVERY, lambda: remove_orphan_files(pace.ORPHANS_OLDER_THAN)),
    ("idempotency keys", pace.FILES_EVERY, forget_old_keys),
    ("sessions", pace.DAILY, remove_expired_sessions),
)


class Command(BaseCommand):
    help = (
        "Return expired leases, ring again for what waits, seal the audit trail, remove leftovers;"
        " runs until SIGTERM. Several at once do no harm. Example: manage.py scheduler"
    )

    requires_system_checks = []  # they would load every page of the site

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do every chore once and end")

    def handle(self, *args, **options):
        chores = [Chore(*chore) for chore in CHORES]
        stopping = threading.Event()
        if not options["once"]:
            for sign in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sign, lambda *_: stopping.set())
        while True:
            close_old_connections()
            for chore in chores:
                chore.run_if_due()
            heartbeat.beat("scheduler")
            if options["once"] or stopping.wait(pace.SWEEP_EVERY.total_seconds()):
                return
