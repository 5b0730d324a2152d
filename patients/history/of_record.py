"""What was changed in a whole record: every table of it, newest first, a page at a time."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Q

from patients.history.of_row import IN_ERROR, REPLACING, Entry, changed, recorded
from patients.models import (
    Allergy,
    Condition,
    Encounter,
    Medication,
    Note,
    Patient,
    PatientMerge,
    Revision,
    VitalSigns,
)

# The tables of a record by the word of their address. Sets are shown where they were corrected.
TABLES: dict[str, type[models.Model]] = {
    "patient": Patient,
    "conditions": Condition,
    "allergies": Allergy,
    "medications": Medication,
    "encounters": Encounter,
    "notes": Note,
    "vital-signs": VitalSigns,
}
MERGES = "merges"
MERGED, MERGE_UNDONE = "merged", "merge-undone"
# A chart is full of sets: that one was recorded is no change of the record.
NOT_TOLD_AS_RECORDED = {VitalSigns}


def rows_of(user, patient: Patient, kind: str) -> models.QuerySet:
    """Return the rows of one kind whose history ``user`` may read as that of ``patient``.

    Who they are includes the records that were merged into theirs: an old id keeps its history.
    """
    rows = TABLES[kind].objects.visible_to(user).select_related("created_by")
    if rows.model is Patient:
        return rows.filter(Q(pk=patient.pk) | Q(merged_into=patient))
    return rows.filter(patient=patient)


@dataclass(frozen=True)
class Position:
    """The last entry of a page."""

    at: datetime.datetime
    id: UUID


def permission_for(kind: str) -> str:
    """Return the permission that reading one kind of rows needs."""
    return f"patients.view_{TABLES.get(kind, Patient)._meta.model_name}"


def readable_kinds(may: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the kinds of rows that somebody may read; ``may`` tells it of a permission."""
    return tuple(kind for kind in (*TABLES, MERGES) if may(permission_for(kind)))


def newest_entries(
    patient: Patient, *, kinds: Iterable[str], before: Position | None, limit: int
) -> list[Entry]:
    """Return up to ``limit`` entries of a record, newest first, that lie ``before`` a position.

    The number of queries is that of the tables; each reads no more rows than one page holds.
    """
    found: list[Entry] = []
    for kind in kinds:
        read = _merges if kind == MERGES else _of_table
        found += read(patient, kind, before, limit)
    found.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    return found[:limit]


def _of_table(patient: Patient, kind: str, before: Position | None, limit: int) -> list[Entry]:
    model = TABLES[kind]
    of_patient = Q(pk=patient.pk) if model is Patient else Q(patient=patient)
    rows = model._base_manager.filter(of_patient).select_related("created_by")
    revisions = Revision.objects.filter(
        table=model._meta.label_lower, row_id__in=_ids_with_revisions(rows)
    ).select_related("changed_by")
    page = list(_page(revisions, "changed_at", before, limit))
    entries = changed(list(rows.filter(pk__in={one.row_id for one in page})), page, kind)
    if model in NOT_TOLD_AS_RECORDED:
        return entries
    first_rows = rows.filter(replaces=None) if model in REPLACING else rows
    made = _page(first_rows, "created_at", before, limit)
    return [*entries, *(recorded(row, kind, {}) for row in made)]


def _ids_with_revisions(rows: models.QuerySet) -> models.QuerySet:
    """Return the ids of rows that may have revisions: of a chart of sets those in error alone."""
    found = rows.filter(status=IN_ERROR) if rows.model in REPLACING else rows
    return found.order_by().values("pk")


def _page(rows: models.QuerySet, moment: str, before: Position | None, limit: int):
    if before:
        rows = rows.filter(
            Q(**{f"{moment}__lt": before.at}) | Q(**{moment: before.at, "pk__lt": before.id})
        )
    return rows.order_by(f"-{moment}", "-pk")[:limit]


def _merges(patient: Patient, kind: str, before: Position | None, limit: int) -> list[Entry]:
    """Return the joinings of this record with another one, and those that were taken back."""
    merges = PatientMerge.objects.filter(Q(survivor=patient) | Q(duplicate=patient))
    merges = merges.select_related("created_by", "undone_by", "survivor", "duplicate")
    found = []
    for one in merges.order_by("-created_at", "-pk"):
        found.append(_merge(one, one.created_at, one.created_by, MERGED, one.reason))
        if one.undone_at:
            undone = (one.undone_at, one.undone_by, MERGE_UNDONE, one.undo_reason)
            found.append(_merge(one, *undone))
    if before:
        found = [one for one in found if (one.at, one.id) < (before.at, before.id)]
    return found


def _merge(merge: PatientMerge, at, by, act: str, reason: str) -> Entry:
    return Entry(at, merge.pk, by, MERGES, merge, merge.version, act, reason)
