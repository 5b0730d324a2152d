"""Write the audit trail: a write records in its own transaction, a read just before its answer."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from aicare import request_context
from aicare.models import AuditEvent

LIVE_UPDATES_COVERED_FOR = timedelta(minutes=10)
MOST_ROWS_OF_COVER = 20


def record_access(
    *,
    user,
    action: str,
    patient_id: UUID | None = None,
    patient_ids: Iterable[UUID] = (),
    object_id: UUID | None = None,
    outcome: str = AuditEvent.Outcome.SUCCESS,
    detail: str = "",
) -> AuditEvent:
    """Put one act on record; called inside the transaction of a write.

    What is done to a record that break-glass opened says so, and by which grant.
    """
    patient_ids = list(patient_ids)
    mark = _opening_mark(patient_id, *patient_ids)
    if mark and not detail.startswith(mark):
        detail = f"{mark} {detail}".strip()
    return AuditEvent.objects.create(
        user=user if user is not None and user.is_authenticated else None,
        action=action,
        outcome=outcome,
        patient_id=patient_id,
        patient_ids=[str(one) for one in patient_ids],
        object_id=object_id,
        detail=detail[:200],
        token_prefix=request_context.token_prefix.get(),
        request_id=request_context.request_id.get(),
    )


def record_live_read(
    *, user, action: str, patient_id: UUID | None = None, patient_ids: Iterable[UUID] = (), **what
) -> None:
    """Record a page's update of itself, unless rows of the last ten minutes cover whom it shows."""
    patient_ids = [str(one) for one in patient_ids]
    recent = AuditEvent.objects.filter(
        user=user,
        action=action,
        patient_id=patient_id,
        at__gt=timezone.now() - LIVE_UPDATES_COVERED_FOR,
    )
    if mark := _opening_mark(patient_id):
        # What was read under an earlier grant does not cover this one.
        recent = recent.filter(detail__startswith=mark)
    rows = list(recent.order_by("-id").values_list("patient_ids", flat=True)[:MOST_ROWS_OF_COVER])
    seen = {one for row in rows for one in row}
    if not rows or not seen.issuperset(patient_ids):
        record_access(
            user=user, action=action, patient_id=patient_id, patient_ids=patient_ids, **what
        )


def _opening_mark(*patient_ids: UUID | None) -> str:
    openings = request_context.openings.get()
    opening = openings.use(patient_ids) if openings else None
    return opening.mark if opening else ""
