"""The watch of a worker's parent over its children; it needs no broker.

It kills what hangs, releases what the dead held, and ends the worker to be started again when work
waits although nobody works: Celery replaces no children while its broker is away.
"""

import logging
import os
import signal
import threading
import time
import uuid
from dataclasses import dataclass

from celery import bootsteps
from django.db import DatabaseError
from django.db import connection as database
from django.utils import timezone

from inference import pace
from inference.models import ClaimLost, InferenceJob
from inference.processes import Process
from inference.sweeper import release_claims_of_dead_processes
from inference.worker import EXIT_TO_BE_RESTARTED

logger = logging.getLogger(__name__)


@dataclass
class Held:
    """A claim of one of our children, as the watch first saw it."""

    child: Process
    since: float
    deaths: dict[uuid.UUID, int]
    """of its jobs: a death that is counted while the child lives was the end of a lease"""


class Watch(bootsteps.StartStopStep):
    """The parent's thread that needs no broker; it has its own rhythm and its own connection."""

    requires = {"celery.worker.components:Pool"}
    siblings = 1

    def __init__(self, worker, **options):
        Watch.siblings = worker.concurrency  # read by the children after the fork
        self.held: dict[uuid.UUID, Held] = {}
        self.deaf_since: float | None = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="watch", daemon=True)
        # No fork while the thread is inside the database's library: the child would inherit its
        # locks, held for ever by a thread that the child has not.
        self.in_database = threading.Lock()
        os.register_at_fork(
            before=self.in_database.acquire,
            after_in_parent=self.in_database.release,
            after_in_child=self.in_database.release,
        )
        super().__init__(worker, **options)

    def start(self, worker) -> None:
        self.thread.start()

    def stop(self, worker) -> None:
        self.stopping.set()

    def run(self) -> None:
        while not self.stopping.is_set():
            with self.in_database:
                try:
                    self.look()
                except DatabaseError as error:
                    logger.warning("database_unavailable %s", type(error).__name__)
                except Exception:
                    logger.exception("the watch over the children failed")
                database.close()
            self.stopping.wait(pace.SWEEP_EVERY.total_seconds())

    def look(self) -> None:
        release_claims_of_dead_processes()
        held = self.held_by_our_children()
        self.kill_where_the_lease_ended(held)
        self.kill_where_it_takes_too_long(held)
        self.held = held
        if self.is_deaf(bool(held)):
            logger.critical("worker_deaf: work waits and nobody works; restarting")
            threading.Thread(target=leave, daemon=True).start()
            self.stopping.set()

    def held_by_our_children(self) -> dict[uuid.UUID, Held]:
        """Return our children's claims, the known ones as they were first seen."""
        now, held = time.monotonic(), {}
        for job in InferenceJob.objects.running():
            child = Process.parse(job.claimed_by)
            if job.claim_id in self.held:
                held[job.claim_id] = self.held[job.claim_id]
            elif child is not None and child.is_our_child:
                claim = held.setdefault(job.claim_id, Held(child, now, {}))
                claim.deaths[job.pk] = job.deaths
        return held

    def kill_where_it_takes_too_long(self, held: dict[uuid.UUID, Held]) -> None:
        """Kill a child that has held one claim for too long; first say why."""
        for claim_id, claim in held.items():
            if time.monotonic() - claim.since < pace.HARD_LIMIT.total_seconds():
                continue
            for job in InferenceJob.objects.of_claim(claim_id):
                try:
                    job.record_death(timed_out=True)
                except ClaimLost:
                    continue
                logger.error("timed_out job=%s now=%s", job.pk, job.status)
            os.kill(claim.child.pid, signal.SIGKILL)

    def kill_where_the_lease_ended(self, held: dict[uuid.UUID, Held]) -> None:
        """Kill a child whose claim was taken back while it lived: it did not even renew it."""
        busy = {claim.child for claim in held.values()}
        for claim_id in self.held.keys() - held.keys():
            claim = self.held[claim_id]
            jobs = InferenceJob.objects.filter(pk__in=claim.deaths)
            was_taken = any(
                deaths > claim.deaths[pk] for pk, deaths in jobs.values_list("pk", "deaths")
            )
            if was_taken and claim.child not in busy and claim.child.is_our_child:
                logger.error("hanging_child_killed pid=%s", claim.child.pid)
                os.kill(claim.child.pid, signal.SIGKILL)

    def is_deaf(self, somebody_works: bool) -> bool:
        waits_since = timezone.now() - pace.DEAF_AFTER
        waiting = InferenceJob.objects.due(waits_since)
        if somebody_works or not waiting.exists():
            self.deaf_since = None
            return False
        self.deaf_since = self.deaf_since or time.monotonic()
        return time.monotonic() - self.deaf_since >= pace.DEAF_AFTER.total_seconds()


def leave() -> None:
    """Stop the worker in order if it still can, else at once; its children die with it."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(2 * pace.STOP_WITHIN.total_seconds())
    os._exit(EXIT_TO_BE_RESTARTED)
