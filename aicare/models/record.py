"""What every clinical row has."""

import uuid6
from django.conf import settings
from django.db import models


class Record(models.Model):
    """A row with a time-ordered id, its author and a version that grows with each change."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
