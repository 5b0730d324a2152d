"""POST once: a repeated Idempotency-Key gets the first answer, whatever broke in between."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.response import Response

from aicare.errors import InvalidInput
from aicare.models import Record
from aicare.once import Delivery, content_hash, do_once, values_by_name
from aicare.rest.preconditions import etag_of

MAX_KEY_LENGTH = 200


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
        return _answer(created, represent, status_of(created))
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        raise InvalidInput(
            _("Idempotency-Key must have 1 to %(most)d characters.") % {"most": MAX_KEY_LENGTH},
            code="invalid_idempotency_key",
        )
    content = content_hash(values_by_name(request.data))
    delivery = Delivery(request.user, request.method, request.path, key, content)
    outcome = do_once(delivery, act, prepare=prepare, status_of=status_of)
    made = find(outcome.object_id) if outcome.made is None else outcome.made
    return _answer(made, represent, outcome.status)


def _answer(made, represent: Callable[[object], dict], status: int) -> Response:
    """Answer with the object, and with its ETag where it may be changed by it."""
    headers = {"ETag": etag_of(made)} if isinstance(made, Record) else {}
    return Response(represent(made), status=status, headers=headers)
