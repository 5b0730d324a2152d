"""Seal the audit trail: each seal is a keyed hash over a run of events and the seal before it.

Whoever alters the database without the key cannot make the chain match again. Events younger than a
minute wait: on PostgreSQL a row with a smaller id may still be committed beside them.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from aicare.models import AuditEvent, AuditSeal

SETTLED_AFTER = timedelta(minutes=1)
EVENTS_PER_SEAL = 1000


def _line(event: AuditEvent) -> bytes:
    return json.dumps(
        [
            event.pk,
            event.at.isoformat(),
            str(event.user_id),
            event.action,
            event.outcome,
            str(event.patient_id),
            event.patient_ids,
            str(event.object_id),
            event.detail,
            event.token_prefix,
            event.request_id,
        ],
        sort_keys=True,
    ).encode()


def _digest(previous: str, events) -> str:
    mac = hmac.new(settings.AUDIT_SEAL_KEY.encode(), previous.encode(), hashlib.sha256)
    for event in events:
        mac.update(_line(event) + b"\n")
    return mac.hexdigest()


def seal() -> int:
    """Seal the settled events since the last seal and return how many were sealed."""
    last = AuditSeal.objects.last()
    events = list(
        AuditEvent.objects.filter(
            pk__gt=last.last_event_id if last else 0, at__lt=timezone.now() - SETTLED_AFTER
        ).order_by("pk")[:EVENTS_PER_SEAL]
    )
    if not events:
        return 0
    try:
        with transaction.atomic():
            AuditSeal.objects.create(
                first_event_id=events[0].pk,
                last_event_id=events[-1].pk,
                event_count=len(events),
                digest=_digest(last.digest if last else "", events),
            )
    except IntegrityError:
        # Another scheduler sealed the same run first.
        return 0
    return len(events)


@dataclass(frozen=True)
class BrokenSeal:
    """A run of events that no longer matches its seal."""

    first_event_id: int
    last_event_id: int


def broken_seals() -> Iterator[BrokenSeal]:
    """Yield every seal whose events were altered, removed or added to since."""
    previous, reached = "", 0
    for one in AuditSeal.objects.iterator():
        events = AuditEvent.objects.filter(pk__gt=reached, pk__lte=one.last_event_id).order_by("pk")
        if not hmac.compare_digest(one.digest, _digest(previous, events.iterator())):
            yield BrokenSeal(one.first_event_id, one.last_event_id)
        previous, reached = one.digest, one.last_event_id
