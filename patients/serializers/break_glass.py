"""Opening a record of another site: what is sent, and what its reader and administrators see."""

from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from patients.models import BreakGlassGrant, Patient
from patients.rest_fields import TextField
from patients.serializers.people import PersonSerializer


class OpenRecordSerializer(StrictSerializer):
    """Whom to open and why: the record number, or the full name with the birth date."""

    medical_record_number = TextField(required=False, max_length=64)
    family_name = TextField(required=False, max_length=120)
    given_names = TextField(required=False, max_length=120)
    birth_date = serializers.DateField(required=False)
    reason = TextField(required=False, max_length=400, help_text="At least 10 characters; required")


class VerdictSerializer(StrictSerializer):
    """What the administrator found."""

    verdict = TextField(required=False, max_length=400, help_text="With no patient data; required")


class OpenedPatientSerializer(serializers.ModelSerializer):
    """Enough to be sure that it is the right person."""

    class Meta:
        model = Patient
        fields = [
            "id", "site", "medical_record_number", "name", "family_name", "given_names",
            "birth_date", "sex",
        ]  # fmt: skip
        read_only_fields = fields


class GrantSerializer(serializers.ModelSerializer):
    """The caller's own leave to open a record."""

    patient = OpenedPatientSerializer()

    class Meta:
        model = BreakGlassGrant
        fields = ["id", "patient", "reason", "granted_at", "expires_at", "ended_at", "is_running"]
        read_only_fields = fields


class OpeningSerializer(serializers.ModelSerializer):
    """An opening as administrators see it: by id, without the name."""

    user = PersonSerializer()
    site = serializers.UUIDField(source="patient.site_id", help_text="Whose patient it is")
    patient = serializers.UUIDField(source="patient_id")
    looked_at_by = PersonSerializer(allow_null=True)
    reads = serializers.IntegerField(help_text="Acts of reading under it, in the audit trail")
    changes = serializers.IntegerField(help_text="Changes under it, in the audit trail")

    class Meta:
        model = BreakGlassGrant
        fields = [
            "id", "user", "site", "patient", "reason", "granted_at", "expires_at", "ended_at",
            "is_running", "reads", "changes", "looked_at", "looked_at_by", "verdict",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, opening):
        opening.grant.reads, opening.grant.changes = opening.reads, opening.changes
        return super().to_representation(opening.grant)
