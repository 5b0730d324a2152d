"""A set of vital signs as JSON: each measurement under the name that carries its unit."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.checks import ABSENT_REASONS
from patients.models import VitalSigns
from patients.questions import QUESTION_CODES
from patients.rest_fields import (
    ChoiceField,
    MeasurementField,
    StrictBooleanField,
    TextField,
    TimestampField,
)
from patients.serializers.confirming import ConfirmField
from patients.serializers.people import PersonSerializer
from patients.vital_signs_table import CONSCIOUSNESS, MEASUREMENT_FIELDS, VITAL_SIGNS, VitalSign


def _number_fields(**options) -> dict[str, MeasurementField]:
    return {
        sign.field: extend_schema_field(_limits_of(sign))(
            MeasurementField(
                allow_null=True,
                help_text=f"{sign.display}, {sign.unit_display}, {sign.minimum} to {sign.maximum}",
                **options,
            )
        )
        for sign in VITAL_SIGNS
    }


def _limits_of(sign: VitalSign) -> dict:
    """Return what the schema says of a measurement; numbers of no decimal place are whole."""
    kind = "number" if sign.places else "integer"
    return {"type": kind, "minimum": float(sign.minimum), "maximum": float(sign.maximum)}


class EnteredSerializer(serializers.Serializer):
    """A number as it was entered, before it was converted and rounded."""

    value = serializers.CharField(help_text='As written, such as "101.1"')
    unit = serializers.CharField(help_text="UCUM, such as [degF]")


class VitalSignsSerializer(serializers.ModelSerializer):
    """One set with its score; what was not measured is null."""

    recorded_by = PersonSerializer()
    consciousness = serializers.SerializerMethodField(help_text="ACVPU, null when not assessed")
    body_mass_index = MeasurementField(
        allow_null=True, read_only=True, help_text="kg/m2, from weight and height of this set"
    )
    two_readings_differ = serializers.BooleanField(
        help_text="Two pulse readings disagree; the one that scores higher was scored"
    )
    as_entered = serializers.DictField(
        child=EnteredSerializer(),
        help_text="By field, where another unit or more digits were entered",
    )
    absent_reasons = serializers.DictField(
        child=serializers.ChoiceField(choices=tuple(ABSENT_REASONS)),
        help_text="By field, why it was not measured",
    )
    points = serializers.DictField(child=serializers.IntegerField())
    missing = serializers.ListField(child=serializers.CharField())
    confirmed = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = VitalSigns
        fields = [
            "id",
            "patient",
            "encounter",
            "measured_at",
            "recorded_by",
            "source",
            "on_supplemental_oxygen",
            "consciousness",
            "body_mass_index",
            "two_readings_differ",
            "as_entered",
            "absent_reasons",
            "score",
            "score_min",
            "score_max",
            "risk",
            "risk_min",
            "points",
            "missing",
            "not_applicable_because",
            "rule",
            "saturation_scale",
            "confirmed",
            "status",
            "replaces",
            "reason",
            "note",
            "created_at",
            "version",
        ]
        read_only_fields = fields

    def get_fields(self):
        return super().get_fields() | _number_fields(read_only=True)

    @extend_schema_field(serializers.ChoiceField(choices=CONSCIOUSNESS, allow_null=True))
    def get_consciousness(self, vital_signs):
        return vital_signs.consciousness or None


def vital_signs_json(vital_signs: VitalSigns) -> dict:
    """Return one set as every resource shows it."""
    return VitalSignsSerializer(vital_signs).data


class _SetInput(StrictSerializer):
    """The measurements, gathered under one name for the service."""

    on_supplemental_oxygen = StrictBooleanField(
        required=False, allow_null=True, help_text="true: oxygen, false: room air, null: not stated"
    )
    consciousness = ChoiceField(
        required=False, allow_null=True, allow_blank=True, choices=CONSCIOUSNESS
    )
    note = TextField(required=False, max_length=4000)
    absent_reasons = serializers.DictField(
        required=False,
        child=ChoiceField(choices=tuple(ABSENT_REASONS)),
        help_text="{field: why it was not measured}",
    )
    confirm = ConfirmField(codes=QUESTION_CODES, required=False, source="confirmed")

    def get_fields(self):
        return super().get_fields() | _number_fields(required=False)

    def validate(self, attrs):
        measurements = {name: attrs.pop(name) for name in MEASUREMENT_FIELDS if name in attrs}
        return attrs | {"measurements": measurements}


class NewVitalSignsSerializer(_SetInput):
    """A set to record; every measurement may be left out, at least one must be there."""

    measured_at = TimestampField(help_text="With an offset from UTC")
    source = ChoiceField(required=False, choices=VitalSigns.Source.choices)


class CorrectionSerializer(_SetInput):
    """What was wrong: a measurement left out keeps its value, null takes it out."""

    reason = TextField(max_length=400, help_text="Why the set is corrected")
    measured_at = TimestampField(required=False)


class WithdrawalSerializer(StrictSerializer):
    """Why a set is withdrawn without another one in its place."""

    reason = TextField(max_length=400)
