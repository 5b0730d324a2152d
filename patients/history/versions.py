"""The states that a row has had: each with since when, by whom and why."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aicare.models import Record, User
from patients.models import Revision
from patients.services.history import values_of


@dataclass(frozen=True)
class Version:
    """One state of a row, and the act that led to it."""

    number: int
    values: dict[str, Any]
    since: datetime.datetime
    by: User | None
    reason: str = ""


def versions_of(record: Record) -> list[Version]:
    """Return every state of ``record``, the oldest first; the last one is how it is now."""
    revisions = Revision.objects.of(record).select_related("changed_by")
    return versions_from(record, list(revisions))


def versions_from(record: Record, revisions: list[Revision]) -> list[Version]:
    """Return the states of ``record`` from its revisions, the oldest first."""
    states = [(one.version, as_python(record, one.values)) for one in revisions]
    states.append((record.version, values_of(record)))
    acts = [(record.created_at, record.created_by, "")]
    acts += [(one.changed_at, one.changed_by, one.reason) for one in revisions]
    return [
        Version(number, values, *act) for (number, values), act in zip(states, acts, strict=True)
    ]


def as_python(record: Record, values: dict) -> dict[str, Any]:
    """Return the values of a revision as the row's columns hold them: days, moments, ids."""
    fields = {field.name: field for field in record._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in values.items() if name in fields}


def last_changes(records: Iterable[Record]) -> dict:
    """Return the newest revision of each row, by the row's id: who changed it last, and why."""
    ids = [record.pk for record in records]
    if not ids:
        return {}
    revisions = Revision.objects.filter(row_id__in=ids).select_related("changed_by")
    return {one.row_id: one for one in revisions.order_by("version")}
