"""How the history of a record reads: what each act was about, and each change in words."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.models import User
from aicare.templatetags.clock import in_words
from patients.history.field_words import names_of_related, value_words, words_of
from patients.history.of_record import MERGE_UNDONE, MERGED, MERGES
from patients.history.of_row import CHANGED, CORRECTED, IN_ERROR, RECORDED, Entry
from patients.models import Encounter, Note, Patient, PatientMerge, VitalSigns
from patients.wording import place_words

ACTS = {
    RECORDED: gettext_lazy("recorded"),
    CHANGED: gettext_lazy("changed"),
    CORRECTED: gettext_lazy("corrected"),
    IN_ERROR: gettext_lazy("entered in error"),
    MERGED: gettext_lazy("joined"),
    MERGE_UNDONE: gettext_lazy("joining taken back"),
}
NAMED = {
    "conditions": gettext_lazy("Problem: %(name)s"),
    "allergies": gettext_lazy("Allergy: %(name)s"),
    "medications": gettext_lazy("Medication: %(name)s"),
}


@dataclass(frozen=True)
class ToldChange:
    """One column before and after, in words; empty where there was nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ToldEntry:
    """One act as the page shows it."""

    at: datetime.datetime
    by: User | None
    kind: str
    row_id: UUID
    title: str
    act: str
    reason: str
    changes: tuple[ToldChange, ...]
    has_own_history: bool


def told(entries: Iterable[Entry], patient: Patient) -> list[ToldEntry]:
    """Return the entries in words; what related rows are called costs one query a table."""
    entries, now = list(entries), timezone.now()
    names: dict = {}
    for model in {type(entry.row) for entry in entries if entry.changes}:
        changes = [one for entry in entries if type(entry.row) is model for one in entry.changes]
        states = [{one.field: value} for one in changes for value in (one.before, one.after)]
        names |= names_of_related(model, states)
    return [
        ToldEntry(
            at=entry.at,
            by=entry.by,
            kind=entry.kind,
            row_id=entry.row.pk,
            title=title_of(entry.row, entry.kind, patient, now),
            act=str(ACTS[entry.act]),
            reason=entry.reason,
            changes=tuple(_told_changes(entry, names)),
            has_own_history=entry.kind != MERGES,
        )
        for entry in entries
    ]


def _told_changes(entry: Entry, names: dict) -> Iterable[ToldChange]:
    model, labels = type(entry.row), words_of(type(entry.row)) if entry.changes else {}
    for change in entry.changes:
        field = model._meta.get_field(change.field)
        before, after = (value_words(field, one, names) for one in (change.before, change.after))
        yield ToldChange(labels[change.field], before, after)


def title_of(row, kind: str, patient: Patient, now: datetime.datetime) -> str:
    """Say what a row of the record is."""
    if kind in NAMED:
        return NAMED[kind] % {"name": row.display}
    if isinstance(row, Patient):
        return _("Patient’s details")
    if isinstance(row, Encounter):
        return _("Stay: %(place)s") % {"place": place_words(row)}
    if isinstance(row, Note):
        kind_and_time = {
            "kind": row.get_kind_display().capitalize(),
            "when": in_words(row.written_at, now=now),
        }
        return _("%(kind)s, %(when)s") % kind_and_time
    if isinstance(row, VitalSigns):
        return _("Set, %(when)s") % {"when": in_words(row.measured_at, now=now)}
    return _merge_title(row, patient)


def _merge_title(merge: PatientMerge, patient: Patient) -> str:
    other = merge.duplicate if merge.survivor_id == patient.pk else merge.survivor
    return _("Two records of one person: %(number)s") % {"number": other.medical_record_number}
