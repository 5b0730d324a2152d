"""An act is carried out once: a double click or a repeated delivery finds what the first made."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.errors import Conflict, DomainError
from aicare.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
FIELD = "once"
LEFT_OUT = {"csrfmiddlewaretoken"}
LONGEST_KEY = 64


class KeyReused(DomainError):
    """The key was used for another request. The caller must choose a new key."""

    code = "idempotency_key_reused"


class SentBefore(Conflict):
    """The page was saved before with other content. The person must say that this is a new one."""

    code = "sent_before"


class _KeyTaken(Exception):
    """The key was taken while we acted; our own act was rolled back."""


@dataclass(frozen=True)
class Delivery:
    """What makes a repeated delivery recognisable: who sent which key where, and what with it."""

    user: Any
    method: str
    path: str
    key: str
    content_hash: str

    @property
    def place(self) -> dict:
        return {
            "user": self.user,
            "method": self.method,
            "path": self.path[:300],
            "key": self.key,
        }

    def first(self) -> IdempotencyKey | None:
        """Return the row of the first delivery, unless it is older than a day."""
        recent = timezone.now() - KEPT_FOR
        return IdempotencyKey.objects.filter(**self.place, created_at__gt=recent).first()

    def take_key(self, made, status: int) -> None:
        forget_old_keys(IdempotencyKey.objects.filter(**self.place))
        try:
            with transaction.atomic():
                IdempotencyKey.objects.create(
                    **self.place, body_hash=self.content_hash, status=status, object_id=made.pk
                )
        except IntegrityError as error:
            raise _KeyTaken from error


@dataclass(frozen=True)
class Outcome:
    """What a delivery came to; ``made`` is None when an earlier delivery had made the object."""

    object_id: UUID
    status: int
    made: Any = None


def do_once(
    delivery: Delivery,
    act: Callable[[], Any],
    *,
    prepare: Callable[[], None] = lambda: None,
    status_of: Callable[[Any], int] = lambda made: 201,
) -> Outcome:
    """Do ``act`` and take the key in one transaction, or return what the first delivery made.

    ``prepare`` does what must not happen inside a transaction, such as writing files; a repeated
    delivery skips it. Raises KeyReused when the key came with other content before.
    """
    first = delivery.first()
    if first is None:
        prepare()
        try:
            with transaction.atomic():
                made = act()
                status = status_of(made)
                delivery.take_key(made, status)
            return Outcome(made.pk, status, made)
        except _KeyTaken:
            first = delivery.first()
        except DomainError:
            # Perhaps refused only because the first delivery, still under way, has done it.
            first = delivery.first()
            if first is None:
                raise
    if first.body_hash != delivery.content_hash:
        raise KeyReused(_("This Idempotency-Key belongs to another request; choose a new one."))
    return Outcome(first.object_id, first.status)


def forget_old_keys(keys=None) -> None:
    """Delete the keys (of all, or of ``keys``) that are no longer honoured."""
    keys = IdempotencyKey.objects.all() if keys is None else keys
    keys.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()


def new_key() -> str:
    """Return the value of a fresh form's hidden field ``once``."""
    return uuid.uuid4().hex


def act_once(request, act: Callable[[], Any]) -> UUID:
    """Do a form's ``act`` in one transaction and return the id of its object, or the first one's.

    Raises SentBefore when the same page was saved with other content: dropping it silently would
    lose what a person believes to be saved.
    """
    key = request.POST.get(FIELD, "")[:LONGEST_KEY]
    if not key:
        with transaction.atomic():
            return act().pk
    sent = (*values_by_name(request.POST), *values_by_name(request.FILES))
    content = content_hash(pair for pair in sent if pair[0] not in LEFT_OUT)
    try:
        return do_once(Delivery(request.user, "FORM", request.path, key, content), act).object_id
    except KeyReused as error:
        raise SentBefore(
            _(
                "This page was saved before, with other values. What you see now is not saved "
                "yet: save again to add it as well."
            )
        ) from error


def content_hash(fields: Iterable[tuple[str, Any]]) -> str:
    """Return a digest of what was sent: names with values, of files their content."""
    digest = hashlib.sha256()
    for name, value in fields:
        if isinstance(value, UploadedFile):
            value.seek(0)
            said = hashlib.file_digest(value, "sha256").hexdigest()
            value.seek(0)
        else:
            said = json.dumps(value, default=str, sort_keys=True)
        digest.update(f"{name}\0{said}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def values_by_name(data) -> Iterator[tuple[str, Any]]:
    """Yield the names of a form or a JSON object in order, each with every value that it has."""
    for name in sorted(data):
        for value in data.getlist(name) if hasattr(data, "getlist") else [data[name]]:
            yield name, value
