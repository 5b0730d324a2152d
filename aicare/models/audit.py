"""What was read or changed, by whom; rows are added and never altered (a trigger refuses)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act: who, when, what, whose record, how it ended."""

    class Outcome(models.TextChoices):
        SUCCESS = "success", _("done")
        REJECTED = "rejected", _("refused: the input broke a rule")
        DENIED = "denied", _("refused: not allowed")
        FAILED = "failed", _("failed")

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    action = models.CharField(
        max_length=60, help_text="Such as patient.read or vital-signs.recorded"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.SUCCESS)
    patient_id = models.UUIDField(null=True, help_text="A plain id: the trail outlives the record")
    patient_ids = models.JSONField(default=list, help_text="The patients that a list showed")
    object_id = models.UUIDField(null=True)
    detail = models.CharField(
        max_length=200, blank=True, help_text="A code or a reason, no payload"
    )
    token_prefix = models.CharField(max_length=12, blank=True)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["patient_id", "-id"], name="audit_by_patient"),
            models.Index(fields=["user", "-id"], name="audit_by_user"),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_outcome_known",
                condition=models.Q(outcome__in=["success", "rejected", "denied", "failed"]),
            )
        ]

    def __str__(self):
        return f"{self.action} ({self.outcome})"


class AuditSeal(models.Model):
    """A keyed hash over a run of events and the seal before it: a missing or altered row shows."""

    first_event_id = models.BigIntegerField(unique=True)
    last_event_id = models.BigIntegerField(unique=True)
    event_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["last_event_id"]

    def __str__(self):
        return f"events {self.first_event_id} to {self.last_event_id}"
