"""Put right what died, was lost or came late. Any number of sweepers may run at once."""

import logging
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from imaging.models import ImagingStudy
from inference import pace
from inference.doorbell import ringer
from inference.models import ClaimLost, InferenceJob
from inference.processes import Process
from inference.publishing import hand_over_waiting

logger = logging.getLogger(__name__)


def sweep() -> None:
    """Do everything that keeps the queue moving; each step is harmless when repeated."""
    release_claims_of_dead_processes()
    return_expired_leases()
    cancel_withdrawn()
    hand_over_waiting()
    give_up_unavailable()
    if InferenceJob.objects.due().exists():
        ringer.ring()


def release_claims_of_dead_processes() -> int:
    """Take back at once what a process on this machine held when it died."""
    claims = InferenceJob.objects.running().values_list("claimed_by", flat=True).distinct()
    processes = {text: Process.parse(text) for text in claims}
    dead = [text for text, one in processes.items() if one and one.is_local and not one.is_alive]
    return _bury(InferenceJob.objects.running().filter(claimed_by__in=dead), Q())


def return_expired_leases() -> int:
    """Take back what nobody renewed: its host is gone, or its process hangs."""
    expired = Q(lease_expires_at__lte=timezone.now())
    return _bury(InferenceJob.objects.running().filter(expired), expired)


def hangs(job: InferenceJob) -> bool:
    """Tell whether the process that holds the job lives, which did not renew its lease."""
    process = Process.parse(job.claimed_by)
    return process is not None and process.is_local and process.is_alive


def cancel_withdrawn() -> int:
    """End what waits for a study that was withdrawn."""
    waiting = InferenceJob.objects.waiting().exclude(study__status=ImagingStudy.Status.AVAILABLE)
    return _each(waiting, lambda job: job.cancel())


def give_up_unavailable() -> int:
    """Fail what has waited a day for a package that is broken."""
    too_old = timezone.now() - pace.MODEL_UNAVAILABLE_AFTER
    waiting = InferenceJob.objects.waiting().filter(
        created_at__lte=too_old, model_version__broken_since__lte=too_old
    )
    code = InferenceJob.FailureCode.MODEL_UNAVAILABLE
    return _each(waiting, lambda job: job.fail(code, "The model could not be loaded for a day."))


def _bury(jobs: Iterable[InferenceJob], still: Q) -> int:
    # Loaded with its claim: a job that somebody else took meanwhile is left alone.
    return _each(jobs, lambda job: job.record_death(timed_out=hangs(job), only_if=still))


def _each(jobs: Iterable[InferenceJob], move) -> int:
    moved = 0
    for job in jobs:
        try:
            move(job)
        except ClaimLost:
            continue
        moved += 1
        logger.warning("swept job=%s now=%s %s", job.pk, job.status, job.failure_code)
    return moved
