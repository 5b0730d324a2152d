"""Conditions, allergies and medications as JSON."""

from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.models import Allergy, Condition, Medication
from patients.models.facts import NEW_STATUS, Fact
from patients.rest_fields import ChoiceField, TextField
from patients.serializers.people import PersonSerializer


class CodingSerializer(StrictSerializer):
    """What it is: coded where a code is known, otherwise ``display`` alone."""

    system = TextField(
        required=False, max_length=200, help_text="Such as http://snomed.info/sct; empty if none"
    )
    code = TextField(required=False, max_length=40, help_text="Empty if none is known")
    display = TextField(max_length=200)


class FactSerializer(serializers.ModelSerializer):
    code = CodingSerializer(source="*")
    created_by = PersonSerializer(allow_null=True)

    class Meta:
        fields = [
            "id",
            "patient",
            "code",
            "status",
            "started_on",
            "ended_on",
            "created_at",
            "created_by",
            "version",
        ]
        read_only_fields = fields


class ConditionSerializer(FactSerializer):
    """A problem or diagnosis."""

    class Meta(FactSerializer.Meta):
        model = Condition


class AllergySerializer(FactSerializer):
    """What the patient must not be given."""

    class Meta(FactSerializer.Meta):
        model = Allergy
        fields = read_only_fields = [*FactSerializer.Meta.fields, "reaction"]


class MedicationSerializer(FactSerializer):
    """A drug as ordered."""

    class Meta(FactSerializer.Meta):
        model = Medication
        fields = read_only_fields = [*FactSerializer.Meta.fields, "dosage"]


class FactChangeSerializer(StrictSerializer):
    """Whether it still holds."""

    status = ChoiceField(choices=Fact.Status.choices)
    ended_on = serializers.DateField(required=False, allow_null=True)


class NewConditionSerializer(StrictSerializer):
    """A problem or diagnosis to record."""

    code = CodingSerializer(source="*")
    status = ChoiceField(required=False, choices=NEW_STATUS)
    started_on = serializers.DateField(required=False, allow_null=True)
    ended_on = serializers.DateField(required=False, allow_null=True)


class NewAllergySerializer(NewConditionSerializer):
    """Something that the patient must not be given, to record."""

    reaction = TextField(required=False, max_length=200)


class NewMedicationSerializer(NewConditionSerializer):
    """A drug as ordered, to record."""

    dosage = TextField(required=False, max_length=120)
