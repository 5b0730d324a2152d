"""Hold an answer until a job has ended, for at most half of the threads that serve requests."""

import threading
import time
from uuid import UUID

from django.db import connection

from aicare.web_server import threads
from inference.models import InferenceJob

MAX_SECONDS = 30
FIRST_LOOK_AFTER, GROWTH, LOOK_EVERY = 0.02, 1.4, 0.25
_seats = threading.BoundedSemaphore(max(1, threads // 2))


def wait_until_ended(job_id: UUID, seconds: float) -> None:
    """Return when the job has ended, after ``seconds``, or at once if too many wait already."""
    if seconds <= 0 or not _seats.acquire(blocking=False):
        return
    try:
        pause, until = FIRST_LOOK_AFTER, time.monotonic() + min(seconds, MAX_SECONDS)
        while time.monotonic() < until and _goes_on(job_id):
            time.sleep(pause)
            pause = min(GROWTH * pause, LOOK_EVERY)
    finally:
        _seats.release()


def _goes_on(job_id: UUID) -> bool:
    goes_on = InferenceJob.objects.unfinished().filter(pk=job_id).exists()
    # Nobody who waits keeps a connection from those who work.
    if not connection.in_atomic_block:
        connection.close()
    return goes_on
