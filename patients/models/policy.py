"""What a site decides for itself about observations."""

from django.db import models

from aicare.models import Site


class ObservationPolicy(models.Model):
    """After how many minutes a set is due again, by risk (defaults: RCP, NEWS2 2017)."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="observation_policy")
    zero_minutes = models.PositiveIntegerField(default=12 * 60)
    low_minutes = models.PositiveIntegerField(default=4 * 60)
    low_medium_minutes = models.PositiveIntegerField(default=60)
    medium_minutes = models.PositiveIntegerField(default=60)
    high_minutes = models.PositiveIntegerField(default=15)

    def __str__(self):
        return f"observation intervals of {self.site}"
