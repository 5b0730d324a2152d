"""What somebody writes about a patient in whole sentences."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aicare.domain_forms import OnceForm
from patients.forms.fields import SiteTimeField, SiteTimeMixin
from patients.forms.versioned import Versioned
from patients.history.corrections import chain_of
from patients.history.differences import to_the_minute
from patients.history.versions import Version
from patients.models import Note
from patients.models.note import LONGEST_TEXT
from patients.services.history import values_of


class NoteForm(SiteTimeMixin, OnceForm):
    """A new note; without a time it was written now."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Note.Kind.choices)
    text = forms.CharField(
        label=_("Note"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 12})
    )
    written_at = SiteTimeField(
        label=_("Observed or said at"), required=False, help_text=_("Empty: now")
    )

    def clean(self):
        cleaned = super().clean()
        cleaned["written_at"] = self.moment("written_at")
        return cleaned

    def note(self) -> dict:
        """Return what the note says."""
        return {name: self.cleaned_data[name] for name in ("kind", "text", "written_at")}


class OfOneNote(Versioned):
    """A form about a note that is there; its versions are the note and its corrections."""

    def __init__(self, *args, record, initial=None, **kwargs):
        self.editions = chain_of(record)
        initial = {"expected_version": len(self.editions)} | (initial or {})
        super().__init__(*args, record=record, initial=initial, **kwargs)

    def stored_versions(self) -> list[Version]:
        return [
            Version(number, values_of(row), row.created_at, row.created_by, row.reason)
            for number, row in enumerate(chain_of(self.record), start=1)
        ]


class NoteCorrectionForm(OfOneNote, NoteForm):
    """The note as it should have been, and why it was wrong."""

    reason = forms.CharField(label=_("Why is it corrected?"), max_length=400)

    def __init__(self, *args, record, **kwargs):
        newest = chain_of(record)[-1]
        known = {name: getattr(newest, name) for name in ("kind", "text", "written_at")}
        super().__init__(*args, record=record, initial=known, **kwargs)
        self.fields["written_at"].help_text = ""

    def note(self) -> dict:
        """Return what the note says; a time that was not touched keeps its seconds."""
        said, before = super().note(), self.initial["written_at"]
        if to_the_minute(before) == said["written_at"]:
            del said["written_at"]
        return said


class NoteWithdrawalForm(OfOneNote, OnceForm):
    """Why a note should not be there."""

    reason = forms.CharField(
        label=_("Why?"), max_length=400, help_text=_("Such as: it is another patient’s")
    )
