"""A person as JSON: in, out, and what of it may change."""

from django.utils import timezone
from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.models import Patient
from patients.pregnancy import PREGNANCY_UNLIKELY
from patients.rest_fields import ChoiceField, TextField, TimestampField
from patients.serializers.confirming import ConfirmField
from patients.serializers.people import PersonSerializer


class EmergencyContactSerializer(StrictSerializer):
    """Whom to call."""

    name = TextField(required=False, max_length=120, source="emergency_contact_name")
    relationship = TextField(required=False, max_length=60, source="emergency_contact_relationship")
    phone = TextField(required=False, max_length=40, source="emergency_contact_phone")


class PatientSerializer(serializers.ModelSerializer):
    """A person in the care of a site."""

    age_years = serializers.SerializerMethodField(help_text="null when the birth date is unknown")
    emergency_contact = EmergencyContactSerializer(source="*")
    created_by = PersonSerializer(allow_null=True)
    pregnancy_status_by = PersonSerializer(allow_null=True)
    saturation_scale_authorised_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Patient
        fields = [
            "id",
            "site",
            "medical_record_number",
            "family_name",
            "given_names",
            "name",
            "birth_date",
            "age_years",
            "sex",
            "pregnancy_status",
            "pregnancy_status_since",
            "pregnancy_status_by",
            "phone",
            "address",
            "emergency_contact",
            "deceased_at",
            "merged_into",
            "saturation_scale",
            "saturation_scale_authorised_by",
            "saturation_scale_authorised_at",
            "created_at",
            "created_by",
            "version",
        ]
        read_only_fields = fields

    def get_age_years(self, patient) -> int | None:
        return patient.age_in_years(timezone.now().astimezone(patient.site.zone).date())


class MergedRecordSerializer(serializers.ModelSerializer):
    """A record that was merged into another one."""

    class Meta:
        model = Patient
        fields = ["id", "medical_record_number", "name", "birth_date"]
        read_only_fields = fields


class FoundPatientSerializer(PatientSerializer):
    """A hit of a search."""

    was = MergedRecordSerializer(
        allow_null=True,
        read_only=True,
        help_text="The merged record under whose name or number the patient was found, else null",
    )

    class Meta(PatientSerializer.Meta):
        fields = [*PatientSerializer.Meta.fields, "was"]
        read_only_fields = fields

    def to_representation(self, hit):
        was = MergedRecordSerializer(hit.was).data if hit.was else None
        return PatientSerializer(hit.patient).data | {"was": was}


class PatientChangeSerializer(StrictSerializer):
    """What may change about a person; what is left out stays."""

    medical_record_number = TextField(required=False, allow_blank=False, max_length=64)
    family_name = TextField(required=False, allow_blank=False, max_length=120)
    given_names = TextField(required=False, max_length=120)
    birth_date = serializers.DateField(required=False, allow_null=True)
    sex = ChoiceField(required=False, choices=Patient.Sex.choices)
    pregnancy_status = ChoiceField(required=False, choices=Patient.PregnancyStatus.choices)
    phone = TextField(required=False, max_length=40)
    address = TextField(required=False, max_length=300)
    emergency_contact = EmergencyContactSerializer(required=False, source="*")
    deceased_at = TimestampField(required=False, allow_null=True)
    saturation_scale = ChoiceField(
        required=False,
        choices=[(1, "usual target"), (2, "target of 88 to 92 %")],
        help_text="2 only where a clinician authorises the target of 88 to 92 %",
    )
    reason = TextField(required=False, max_length=400, help_text="Why it is changed; for history")
    confirm = ConfirmField(codes=(PREGNANCY_UNLIKELY,), required=False, source="confirmed")


class NewPatientSerializer(PatientChangeSerializer):
    """A person to register; ``site`` may be left out by a caller who has one."""

    reason = None
    site = serializers.UUIDField(required=False)
    medical_record_number = TextField(max_length=64)
    family_name = TextField(max_length=120)
