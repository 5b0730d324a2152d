"""Who is here, how they are, whose set is due, which machine findings nobody has signed."""

from collections import defaultdict

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from aicare.audit import record_access
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.query import PAGE
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding
from patients.api.examples import ON_WARD
from patients.api.resource import Resource, text_in_query
from patients.models import Encounter
from patients.monitoring import early_warnings
from patients.serializers import EarlyWarningSerializer, EncounterSerializer, PatientSerializer
from patients.ward import emergency_phone_for

# Of somebody with very many unsigned studies only the newest findings are listed.
MOST_FINDINGS = 20
OF_PATIENT = F("report__study__patient")
NEWEST_FIRST = [F("report__created_at").desc(), F("report").desc(), F("position").asc()]


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
    emergency_phone = serializers.CharField(
        help_text="The site's emergency number while the risk is high, otherwise empty"
    )
    unsigned_findings = UnsignedFindingSerializer(
        many=True, help_text=f"The newest {MOST_FINDINGS} at most"
    )
    unsigned_findings_count = serializers.IntegerField(help_text="All of them")


class ByBed(NewestFirstPagination):
    """In the order of wards and beds."""

    ordering = ("ward", "bed", "id")


class Ward(Resource):
    """The open stays."""

    read_permission = "patients.view_encounter"
    pagination_class = ByBed
    parameters = PAGE | {"ward"}

    @extend_schema(
        operation_id="ward_list",
        summary="Read the ward board",
        description="The open stays of your sites with score, risk, due time and unsigned machine "
        "findings, by ward and bed.",
        parameters=[OpenApiParameter("ward", str, description="Only this ward")],
        responses=OnWardSerializer(many=True),
        examples=[ON_WARD],
    )
    def get(self, request):
        self.may_read()
        stays = (
            Encounter.objects.of_own_sites(request.user)
            .open()
            .select_related(
                "created_by",
                "patient__site",
                "patient__created_by",
                "patient__pregnancy_status_by",
                "patient__saturation_scale_authorised_by",
            )
        )
        if (ward := text_in_query(request, "ward")) is not None:
            stays = stays.filter(ward=ward)
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
    findings, counts = unsigned_findings([patient.pk for patient in patients])
    return [
        {
            "encounter": stay,
            "patient": stay.patient,
            "early_warning": warnings.get(stay.patient_id),
            "emergency_phone": emergency_phone_for(
                warnings.get(stay.patient_id), stay.patient.site
            ),
            "unsigned_findings": findings[stay.patient_id],
            "unsigned_findings_count": counts.get(stay.patient_id, 0),
        }
        for stay in stays
    ]


def unsigned_findings(patient_ids) -> tuple[dict, dict]:
    """Return by patient what machines called positive or uncertain and nobody has signed.

    The newest findings, and how many there are in all.
    """
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
        .annotate(
            place=Window(RowNumber(), partition_by=[OF_PATIENT], order_by=NEWEST_FIRST),
            of_patient=Window(Count("pk"), partition_by=[OF_PATIENT]),
        )
        .filter(place__lte=MOST_FINDINGS)
        .order_by("place")
    )
    found, counts = defaultdict(list), {}
    for row in rows:
        found[row.report.study.patient_id].append(row)
        counts[row.report.study.patient_id] = row.of_patient
    return found, counts


urlpatterns = [path("ward/", Ward.as_view(), name="ward")]
