"""One study, one model version, one run: the row is the queue's entry."""

from datetime import timedelta

import uuid6
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imaging.models import ImagingStudy
from inference import pace
from inference.models.job_queue import InferenceJobQuerySet
from inference.models.model_version import ModelVersion


class ClaimLost(Exception):
    """The job was taken back meanwhile. Whoever worked on it must drop the result."""


class InferenceJob(models.Model):
    """What a classifier was asked about a study.

    ``status`` changes by the methods below alone. Each is a conditional update that holds only
    while the claim with which the row was loaded is still the row's claim.
    """

    class Purpose(models.TextChoices):
        CLINICAL = "clinical", _("clinical")
        SHADOW = "shadow", _("shadow")

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being analysed")
        SUCCEEDED = "succeeded", _("analysed")
        FAILED = "failed", _("not analysed")
        CANCELLED = "cancelled", _("cancelled")

    class FailureCode(models.TextChoices):
        UNREADABLE_IMAGE = "unreadable_image", _("the picture could not be read")
        INVALID_OUTPUT = "invalid_output", _("the model's answer was not valid")
        POISON_INPUT = "poison_input", _("the picture crashed the analyser twice")
        ATTEMPTS_EXHAUSTED = "attempts_exhausted", _("it failed three times")
        TIMED_OUT = "timed_out", _("it took too long")
        MODEL_UNAVAILABLE = "model_unavailable", _("the model could not be loaded for a day")

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    study = models.ForeignKey(ImagingStudy, on_delete=models.PROTECT, related_name="jobs")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="jobs")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.CLINICAL)
    input_digest = models.CharField(max_length=64)
    run = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    priority = models.PositiveSmallIntegerField(default=2, help_text="0 stat, 1 urgent, 2 routine")
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts that ended with an error; their process lived on"
    )
    deaths = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts that ended with the death of their process"
    )
    deaths_alone = models.PositiveSmallIntegerField(default=0)
    runs_alone = models.BooleanField(default=False, help_text="After a death: never in a batch")
    claim_id = models.UUIDField(null=True, blank=True, db_index=True)
    claimed_by = models.CharField(max_length=200, blank=True, help_text="host boot pid start")
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    available_at = models.DateTimeField(default=timezone.now)
    failure_code = models.CharField(max_length=20, choices=FailureCode, blank=True)
    last_failure = models.CharField(max_length=200, blank=True, help_text="No patient data")
    reused_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The job whose numbers were taken over: same pixels, package and thresholds",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    service_seconds = models.FloatField(null=True, blank=True)

    objects = InferenceJobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [("rerun_inferencejob", "Can have a study analysed again")]
        indexes = [
            models.Index(
                fields=["priority", "created_at"],
                condition=Q(status="queued"),
                name="jobs_waiting",
            ),
            models.Index(
                fields=["lease_expires_at"], condition=Q(status="running"), name="jobs_running"
            ),
            models.Index(fields=["input_digest", "model_version"], name="jobs_by_input"),
            models.Index(fields=["model_version", "-finished_at"], name="jobs_by_finish"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "model_version", "input_digest", "run"], name="one_job_per_run"
            ),
            models.CheckConstraint(
                name="job_status_known",
                condition=Q(status__in=["queued", "running", "succeeded", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="only_a_running_job_is_claimed",
                condition=Q(
                    status="running", claim_id__isnull=False, lease_expires_at__isnull=False
                )
                | Q(~Q(status="running"), claim_id__isnull=True, lease_expires_at__isnull=True),
            ),
            models.CheckConstraint(
                name="failed_job_says_why", condition=Q(status="failed") ^ Q(failure_code="")
            ),
            models.CheckConstraint(
                name="ended_job_has_a_time",
                condition=Q(status__in=["queued", "running"], finished_at__isnull=True)
                | Q(status__in=["succeeded", "failed", "cancelled"], finished_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.model_version} on study {self.study_id}"

    @property
    def has_ended(self) -> bool:
        return self.status not in {self.Status.QUEUED, self.Status.RUNNING}

    def succeed(self, *, seconds: float) -> None:
        """End with a result; called in the transaction that writes the report."""
        is_running = Q(status=self.Status.RUNNING)
        self._end(self.Status.SUCCEEDED, is_running, service_seconds=seconds)

    def fail(self, code: str, detail: str) -> None:
        """End without a result."""
        self._end(self.Status.FAILED, failure_code=code, last_failure=detail[:200])

    def cancel(self) -> None:
        """End because nobody wants the result any more; works on a waiting job too."""
        self._end(self.Status.CANCELLED)

    def record_failure(self, detail: str) -> None:
        """Try again later after an error that may pass; the third one ends the job."""
        failures = self.failures + 1
        if failures >= pace.FAILURES:
            self._end(
                self.Status.FAILED,
                failure_code=self.FailureCode.ATTEMPTS_EXHAUSTED,
                last_failure=detail[:200],
                failures=failures,
            )
        else:
            self._back_to_queue(
                failures=failures, last_failure=detail[:200], delay=failures * pace.RETRY_AFTER
            )

    def record_death(self, *, timed_out: bool = False, only_if: Q | None = None) -> None:
        """The process died over the job: next time it runs alone; two deaths alone end it."""
        alone = self.deaths_alone + int(self.runs_alone)
        last_failure = (
            "It took too long and was stopped."
            if timed_out
            else "The analyser stopped while it worked on the study."
        )
        counted = {"deaths": self.deaths + 1, "deaths_alone": alone, "last_failure": last_failure}
        if alone >= pace.DEATHS_ALONE:
            code = self.FailureCode.TIMED_OUT if timed_out else self.FailureCode.POISON_INPUT
            self._end(self.Status.FAILED, only_if, failure_code=code, **counted)
        else:
            self._back_to_queue(only_if, runs_alone=True, **counted)

    def put_back(self) -> None:
        """Go back to the queue untouched; the attempt does not count."""
        self._back_to_queue(attempts=self.attempts - 1)

    def wait_for_model(self, detail: str) -> None:
        """Go back to the queue because the package is broken; the attempt does not count."""
        self._back_to_queue(
            attempts=self.attempts - 1, last_failure=detail[:200], delay=pace.MODEL_RETRY_AFTER
        )

    def _end(self, status: str, only_if: Q | None = None, **changes) -> None:
        self._move(only_if, status=status, finished_at=timezone.now(), **changes)

    def _back_to_queue(
        self, only_if: Q | None = None, *, delay: timedelta = timedelta(0), **changes
    ) -> None:
        self._move(
            Q(only_if or Q(), status=self.Status.RUNNING),
            status=self.Status.QUEUED,
            available_at=timezone.now() + delay,
            **changes,
        )

    def _move(self, only_if: Q | None, **changes) -> None:
        """Leave the state in which the row was loaded, or raise ``ClaimLost`` if it has left it."""
        mine = InferenceJob.objects.unfinished().filter(
            only_if or Q(), pk=self.pk, status=self.status, claim_id=self.claim_id
        )
        changes |= {"claim_id": None, "claimed_by": "", "lease_expires_at": None}
        if not mine.update(**changes):
            raise ClaimLost(f"job {self.pk} is no longer ours")
        for name, value in changes.items():
            setattr(self, name, value)
