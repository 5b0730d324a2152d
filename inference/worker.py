"""The worker's processes: children that work off the table, a parent that watches over them.

Celery starts and replaces the children and brings doorbells. Work does not depend on it: a child
looks at the table every few seconds by itself, so a broker that is dead, emptied or silent costs
seconds. The parent kills what hangs, releases what the dead held, and ends itself to be started
again when work waits although nobody works (Celery replaces no children while its broker is away).
"""

import logging
import os
import random
import signal
import threading
import time
import uuid
from dataclasses import dataclass

from celery import bootsteps
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections
from django.db import connection as database
from django.utils import timezone

from inference import pace
from inference.models import ClaimLost, InferenceJob
from inference.processes import Process, memory_in_bytes
from inference.running import Shelf, run_batch, threads_per_child
from inference.sweeper import release_claims_of_dead_processes

logger = logging.getLogger(__name__)
EXIT_TO_BE_RESTARTED = 75


class Child:
    """Works off the table in one thread and renews the lease in another; Celery's loop goes on."""

    def __init__(self, siblings: int):
        self.siblings = siblings
        self.shelf = Shelf(threads_per_child(siblings))
        self.bell, self.idle, self.leaving = (threading.Event() for _ in range(3))
        self.claim_id: uuid.UUID | None = None
        self.held_since = 0.0
        self.failed_by_itself = False
        self.finished = 0
        self.parent = os.getppid()
        self.threads = [
            threading.Thread(target=body, name=body.__name__, daemon=True)
            for body in (self.work, self.keep_lease)
        ]

    def start(self) -> None:
        # The default action: the kernel ends a child whose native code never returns, even if
        # its parent cannot.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for thread in self.threads:
            thread.start()

    def ring(self) -> None:
        """Look at the table now; return when nothing is due, so that Celery rings idle children."""
        self.idle.clear()
        self.bell.set()
        self.idle.wait(pace.DOORBELL_EXPIRES.total_seconds())

    def stop(self) -> None:
        """Let the work in hand end, or give it back; the attempt does not count."""
        self.leaving.set()
        self.bell.set()
        self.threads[0].join(pace.STOP_WITHIN.total_seconds())
        if self.claim_id is not None:
            try:
                InferenceJob.objects.give_back(self.claim_id)
            except DatabaseError:
                logger.exception("a claim could not be given back; its lease will end")

    def work(self) -> None:
        self.drain()
        self.guarded(self.shelf.warm)
        while not self.leaving.is_set():
            self.idle.set()
            # Spread: children that started together need not look together.
            self.bell.wait(pace.POLL_EVERY.total_seconds() * random.uniform(0.7, 1.0))  # noqa: S311
            self.bell.clear()
            self.leave_if_orphaned()
            self.drain()
        self.idle.set()

    def leave_if_orphaned(self) -> None:
        """End with the parent also where the system does not see to it."""
        if os.getppid() != self.parent:
            os._exit(EXIT_TO_BE_RESTARTED)

    def drain(self) -> None:
        """Work until nothing is due."""
        close_old_connections()
        while not self.leaving.is_set() and self.guarded(self.batch):
            self.recycle()

    def guarded(self, step) -> int | None:
        """Do one step; nothing that goes wrong in it ends the thread."""
        try:
            return step()
        except (OperationalError, InterfaceError) as error:
            logger.warning("database_unavailable %s", type(error).__name__)
        except Exception:
            self.failed_by_itself = True
            logger.exception("a step of the worker failed")
        database.close()
        return None

    def batch(self) -> int:
        self.settle_leftovers()
        done = run_batch(self.shelf, share=self.siblings, hold=self.hold)
        self.let_go()
        self.finished += done
        return done

    def hold(self, job: InferenceJob) -> None:
        """Have the lease renewed, and the alarm set, until ``let_go``."""
        self.claim_id, self.held_since = job.claim_id, time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, pace.ALARM_AFTER.total_seconds())

    def let_go(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.claim_id = None

    def settle_leftovers(self) -> None:
        """Give back what an error left in our hands; the jobs answer for it unless it passes."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self.claim_id is None:
            return
        for job in InferenceJob.objects.of_claim(self.claim_id):
            try:
                if self.failed_by_itself:
                    job.record_failure("The analysis was interrupted by an error of the worker.")
                else:
                    job.put_back()
            except ClaimLost:
                continue
        self.failed_by_itself = False
        self.let_go()

    def keep_lease(self) -> None:
        """Renew the lease while work goes on, but not for work that hangs."""
        while True:
            time.sleep(pace.RENEW_EVERY.total_seconds())
            claim_id = self.claim_id
            if claim_id is None:
                continue
            if time.monotonic() - self.held_since < pace.HARD_LIMIT.total_seconds():
                self.guarded(lambda claim_id=claim_id: InferenceJob.objects.renew(claim_id))
            database.close()

    def recycle(self) -> None:
        """Make room for a fresh child now and then, between two claims."""
        if self.finished >= pace.RECYCLE_AFTER_JOBS or memory_in_bytes() > pace.RECYCLE_ABOVE_BYTES:
            logger.info("child_recycled after %s jobs", self.finished)
            self.leaving.set()
            os.kill(os.getpid(), signal.SIGTERM)


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
