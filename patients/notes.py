"""The notes of a patient as they are told: those that stand, and those that were taken back."""

from dataclasses import dataclass

from django.db.models import Q

from patients.history.versions import last_changes
from patients.models import Note, Revision


@dataclass(frozen=True)
class ToldNote:
    """One note; ``withdrawal`` says who took it back, when and why, if somebody did."""

    note: Note
    withdrawal: Revision | None

    @property
    def is_void(self) -> bool:
        return self.note.status == Note.Status.ENTERED_IN_ERROR


def without_corrected(notes):
    """Return ``notes`` without those in whose place another one stands."""
    return notes.filter(Q(status=Note.Status.FINAL) | Q(replaced_by=None))


def told(notes: list[Note]) -> list[ToldNote]:
    """Return the notes with who took them back; one query for all of them."""
    withdrawals = last_changes(one for one in notes if one.status != Note.Status.FINAL)
    return [ToldNote(one, withdrawals.get(one.pk)) for one in notes]
