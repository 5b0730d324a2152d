"""How a row was before it changed: who changed it, when, why. Rows are added and never altered."""

import uuid6
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class RevisionQuerySet(models.QuerySet):
    def of(self, record):
        """Earlier versions of ``record``, the oldest first."""
        return self.filter(table=record._meta.label_lower, row_id=record.pk).order_by("version")


class Revision(models.Model):
    """The values of one row while it had ``version``, and the change that ended it.

    Ids are plain, as in the audit trail: a revision stays what it was when records are merged.
    """

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    table = models.CharField(max_length=60, help_text="Such as patients.encounter")
    row_id = models.UUIDField()
    version = models.PositiveIntegerField(help_text="The version that these values had")
    values = models.JSONField(encoder=DjangoJSONEncoder)
    changed_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=400, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["row_id", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["row_id", "version"], name="one_revision_per_version_of_a_row"
            ),
            models.CheckConstraint(name="revision_counts_from_one", condition=Q(version__gte=1)),
        ]

    def __str__(self):
        return f"version {self.version} of {self.table}"
