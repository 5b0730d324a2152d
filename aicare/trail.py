"""Look the audit trail up: who saw or changed what."""

import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from aicare.models import AuditEvent


def about_patient(patient_id: UUID) -> Q:
    """Events that name the patient alone or in a list."""
    if connection.vendor == "postgresql":
        return Q(patient_id=patient_id) | Q(patient_ids__contains=[str(patient_id)])
    # SQLite has no containment for JSON; the ids are plain text without wildcards.
    return Q(patient_id=patient_id) | Q(patient_ids__icontains=str(patient_id))


def find_events(
    *,
    patient_id: UUID | None = None,
    username: str = "",
    action: str = "",
    outcome: str = "",
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
):
    """Return the events that match everything that is given, newest first."""
    events = AuditEvent.objects.select_related("user")
    if patient_id:
        events = events.filter(about_patient(patient_id))
    if username:
        events = events.filter(user__username=username)
    if action:
        events = events.filter(action__startswith=action)
    if outcome:
        events = events.filter(outcome=outcome)
    if since:
        events = events.filter(at__gte=since)
    if until:
        events = events.filter(at__lt=until)
    return events
