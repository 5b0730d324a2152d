"""Conditions, allergies and medications as JSON."""

from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.models import Allergy, Condition, Medication
from patients.models.facts import NEW_STATUS, Fact
from patients.pregnancy import PREGNANCY_UNLIKELY
from patients.rest_fields import ChoiceField, TextField
from patients.serializers.confirming import ConfirmField
from patients.serializers.people import PersonSerializer
from patients.services.facts import ENDS_NONE_KNOWN

REASON_LENGTH = 400


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
            "note",
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

    criticality = serializers.ChoiceField(
        choices=Allergy.Criticality.choices, allow_blank=True, help_text="Empty: not stated"
    )

    class Meta(FactSerializer.Meta):
        model = Allergy
        fields = read_only_fields = [*FactSerializer.Meta.fields, "reaction", "criticality"]


class MedicationSerializer(FactSerializer):
    """A drug as ordered."""

    class Meta(FactSerializer.Meta):
        model = Medication
        fields = read_only_fields = [*FactSerializer.Meta.fields, "dosage"]


class NewFactSerializer(StrictSerializer):
    """What a new fact of each kind says."""

    code = CodingSerializer(source="*")
    status = ChoiceField(required=False, choices=NEW_STATUS)
    started_on = serializers.DateField(
        required=False, allow_null=True, help_text="Not in the future, not before birth"
    )
    ended_on = serializers.DateField(required=False, allow_null=True)
    note = TextField(required=False, max_length=400)


class NewConditionSerializer(NewFactSerializer):
    """A problem or diagnosis to record."""

    confirm = ConfirmField(codes=(PREGNANCY_UNLIKELY,), required=False, source="confirmed")


class NewAllergySerializer(NewFactSerializer):
    """Something that the patient must not be given, to record."""

    reaction = TextField(required=False, max_length=200)
    criticality = ChoiceField(required=False, allow_blank=True, choices=Allergy.Criticality.choices)
    confirm = ConfirmField(codes=(ENDS_NONE_KNOWN,), required=False, source="confirmed")


class NewMedicationSerializer(NewFactSerializer):
    """A drug as ordered, to record."""

    dosage = TextField(required=False, max_length=120)


class _Change(StrictSerializer):
    """What may change; what is left out stays. How it was stays in the history."""

    code = CodingSerializer(source="*", required=False)
    status = ChoiceField(required=False, choices=Fact.Status.choices)
    reason = TextField(
        required=False,
        max_length=REASON_LENGTH,
        help_text="Why; needed when the status becomes entered-in-error",
    )


class ConditionChangeSerializer(_Change, NewConditionSerializer):
    """A problem or diagnosis as it is from now on."""


class AllergyChangeSerializer(_Change, NewAllergySerializer):
    """What the patient must not be given, as it is from now on."""


class MedicationChangeSerializer(_Change, NewMedicationSerializer):
    """A drug as ordered from now on."""
