"""What happened to the rows of a record: one entry for each act, with the columns it altered.

A row itself tells who recorded it, its revisions who changed it. Notes and sets of vital signs are
corrected by a new row: there the change is what differs between the two rows.
"""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from aicare.models import User
from patients.history.corrections import chain_of, successors_of
from patients.history.differences import Change, changes_between
from patients.history.field_words import words_of
from patients.history.versions import as_python
from patients.models import Note, Revision, VitalSigns
from patients.services.history import values_of

RECORDED, CHANGED, CORRECTED, IN_ERROR = "recorded", "changed", "corrected", "entered-in-error"
# Tables whose rows are corrected by other rows.
REPLACING = {Note, VitalSigns}


@dataclass(frozen=True)
class Entry:
    """One act: when, by whom, on which row, why, and which columns it altered."""

    at: datetime.datetime
    id: UUID
    """of what the entry was read from: breaks ties, so that pages neither repeat nor leave out"""
    by: User | None
    kind: str
    row: models.Model
    version: int
    act: str
    reason: str
    changes: tuple[Change, ...] = ()


def entries_of_row(record: models.Model, kind: str) -> list[Entry]:
    """Return all that happened to one row, and to those that it corrects or is corrected by.

    The newest act comes first.
    """
    rows = chain_of(record) if type(record) in REPLACING else [record]
    revisions = list(
        Revision.objects.filter(row_id__in=[row.pk for row in rows])
        .select_related("changed_by")
        .order_by("version")
    )
    first = next((one for one in revisions if one.row_id == rows[0].pk), None)
    state = as_python(rows[0], first.values) if first else values_of(rows[0])
    entries = [*changed(rows, revisions, kind), recorded(rows[0], kind, state)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def recorded(row: models.Model, kind: str, values: dict[str, Any]) -> Entry:
    """Return the entry of the act that made ``row``; ``values`` are those to be told."""
    changes = tuple(changes_between({}, values, words_of(type(row))))
    return Entry(row.created_at, row.pk, row.created_by, kind, row, 1, RECORDED, "", changes)


def changed(rows: list, revisions: list[Revision], kind: str) -> list[Entry]:
    """Return the entries of the acts that ended the versions which ``revisions`` hold."""
    by_id = {row.pk: row for row in rows}
    known = {(one.row_id, one.version): one for one in revisions}
    missing = [
        Q(row_id=one.row_id, version=one.version + 1)
        for one in revisions
        if one.version + 1 < by_id[one.row_id].version
        and (one.row_id, one.version + 1) not in known
    ]
    if missing:
        following = Revision.objects.filter(Q(*missing, _connector=Q.OR))
        known |= {(one.row_id, one.version): one for one in following}
    is_replacing = bool(rows) and type(rows[0]) in REPLACING
    successors = successors_of(rows) if is_replacing else {}
    return [
        _entry(one, by_id[one.row_id], known, successors.get(one.row_id), kind) for one in revisions
    ]


def _entry(revision: Revision, row, known: dict, successor, kind: str) -> Entry:
    before = as_python(row, revision.values)
    following = known.get((row.pk, revision.version + 1))
    after = as_python(row, following.values) if following else values_of(row)
    act = _act(before, after, successor)
    if act == CORRECTED:
        after = values_of(successor)
    return Entry(
        at=revision.changed_at,
        id=revision.pk,
        by=revision.changed_by,
        kind=kind,
        row=row,
        version=revision.version + 1,
        act=act,
        reason=revision.reason,
        changes=tuple(changes_between(before, after, words_of(type(row)))),
    )


def _act(before: dict, after: dict, successor) -> str:
    if after.get("status") != IN_ERROR or before.get("status") == IN_ERROR:
        return CHANGED
    return CORRECTED if successor else IN_ERROR
