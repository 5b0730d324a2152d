"""The reading list over REST: studies that wait for a person, most urgent first."""

from django.db.models import Prefetch, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import GenericAPIView

from aicare.audit import record_access
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import MayRead, require
from aicare.rest.query import PAGE, KnownParameters
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.reading_list import studies_to_read
from inference.serializers import JobSummarySerializer, StatementSerializer
from inference.statements import statements

# Ids are ordered by time.
PLACE = Concat(Cast("urgency", CharField()), Value(" "), Cast("id", CharField()))
REASONS = {
    "second_reader": "A reader could not tell",
    "finding": "The machine found a pattern or is uncertain",
    "unsigned": "A machine result is not signed",
    "abstained": "The machine gave no result",
    "failed": "The analysis failed",
    "waiting_long": "The analysis takes longer than it should",
    "not_analysed": "No classifier reads such pictures, or its request was cancelled",
}


class MostUrgentFirst(NewestFirstPagination):
    """By urgency, then as they came; one column holds both, so that a cursor is exact."""

    ordering = ("place",)


class WaitingPatientSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    medical_record_number = serializers.CharField()


class UnsignedReportSerializer(serializers.ModelSerializer):
    statements = serializers.SerializerMethodField()

    class Meta:
        model = DiagnosticReport
        fields = ["id", "status", "abstained_because", "needs_second_reader", "statements"]
        read_only_fields = fields

    @extend_schema_field(StatementSerializer(many=True))
    def get_statements(self, report):
        return StatementSerializer(statements(report), many=True).data


class WaitingStudySerializer(serializers.ModelSerializer):
    """One line of the reading list."""

    patient = WaitingPatientSerializer()
    reasons = serializers.SerializerMethodField()
    jobs = JobSummarySerializer(many=True, read_only=True)
    reports = UnsignedReportSerializer(many=True, read_only=True)

    class Meta:
        model = ImagingStudy
        fields = [
            "id",
            "patient",
            "modality",
            "body_part",
            "description",
            "priority",
            "started_at",
            "created_at",
            "reasons",
            "jobs",
            "reports",
        ]
        read_only_fields = fields

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(list(REASONS.items())))
    )
    def get_reasons(self, study):
        return reasons_of(study)


def reasons_of(study) -> list[str]:
    """Return why the study waits, the weightiest reason first; needs reports and jobs."""
    reports = [one for one in study.reports.all() if not one.is_signed or one.needs_second_reader]
    found = set()
    for report in reports:
        calls = {finding.call for finding in report.findings.all()}
        found.add("second_reader" if report.needs_second_reader else "unsigned")
        if calls & {Finding.Call.POSITIVE, Finding.Call.UNCERTAIN}:
            found.add("finding")
        if report.abstained_because:
            found.add("abstained")
    if not reports:
        found.add(_why_unanswered(study.jobs.all()))
    return [reason for reason in REASONS if reason in found]


def _why_unanswered(jobs) -> str:
    if any(not job.has_ended for job in jobs):
        return "waiting_long"
    has_failed = any(job.status == InferenceJob.Status.FAILED for job in jobs)
    return "failed" if has_failed else "not_analysed"


@extend_schema_view(
    get=extend_schema(
        summary="Read the reading list",
        description="Studies that wait for a person, the most urgent first: unsigned, abstained, "
        "failed and never analysed ones.",
        responses=WaitingStudySerializer(many=True),
    )
)
class WorklistView(KnownParameters, GenericAPIView):
    """Unsigned, abstained, failed and never analysed studies."""

    permission_classes = [MayRead]
    read_permission = "inference.view_diagnosticreport"
    serializer_class = WaitingStudySerializer
    pagination_class = MostUrgentFirst
    parameters = PAGE
    queryset = ImagingStudy.objects.none()

    def get(self, request):
        require(request, self.read_permission)
        reports = DiagnosticReport.objects.clinical().exclude(
            status__in=["cancelled", "entered-in-error"]
        )
        studies = (
            studies_to_read(request.user)
            .annotate(place=PLACE)
            .select_related("patient")
            .prefetch_related(
                Prefetch("reports", reports.with_content()),
                Prefetch("jobs", InferenceJob.objects.clinical().select_related("model_version")),
            )
        )
        page = self.paginate_queryset(studies)
        answer = self.get_paginated_response(self.get_serializer(page, many=True).data)
        record_access(
            user=request.user,
            action="worklist.read",
            patient_ids=sorted({study.patient_id for study in page}),
        )
        return answer
