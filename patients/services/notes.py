"""Write a note, correct it by a new one, or withdraw it."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, InvalidInput, StaleVersion
from patients.checks import check_moment
from patients.history.corrections import chain_of
from patients.models import Note
from patients.models.note import LONGEST_TEXT
from patients.services.history import STALE, check_reason, save_new_version
from patients.services.locking import lock_for_writing, refuse_if_moved


@transaction.atomic
def write_note(
    *, patient, written_by, text: str, kind: str = Note.Kind.PROGRESS, written_at=None
) -> Note:
    """Add a note; ``written_at`` is when it was observed or said, now unless told otherwise."""
    patient = lock_for_writing(patient)
    note = _checked_note(patient, text, kind, written_at or timezone.now(), written_by)
    note.save()
    _record(written_by, "note.written", note)
    return note


@transaction.atomic
def correct_note(
    *,
    note: Note,
    corrected_by,
    reason: str,
    text: str | None = None,
    kind: str | None = None,
    written_at: datetime.datetime | None = None,
    edition: int | None = None,
) -> Note:
    """Mark a note as entered in error and store a new one in its place; what is None stays.

    ``edition`` counts the note and its corrections that the caller has seen; the newest one is
    corrected. Without it ``note`` itself is, which must still stand.
    """
    patient = lock_for_writing(note.patient)
    old = _standing(note, edition)
    check_reason(reason)
    replacement = _checked_note(
        patient,
        old.text if text is None else text,
        kind or old.kind,
        written_at or old.written_at,
        corrected_by,
    )
    replacement.replaces, replacement.reason = old, reason.strip()
    _mark_in_error(old, corrected_by, reason)
    replacement.save()
    _record(corrected_by, "note.corrected", replacement)
    return replacement


@transaction.atomic
def withdraw_note(*, note: Note, withdrawn_by, reason: str, edition: int | None = None) -> Note:
    """Mark a note as entered in error without a new one, as when it was another patient's."""
    lock_for_writing(note.patient)
    current = _standing(note, edition)
    check_reason(reason)
    _mark_in_error(current, withdrawn_by, reason)
    _record(withdrawn_by, "note.withdrawn", current)
    return current


def _standing(note: Note, edition: int | None) -> Note:
    """Return the row that stands for the note; call it with the patient locked."""
    editions = chain_of(note)
    newest = editions[-1]
    refuse_if_moved(newest, as_read=note)
    if edition is not None and edition != len(editions):
        raise StaleVersion(STALE)
    is_another = edition is None and newest.pk != note.pk
    if is_another or newest.status != Note.Status.FINAL:
        raise Conflict(
            _("Somebody corrected or withdrew this note before."), code="already_corrected"
        )
    return newest


def _checked_note(patient, text: str, kind: str, written_at, by) -> Note:
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise InvalidInput(_("Write something."), code="required", attr="text")
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(_("The note is too long."), code="max_length", attr="text")
    check_moment(
        written_at,
        now=timezone.now(),
        born=patient.birth_date,
        died=None,  # what led to death is often written afterwards
        zone=patient.site.zone,
        attr="written_at",
    )
    return Note(
        patient=patient,
        encounter=patient.encounters.at(written_at).first(),
        kind=kind,
        text=text,
        written_at=written_at,
        written_by=by,
        created_by=by,
    )


def _mark_in_error(note: Note, by, reason: str) -> None:
    note.status = Note.Status.ENTERED_IN_ERROR
    save_new_version(note, changed_by=by, reason=reason)


def _record(user, action: str, note: Note) -> None:
    record_access(user=user, action=action, patient_id=note.patient_id, object_id=note.pk)
