"""Which wards somebody works on: what the board opens with, and a list on the patients page."""

from django.conf import settings
from django.db import models

from aicare.models import Site


class OwnWard(models.Model):
    """A ward that a user called their own."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_wards"
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    ward = models.CharField(max_length=80)

    class Meta:
        ordering = ["ward"]
        constraints = [
            models.UniqueConstraint(fields=["user", "site", "ward"], name="own_ward_once")
        ]

    def __str__(self):
        return self.ward
