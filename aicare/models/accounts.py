"""Who uses AI Care, at which sites, and with which programs."""

import hashlib
import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

import uuid6
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aicare.roles import permissions_of_scopes

LAST_USED_GRAIN = timedelta(minutes=1)


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            gettext("Use a name of the IANA time zone database, such as Europe/Madrid.")
        )


class Site(models.Model):
    """A hospital, clinic or practice: the border of what its staff may see."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(
        _("country"), max_length=2, help_text=_("ISO 3166-1 code, such as ES")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    emergency_phone = models.CharField(
        _("emergency phone"),
        max_length=40,
        blank=True,
        help_text=_("Shown when a patient is at high risk"),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self):
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class User(AbstractUser):
    """A person or an integration; groups are roles, sites bound what is visible."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), blank=True, related_name="users")
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("Empty: as the browser asks"),
    )

    def __str__(self):
        return self.get_full_name() or self.username


class ApiTokenQuerySet(models.QuerySet):
    def usable(self):
        """Tokens that are neither expired nor revoked and whose user is active."""
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()),
            revoked_at=None,
            user__is_active=True,
        )

    def holding(self, secret: str):
        return self.filter(hash=hashlib.sha256(secret.encode()).hexdigest())


class ApiToken(models.Model):
    """A bearer token of a program; only its hash is kept, so it is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(
        _("prefix"), max_length=12, help_text=_("The first characters, to tell tokens apart")
    )
    scopes = models.JSONField(
        _("scopes"), default=list, blank=True, help_text=_("Empty: all that the user may")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self):
        return f"{self.prefix}… of {self.user.username}"

    @classmethod
    def issue(cls, *, user, scopes=(), expires_at=None) -> tuple["ApiToken", str]:
        """Create a token and return it with its secret, which cannot be read again."""
        secret = f"aicare_{secrets.token_urlsafe(32)}"
        token = cls.objects.create(
            user=user,
            hash=hashlib.sha256(secret.encode()).hexdigest(),
            prefix=secret[:12],
            scopes=list(scopes),
            expires_at=expires_at,
        )
        return token, secret

    def permits(self, permission: str) -> bool:
        """Tell whether the token's scopes include ``permission`` (an empty list includes all)."""
        return not self.scopes or permission in permissions_of_scopes(self.scopes)

    def mark_used(self) -> None:
        """Remember the use, to the minute: a busy program does not write a row per request."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at > LAST_USED_GRAIN:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=now)
