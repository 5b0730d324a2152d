"""A stay or visit as JSON."""

from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.models import Encounter
from patients.rest_fields import ChoiceField, TextField, TimestampField


class EncounterSerializer(serializers.ModelSerializer):
    """A stay or visit; open while ``ended_at`` is null."""

    class Meta:
        model = Encounter
        fields = [
            "id", "patient", "ward", "bed", "started_at", "ended_at", "created_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_fields(self):
        # "class" is a word of Python, so it cannot be declared above.
        kind = serializers.ChoiceField(
            source="encounter_class", choices=Encounter.Class.choices, read_only=True
        )
        return super().get_fields() | {"class": kind}


class EncounterChangeSerializer(StrictSerializer):
    """Another ward, bed or class, or the end of it."""

    ward = TextField(required=False, max_length=80)
    bed = TextField(required=False, max_length=20)
    ended_at = TimestampField(required=False)

    def get_fields(self):
        kind = ChoiceField(
            source="encounter_class", choices=Encounter.Class.choices, required=False
        )
        return super().get_fields() | {"class": kind}


class NewEncounterSerializer(EncounterChangeSerializer):
    """A stay or visit that begins (now, unless ``started_at`` says otherwise)."""

    started_at = TimestampField(required=False)
    ended_at = None
