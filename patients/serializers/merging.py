"""Records that may be of one person, and their merging, as JSON."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.finding.likeness import LEVELS
from patients.finding.possible_duplicates import BECAUSE_WORDS, PossibleDuplicate
from patients.models import PatientMerge
from patients.rest_fields import ChoiceField, TextField
from patients.serializers.patients import PatientSerializer
from patients.serializers.people import PersonSerializer
from patients.services.merging import CHOICES

LARGEST_VERSION = 1_000_000_000


class PossibleDuplicateSerializer(serializers.Serializer):
    """A record that may be of the same person, and why."""

    id = serializers.UUIDField(source="patient.pk")
    name = serializers.CharField(source="patient.name")
    birth_date = serializers.DateField(source="patient.birth_date", allow_null=True)
    medical_record_number = serializers.CharField(source="patient.medical_record_number")
    likeness = serializers.ChoiceField(source="likeness.level", choices=LEVELS)
    because = serializers.ListField(
        source="likeness.because", child=serializers.ChoiceField(choices=list(BECAUSE_WORDS))
    )


class RegisteredPatientSerializer(PatientSerializer):
    """A person who was just registered."""

    possible_duplicates = PossibleDuplicateSerializer(
        many=True,
        read_only=True,
        help_text="Other records of the site that may be of this person: look, and merge if so",
    )

    class Meta(PatientSerializer.Meta):
        fields = [*PatientSerializer.Meta.fields, "possible_duplicates"]
        read_only_fields = fields


def registered_json(patient, alike: list[PossibleDuplicate]) -> dict:
    """Return a new patient with the records that look alike."""
    found = PossibleDuplicateSerializer(alike, many=True).data
    return PatientSerializer(patient).data | {"possible_duplicates": found}


class FieldPreviewSerializer(serializers.Serializer):
    """A field in which two records differ, in words."""

    field = serializers.CharField(source="name")
    survivor = serializers.CharField()
    duplicate = serializers.CharField()
    may_choose = serializers.BooleanField(help_text="Whether `chosen` may name it")


class RowsPreviewSerializer(serializers.Serializer):
    """How many rows of a table each record holds; those of the duplicate move."""

    table = serializers.CharField()
    survivor = serializers.IntegerField()
    duplicate = serializers.IntegerField()


class NoteOnMergeSerializer(serializers.Serializer):
    """What to look at twice, or what forbids the merge."""

    code = serializers.CharField()
    detail = serializers.CharField()


class MergePreviewSerializer(serializers.Serializer):
    """What merging would do; nothing is done yet."""

    survivor = PatientSerializer()
    duplicate = PatientSerializer()
    differing = FieldPreviewSerializer(many=True)
    rows = RowsPreviewSerializer(many=True)
    warnings = NoteOnMergeSerializer(many=True)
    obstacles = NoteOnMergeSerializer(many=True, help_text="Empty: it can be merged")


class NewMergeSerializer(StrictSerializer):
    """Which record is merged into the one of the address, and why."""

    duplicate = serializers.UUIDField()
    reason = TextField(max_length=400)
    chosen = serializers.ListField(
        child=ChoiceField(choices=[(name, name) for name in CHOICES]),
        required=False,
        max_length=len(CHOICES),
        help_text="Fields whose value is taken from the duplicate; the others stay as they are",
    )
    survivor_version = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_VERSION,
        help_text="With duplicate_version: 412 if a record changed since it was looked at",
    )  # fmt: skip
    duplicate_version = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_VERSION
    )

    def validate(self, attrs):
        versions = (attrs.pop("survivor_version", None), attrs.pop("duplicate_version", None))
        if (versions[0] is None) != (versions[1] is None):
            raise serializers.ValidationError(_("Send both versions or none."), code="required")
        return attrs | {"versions": versions if versions[0] else None}


class UndoMergeSerializer(StrictSerializer):
    """Why two records are of two people after all."""

    reason = TextField(max_length=400)


class PatientMergeSerializer(serializers.ModelSerializer):
    """One record merged into another one."""

    moved = serializers.SerializerMethodField(help_text="How many rows came over, by table")
    created_by = PersonSerializer(allow_null=True)
    undone_by = PersonSerializer(allow_null=True)

    class Meta:
        model = PatientMerge
        fields = [
            "id",
            "survivor",
            "duplicate",
            "reason",
            "moved",
            "created_at",
            "created_by",
            "undone_at",
            "undone_by",
            "undo_reason",
            "version",
        ]
        read_only_fields = fields

    def get_moved(self, merge) -> dict[str, int]:
        return {table: len(ids) for table, ids in merge.moved.items()}
