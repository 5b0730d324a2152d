"""Leave to open one record of another site for a short time, given by the reader's own word."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from aicare.models import Record

LASTS = datetime.timedelta(minutes=60)
SHORTEST_REASON = 10


class BreakGlassQuerySet(models.QuerySet):
    def running(self):
        """Grants that still open their record."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())

    def of(self, user):
        return self.filter(user=user)


class BreakGlassGrant(Record):
    """Who opened which record outside their sites, why, until when; kept for the administrator.

    The reader gives it to themselves in an emergency: the guard is that it is short, marked
    everywhere and looked at afterwards.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="break_glass_grants"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="break_glass_grants"
    )
    reason = models.CharField(max_length=400)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Given back before its end")
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_at_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(
        max_length=400, blank=True, help_text="What the administrator found, with no patient data"
    )

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-id"]
        indexes = [models.Index(fields=["user", "expires_at"], name="running_grants_of_user")]
        constraints = [
            models.CheckConstraint(name="break_glass_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="break_glass_is_short",
                condition=Q(expires_at__gt=F("granted_at"))
                & Q(expires_at__lte=F("granted_at") + LASTS),
            ),
        ]

    def __str__(self):
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()
