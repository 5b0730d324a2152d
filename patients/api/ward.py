"""Who is here, how they are, whose set is due, which machine findings nobody has signed."""

from collections import defaultdict

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from aicare.audit import record_access
from aicare.rest.pagination import NewestFirstPagination
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding
from patients.api.resource import Resource
from patients.models import Encounter
from patients.monitoring import early_warnings
from patients.serializers import EarlyWarningSerializer, EncounterSerializer, PatientSerializer


class UnsignedFindingSerializer(serializers.ModelSerializer):
    """What a machine found and nobody has signed: never a fact."""

    study = serializers.UUIDField(source="report.study_id")
    status = serializers.CharField(source="report.status", help_text="Always preliminary")

    class Meta:
        model = Finding
        fields = ["study", "report", "status", "label", "display", "probability", "call"]


class OnWardSerializer(serializers.Serializer):
    """One open stay."""

    encounter = EncounterSerializer()
    patient = PatientSerializer()
    early_warning = EarlyWarningSerializer(allow_null=True)
    unsigned_findings = UnsignedFindingSerializer(many=True)


class ByBed(NewestFirstPagination):
    """In the order of wards and beds."""

    ordering = ("ward", "bed", "id")


class Ward(Resource):
    """The open stays."""

    read_permission = "patients.view_encounter"
    pagination_class = ByBed

    @extend_schema(
        operation_id="ward_list",
        parameters=[OpenApiParameter("ward", str, description="Only this ward")],
        responses=OnWardSerializer(many=True),
    )
    def get(self, request):
        self.may_read()
        stays = (
            Encounter.objects.visible_to(request.user)
            .open()
            .select_related(
                "patient__site",
                "patient__pregnancy_status_by",
                "patient__saturation_scale_authorised_by",
            )
        )
        ward = request.query_params.get("ward")
        if ward is not None:
            stays = stays.filter(ward=ward.replace("\0", "")[:80])
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(stays, request, view=self)
        answer = paginator.get_paginated_response(OnWardSerializer(on_ward(page), many=True).data)
        shown = [stay.patient_id for stay in page]
        record_access(user=request.user, action="ward.read", patient_ids=shown)
        return answer


def on_ward(stays: list[Encounter]) -> list[dict]:
    """Return what the board says about each stay, in a fixed number of queries."""
    patients = [stay.patient for stay in stays]
    warnings = early_warnings(patients, now=timezone.now())
    findings = unsigned_findings([patient.pk for patient in patients])
    return [
        {
            "encounter": stay,
            "patient": stay.patient,
            "early_warning": warnings.get(stay.patient_id),
            "unsigned_findings": findings[stay.patient_id],
        }
        for stay in stays
    ]


def unsigned_findings(patient_ids) -> dict:
    """Return by patient what machines called positive or uncertain and nobody has signed."""
    reports = DiagnosticReport.objects.clinical().unsigned()
    rows = (
        Finding.objects.filter(
            report__in=reports.filter(
                study__patient__in=patient_ids, study__status=ImagingStudy.Status.AVAILABLE
            ),
            call__in=[Finding.Call.POSITIVE, Finding.Call.UNCERTAIN],
        )
        .defer("evidence")
        .select_related("report__study")
        .order_by("-report__created_at", "position")
    )
    found = defaultdict(list)
    for row in rows:
        found[row.report.study.patient_id].append(row)
    return found


urlpatterns = [path("ward/", Ward.as_view(), name="ward")]
