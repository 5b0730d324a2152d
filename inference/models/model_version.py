"""Published classifiers; a version is never overwritten."""

from pathlib import Path

import uuid6
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ModelVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every published version, for roles that see models."""
        return self if user.has_perm("inference.view_modelversion") else self.none()

    def active(self):
        return self.filter(state=ModelVersion.State.ACTIVE)

    def in_use(self):
        """Versions that analyse new studies, visibly or in the shadow."""
        return self.filter(state__in=[ModelVersion.State.ACTIVE, ModelVersion.State.SHADOW])


class ModelVersion(models.Model):
    """One model package as published; its digest is that of its card, which names every file's."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SHADOW = "shadow", _("shadow")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    classifier = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    package_path = models.CharField(
        max_length=400, help_text="starter/… below the project, models/… below the data folder"
    )
    digest = models.CharField(max_length=64)
    card = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    broken_because = models.CharField(
        max_length=200, blank=True, help_text="Its studies wait until the package is whole again"
    )
    broken_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ["classifier", "-created_at"]
        permissions = [
            ("publish_modelversion", "Can publish model packages"),
            ("activate_modelversion", "Can activate and retire model versions"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["classifier", "version"], name="model_version_published_once"
            ),
            models.UniqueConstraint(
                fields=["classifier"],
                condition=Q(state="active"),
                name="one_active_version_per_classifier",
            ),
            models.CheckConstraint(
                name="model_state_known",
                condition=Q(state__in=["draft", "shadow", "active", "retired"]),
            ),
        ]

    def __str__(self):
        return f"{self.classifier} {self.version}"

    @property
    def folder(self) -> Path:
        """The package on this machine."""
        root, _, rest = self.package_path.partition("/")
        return package_roots()[root] / rest

    @property
    def is_broken(self) -> bool:
        return bool(self.broken_because)

    def mark_broken(self, reason: str) -> bool:
        """Remember that the package cannot be used; tell whether this is news."""
        return bool(
            ModelVersion.objects.filter(pk=self.pk, broken_since=None).update(
                broken_because=reason[:200], broken_since=timezone.now()
            )
        )

    def mark_whole(self) -> bool:
        """Remember that the package works; tell whether this is news."""
        return bool(
            ModelVersion.objects.filter(pk=self.pk, broken_since__isnull=False).update(
                broken_because="", broken_since=None
            )
        )

    def current_operating_point(self) -> "OperatingPoint | None":
        """The newest thresholds that stand above the card's, if there are any."""
        return self.operating_points.order_by("-number").first()


def package_roots() -> dict[str, Path]:
    """Return the only folders that packages are loaded from, by the first word of their path."""
    return {
        "starter": Path(settings.STARTER_MODELS_DIR),
        "models": Path(settings.MODEL_PACKAGES_DIR),
    }


class OperatingPoint(models.Model):
    """Thresholds of a site or all sites that stand above the card's; a change is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="operating_points"
    )
    number = models.PositiveIntegerField()
    thresholds = models.JSONField(help_text="{label: [negative below, positive from]}")
    reason = models.CharField(max_length=400)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["model_version", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "number"], name="operating_point_numbered_once"
            )
        ]

    def __str__(self):
        return f"operating point {self.number} of {self.model_version}"
