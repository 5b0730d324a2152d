"""Two records that turned out to be one person, joined so that it can be taken back."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from aicare.models import Record
from patients.models.patient import Patient


class PatientMerge(Record):
    """One joining: which record stayed, which rows came over, how both were before."""

    survivor = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges")
    duplicate = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merged_by")
    reason = models.CharField(max_length=400)
    moved = models.JSONField(
        default=dict, help_text="Ids of the rows that came over, by table: {app.model: [id, …]}"
    )
    survivor_before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    duplicate_before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="merge_joins_two_records", condition=~Q(survivor=F("duplicate"))
            ),
            models.CheckConstraint(name="merge_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="merge_undone_with_a_reason",
                condition=Q(undone_at=None) | ~Q(undo_reason=""),
            ),
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at=None), name="merged_into_one_record"
            ),
        ]

    def __str__(self):
        return f"{self.duplicate_id} into {self.survivor_id}"
