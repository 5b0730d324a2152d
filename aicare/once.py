"""A form is carried out once: a double click finds what the first click made."""

import hashlib
import uuid
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction

from aicare.errors import Conflict
from aicare.models import IdempotencyKey

FIELD = "once"
LEFT_OUT = {"csrfmiddlewaretoken"}
LONGEST_KEY = 64


class SentBefore(Conflict):
    """The page was saved before with other content. The person must say that this is a new one."""

    code = "sent_before"


def new_key() -> str:
    """Return the value of a fresh form's hidden field ``once``."""
    return uuid.uuid4().hex


def act_once(request, act: Callable[[], object]) -> UUID:
    """Do ``act`` in one transaction and return the id of its object, or that of the first time.

    Raises SentBefore when the same page was saved with other content: dropping it silently would
    lose what a person believes to be saved.
    """
    key = request.POST.get(FIELD, "")[:LONGEST_KEY]
    if not key:
        with transaction.atomic():
            return act().pk
    row = {"user": request.user, "method": "FORM", "path": request.path[:300], "key": key}
    content = _content_hash(request)
    first = IdempotencyKey.objects.filter(**row).first()
    if first is None:
        try:
            with transaction.atomic():
                made = act()
                IdempotencyKey.objects.create(
                    **row, body_hash=content, status=302, object_id=made.pk
                )
            return made.pk
        except IntegrityError:
            first = IdempotencyKey.objects.filter(**row).first()
            if first is None:
                raise
    if first.body_hash != content:
        raise SentBefore(
            "This page was saved before, with other values. What you see now is not saved yet: "
            "save again to add it as well."
        )
    return first.object_id


def _content_hash(request) -> str:
    digest = hashlib.sha256()
    for name in sorted(set(request.POST) - LEFT_OUT):
        for value in request.POST.getlist(name):
            digest.update(f"{name}\0{value}\0".encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            file.seek(0)
            digest.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\0".encode())
    return digest.hexdigest()
