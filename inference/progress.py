"""How far a job is: its place in the queue and how long that will take, by what was measured."""

from dataclasses import dataclass

from django.utils import timezone

from inference import pace
from inference.models import InferenceJob


@dataclass(frozen=True)
class Progress:
    """Position 1 is next; None once it runs or ended. Seconds are None until some were measured."""

    position: int | None
    expected_seconds: float | None


def progress_of(job: InferenceJob) -> Progress:
    if job.has_ended:
        return Progress(None, None)
    each = seconds_per_job(job)
    if job.status == InferenceJob.Status.RUNNING:
        return Progress(None, each)
    ahead = InferenceJob.objects.ahead_of(job).count()
    if each is None:
        return Progress(ahead + 1, None)
    delay = max(0.0, (job.available_at - timezone.now()).total_seconds())
    running = InferenceJob.objects.running()
    workers = running.values("claimed_by").distinct().count() or 1
    wait = (ahead + running.count()) * each / workers
    return Progress(ahead + 1, round(max(delay, wait) + each, 1))


def seconds_per_job(job: InferenceJob) -> float | None:
    """Return the mean of the last finished jobs of this model, or None before the first."""
    measured = InferenceJob.objects.filter(
        model_version=job.model_version_id, service_seconds__isnull=False
    ).order_by("-finished_at")
    seconds = list(measured.values_list("service_seconds", flat=True)[: pace.MEASURED_JOBS])
    return round(sum(seconds) / len(seconds), 1) if seconds else None
