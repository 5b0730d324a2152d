"""A worker's child: works off the table.

Celery starts and replaces the children and brings doorbells. Work does not depend on it: a child
looks at the table every few seconds by itself, so a broker that is dead, emptied or silent costs
seconds.
"""

import logging
import os
import random
import signal
import threading
import time
import uuid

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections
from django.db import connection as database

from inference import pace
from inference.models import ClaimLost, InferenceJob
from inference.processes import memory_in_bytes
from inference.running import Shelf, run_batch, threads_per_child

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
