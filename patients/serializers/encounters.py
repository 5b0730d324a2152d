"""A stay or visit as JSON."""

from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.models import Encounter
from patients.rest_fields import ChoiceField, TextField, TimestampField
from patients.serializers.confirming import ConfirmField
from patients.serializers.people import PersonSerializer
from patients.services.encounters import BED_TAKEN


class EncounterSerializer(serializers.ModelSerializer):
    """A stay or visit; open while ``ended_at`` is null."""

    created_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Encounter
        fields = [
            "id", "patient", "ward", "bed", "started_at", "ended_at", "status", "created_at",
            "created_by", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_fields(self):
        # "class" is a word of Python, so it cannot be declared above.
        kind = serializers.ChoiceField(
            source="encounter_class", choices=Encounter.Class.choices, read_only=True
        )
        return super().get_fields() | {"class": kind}


class _Place(StrictSerializer):
    ward = TextField(required=False, max_length=80)
    bed = TextField(required=False, max_length=20)
    confirm = ConfirmField(codes=(BED_TAKEN,), required=False, source="confirmed")

    def get_fields(self):
        kind = ChoiceField(
            source="encounter_class", choices=Encounter.Class.choices, required=False
        )
        return super().get_fields() | {"class": kind}


class NewEncounterSerializer(_Place):
    """A stay or visit that begins (now, unless ``started_at`` says otherwise)."""

    started_at = TimestampField(required=False)


class EncounterChangeSerializer(_Place):
    """One of: another ward, bed or class; the end; the end taken back; the whole stay withdrawn."""

    ended_at = TimestampField(
        required=False, allow_null=True, help_text="null takes a discharge back, with a reason"
    )
    status = ChoiceField(
        required=False,
        choices=[Encounter.Status.ENTERED_IN_ERROR],
        help_text="The patient was never admitted; with a reason",
    )
    reason = TextField(required=False, max_length=400)
