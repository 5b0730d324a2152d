"""A note as JSON."""

from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.models import Note
from patients.models.note import LOINC, LONGEST_TEXT
from patients.rest_fields import ChoiceField, TextField, TimestampField
from patients.serializers.people import PersonSerializer

LOINC_SYSTEM = "http://loinc.org"


class NoteCodeSerializer(serializers.Serializer):
    """The kind of note as a document code."""

    system = serializers.CharField()
    code = serializers.ChoiceField(choices=sorted(LOINC.values()))


class NoteSerializer(serializers.ModelSerializer):
    """A note as its author wrote it, plain text."""

    code = serializers.SerializerMethodField()
    written_by = PersonSerializer()
    replaces = serializers.PrimaryKeyRelatedField(
        read_only=True, allow_null=True, help_text="The note that this one corrects"
    )

    class Meta:
        model = Note
        fields = [
            "id", "patient", "encounter", "kind", "code", "text", "written_at", "written_by",
            "status", "replaces", "reason", "created_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_code(self, note) -> NoteCodeSerializer:
        return {"system": LOINC_SYSTEM, "code": note.loinc}


class NewNoteSerializer(StrictSerializer):
    """A note to write; without a time it was written now."""

    kind = ChoiceField(required=False, choices=Note.Kind.choices)
    text = TextField(max_length=LONGEST_TEXT, help_text="Plain text; line ends are kept")
    written_at = TimestampField(required=False, help_text="When it was observed or said")


class NoteCorrectionSerializer(NewNoteSerializer):
    """What was wrong with a note: what is left out stays."""

    text = TextField(required=False, allow_blank=False, max_length=LONGEST_TEXT)
    reason = TextField(max_length=400, help_text="Why the note is corrected")


class NoteWithdrawalSerializer(StrictSerializer):
    """Why a note is withdrawn without another one in its place."""

    reason = TextField(max_length=400)
