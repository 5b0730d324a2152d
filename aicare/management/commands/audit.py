"""Print audit events."""

import datetime
import json
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aicare.models import AuditEvent
from aicare.trail import find_events


class Command(BaseCommand):
    help = (
        "Print who read or changed what, newest first. "
        "Example: manage.py audit --user demo-nurse --since 2026-11-01 --limit 20"
    )

    def add_arguments(self, parser):
        parser.add_argument("--patient", help="id of a patient: rows about that patient")
        parser.add_argument("--user", default="", help="user name")
        parser.add_argument("--action", default="", help="start of an action, such as vital-signs")
        parser.add_argument("--outcome", default="", choices=["", *AuditEvent.Outcome.values])
        parser.add_argument("--since", help="date, such as 2026-11-01")
        parser.add_argument("--until", help="date, not included")
        parser.add_argument("--limit", type=int, default=100)
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args, **options):
        events = find_events(
            patient_id=_patient_id(options["patient"]),
            username=options["user"],
            action=options["action"],
            outcome=options["outcome"],
            since=_day(options["since"]),
            until=_day(options["until"]),
        )[: max(options["limit"], 0)]
        show = _as_json if options["json"] else _as_line
        for event in events.iterator():
            self.stdout.write(show(event))


def _patient_id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise CommandError("--patient takes a patient's id (a UUID).") from error


def _day(text: str | None) -> datetime.datetime | None:
    try:
        day = datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError("Dates look like 2026-11-01.") from error
    zone = timezone.get_default_timezone()
    return datetime.datetime.combine(day, datetime.time(), zone) if day else None


def _as_line(event: AuditEvent) -> str:
    patients = str(event.patient_id or "") or " ".join(event.patient_ids)
    who = event.user.username if event.user else "-"
    return f"{event.at:%Y-%m-%d %H:%M:%S}  {who:20} {event.outcome:9} {event.action:40} {patients}"


def _as_json(event: AuditEvent) -> str:
    return json.dumps(
        {
            "id": event.pk,
            "at": event.at.isoformat(),
            "user": event.user.username if event.user else None,
            "action": event.action,
            "outcome": event.outcome,
            "patient_id": str(event.patient_id) if event.patient_id else None,
            "patient_ids": event.patient_ids,
            "object_id": str(event.object_id) if event.object_id else None,
            "detail": event.detail,
            "token_prefix": event.token_prefix,
            "request_id": event.request_id,
        }
    )
