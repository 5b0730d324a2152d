"""What was changed in a record: by whom, when, why, and what it was before."""

from urllib.parse import urlencode
from uuid import UUID

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from patients.banner import banner_of
from patients.history.of_record import (
    Position,
    newest_entries,
    permission_for,
    readable_kinds,
    rows_of,
)
from patients.history.of_row import Entry, entries_of_row
from patients.history.wording import title_of, told
from patients.models import Patient
from patients.rest_fields import parse_timestamp
from patients.views.opening import asked, is_uuid, open_record, require

PAGE_SIZE = 50


@require_safe
def history(request, patient_id):
    """List every change of the record, newest first."""
    patient = open_record(request, patient_id)
    entries = newest_entries(
        patient,
        kinds=readable_kinds(request.user.has_perm),
        before=_position(request),
        limit=PAGE_SIZE + 1,
    )
    page = entries[:PAGE_SIZE]
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "entries": told(page, patient),
        "following": _address_of(page[-1]) if len(entries) > PAGE_SIZE else "",
    }
    return _answer(request, patient, context)


@require_safe
def row_history(request, patient_id, kind, row_id):
    """Show all that happened to one row of the record."""
    patient = open_record(request, patient_id)
    row = get_object_or_404(rows_of(request.user, patient, kind), pk=row_id)
    require(request, permission_for(kind))
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "title": title_of(row, kind, patient, timezone.now()),
        "entries": told(entries_of_row(row, kind), patient),
    }
    return _answer(request, patient, context)


def _answer(request, patient: Patient, context: dict):
    response = render(request, "patients/history.html", context)
    record_access(user=request.user, action="history.read", patient_id=patient.pk)
    return response


def _address_of(entry: Entry) -> str:
    return urlencode({"before": entry.at.isoformat(), "id": entry.id})


def _position(request) -> Position | None:
    """Return where the page before ended; what is no position begins at the newest."""
    at, entry = parse_timestamp(asked(request, "before")), asked(request, "id")
    return Position(at, UUID(entry)) if at and is_uuid(entry) else None
