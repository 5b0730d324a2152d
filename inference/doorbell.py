"""Wake the workers after a commit; a lost ring costs seconds, for the table is the queue."""

import logging
import threading
import time

from django.db import transaction

from aicare.celery import app
from inference import pace

logger = logging.getLogger(__name__)
TASK = "inference.work"
QUIET_AFTER_FAILURE = 5.0
"""Seconds without a try after a failed one: workers look for themselves meanwhile."""

ONE_TRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


class Ringer:
    """Rings in a thread of its own, so that no request waits for a broker that does not answer."""

    def __init__(self):
        self.rings = self.failures = 0
        self._wanted = threading.Semaphore(0)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        self._wanted.release()
        with self._start:
            # A fork (gunicorn) leaves the thread behind: it is started again where it is missing.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wanted.acquire()
            try:
                publish()
                self.rings += 1
            except Exception as error:  # whatever is wrong with the broker, uploads go on
                self.failures += 1
                logger.warning("doorbell_failed count=%s %r", self.failures, type(error).__name__)
                time.sleep(QUIET_AFTER_FAILURE)
                while self._wanted.acquire(blocking=False):
                    pass


def publish() -> None:
    """Put one message into the broker or raise; it says nothing but "there is work"."""
    # A connection of our own: a worker's may try for ever, this one tries once.
    with app.connection_for_write(transport_options=ONE_TRY) as connection:
        app.send_task(
            TASK,
            connection=connection,
            expires=pace.DOORBELL_EXPIRES.total_seconds(),
            ignore_result=True,
            retry=False,
        )


ringer = Ringer()


def ring_on_commit() -> None:
    """Ring once the rows that make the work are there to be found."""
    transaction.on_commit(ringer.ring)
