"""Keys by which a repeated POST is recognised."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """One POST that was done: the same key again gets the same object, not a second one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    object_id = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "method", "path", "key"], name="one_act_per_idempotency_key"
            )
        ]

    def __str__(self):
        return f"{self.method} {self.path}"
