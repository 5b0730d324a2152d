"""POST once: a repeated key gets the first answer, whatever broke between us and the caller."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.response import Response

from aicare.errors import DomainError, InvalidInput
from aicare.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 200


class KeyReused(DomainError):
    """The key was used for another request. The caller must choose a new key."""

    code = "idempotency_key_reused"


class IdempotencyConflict(Exception):
    """The key was taken while we acted; our own act was rolled back."""


def body_hash(request) -> str:
    """Return a digest of the body: its fields and the content of its files."""
    digest = hashlib.sha256()
    for name in sorted(request.data):
        values = (
            request.data.getlist(name) if hasattr(request.data, "getlist") else [request.data[name]]
        )
        for value in values:
            digest.update(name.encode("utf-8", "surrogatepass") + b"\0")
            if isinstance(value, UploadedFile):
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
            else:
                digest.update(json.dumps(value, default=str, sort_keys=True).encode())
    return digest.hexdigest()


def create_once(
    request,
    *,
    act: Callable[[], object],
    find: Callable[[UUID], object],
    represent: Callable[[object], dict],
    prepare: Callable[[], None] = lambda: None,
    status_of: Callable[[object], int] = lambda created: 201,
) -> Response:
    """Do ``act`` and answer with its object, or answer a replay with the object of the first time.

    ``act`` runs in one transaction together with the key's row. ``find`` looks the object up among
    what the caller may see now (and raises 404 otherwise); ``represent`` turns it into JSON.
    ``prepare`` does what must not happen inside a transaction, such as writing files; a replay
    skips it.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        prepare()
        with transaction.atomic():
            created = act()
        return Response(represent(created), status=status_of(created))
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        raise InvalidInput(
            f"Idempotency-Key must have 1 to {MAX_KEY_LENGTH} characters.",
            code="invalid_idempotency_key",
        )
    row = {"user": request.user, "method": request.method, "path": request.path[:300], "key": key}
    digest = body_hash(request)
    first = _first_use(row)
    if first is None:
        prepare()
        try:
            with transaction.atomic():
                created = act()
                status = status_of(created)
                _take_key(row, digest, status, created)
            return Response(represent(created), status=status)
        except IdempotencyConflict:
            first = _first_use(row)
    if first.body_hash != digest:
        raise KeyReused("This Idempotency-Key belongs to another request; choose a new one.")
    return Response(represent(find(first.object_id)), status=first.status)


def _first_use(row) -> IdempotencyKey | None:
    expired = timezone.now() - KEPT_FOR
    return IdempotencyKey.objects.filter(**row, created_at__gt=expired).first()


def _take_key(row, digest, status, created) -> None:
    IdempotencyKey.objects.filter(**row, created_at__lte=timezone.now() - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            IdempotencyKey.objects.create(
                **row, body_hash=digest, status=status, object_id=created.pk
            )
    except IntegrityError as error:
        raise IdempotencyConflict from error
