"""One study, one model version, one run: the row is the queue's entry."""

import uuid6
from django.db import models
from django.db.models import Q

from imaging.models import ImagingStudy
from inference.models.model_version import ModelVersion


class InferenceJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Clinical jobs of the patients in the care of ``user``."""
        return self.clinical().filter(study__in=ImagingStudy.objects.visible_to(user))

    def clinical(self):
        return self.filter(purpose=InferenceJob.Purpose.CLINICAL)


class InferenceJob(models.Model):
    """What a classifier was asked about a study; states and leases as docs/architecture.md says."""

    class Purpose(models.TextChoices):
        CLINICAL = "clinical", "clinical"
        SHADOW = "shadow", "shadow"

    class Status(models.TextChoices):
        QUEUED = "queued", "waiting"
        RUNNING = "running", "being analysed"
        SUCCEEDED = "succeeded", "analysed"
        FAILED = "failed", "not analysed"
        CANCELLED = "cancelled", "cancelled"

    class FailureCode(models.TextChoices):
        UNREADABLE_IMAGE = "unreadable_image", "the picture could not be read"
        INVALID_OUTPUT = "invalid_output", "the model's answer was not valid"
        POISON_INPUT = "poison_input", "the picture crashed the analyser twice"
        ATTEMPTS_EXHAUSTED = "attempts_exhausted", "it failed three times"
        TIMED_OUT = "timed_out", "it took too long"
        MODEL_UNAVAILABLE = "model_unavailable", "the model could not be loaded for a day"

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    study = models.ForeignKey(ImagingStudy, on_delete=models.PROTECT, related_name="jobs")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="jobs")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.CLINICAL)
    input_digest = models.CharField(max_length=64)
    run = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    priority = models.PositiveSmallIntegerField(default=2, help_text="0 stat, 1 urgent, 2 routine")
    attempts = models.PositiveSmallIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts that ended with the death of their process"
    )
    deaths_alone = models.PositiveSmallIntegerField(default=0)
    runs_alone = models.BooleanField(default=False, help_text="After a death: never in a batch")
    claim_id = models.UUIDField(null=True, blank=True, db_index=True)
    claimed_by = models.CharField(max_length=200, blank=True, help_text="host boot pid start")
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    available_at = models.DateTimeField()
    failure_code = models.CharField(max_length=20, choices=FailureCode, blank=True)
    last_failure = models.CharField(max_length=200, blank=True, help_text="No patient data")
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
                name="running_job_is_claimed",
                condition=~Q(status="running")
                | Q(claim_id__isnull=False, lease_expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="failed_job_says_why", condition=Q(status="failed") ^ Q(failure_code="")
            ),
            models.CheckConstraint(
                name="ended_job_has_a_time",
                condition=Q(status__in=["queued", "running"], finished_at__isnull=True)
                | Q(
                    status__in=["succeeded", "failed", "cancelled"],
                    finished_at__isnull=False,
                    claim_id__isnull=True,
                ),
            ),
        ]

    def __str__(self):
        return f"{self.model_version} on study {self.study_id}"
