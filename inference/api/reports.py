"""Reports over REST: read, sign, report without AI, heat maps."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from aicare.audit import record_access, record_live_read
from aicare.rest.idempotency import create_once
from aicare.rest.permissions import MayRead, require
from aicare.rest.preconditions import check_if_match, etag_of
from aicare.rest.query import PAGE, KnownParameters
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY, IF_STILL
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding, Review
from inference.serializers import OwnReportInputSerializer, ReportSerializer, ReviewInputSerializer
from inference.services import report_without_ai, review_report

AGREED = OpenApiExample("Agreed", value={"decision": "agree"}, request_only=True)
CORRECTED = OpenApiExample(
    "One call corrected",
    value={
        "decision": "disagree",
        "findings": {"covid-19": "negative"},
        "comment": "An artefact of the cassette.",
    },
    request_only=True,
)
OWN_REPORT = OpenApiExample(
    "A report without AI",
    value={"conclusion": "No fracture. Old healed fracture of the seventh rib."},
    request_only=True,
)
PNG = "image/png"


def visible_reports(request):
    return DiagnosticReport.objects.visible_to(request.user).with_content().select_related("study")


class ReportView(KnownParameters, APIView):
    """One report: what the machine found, what people decided, what it says now."""

    permission_classes = [MayRead]
    read_permission = "inference.view_diagnosticreport"

    @extend_schema(
        summary="Read one report",
        description="What the machine found, what people decided, and what the report says now.",
        responses=ReportSerializer,
        parameters=[ETAG],
    )
    def get(self, request, report_id):
        report = get_object_or_404(visible_reports(request), pk=report_id)
        require(request, self.read_permission)
        answer = Response(ReportSerializer(report).data, headers={"ETag": etag_of(report)})
        record_access(
            user=request.user,
            action="report.read",
            patient_id=report.study.patient_id,
            object_id=report.pk,
        )
        return answer


class ReviewView(KnownParameters, APIView):
    """Agree, disagree or cannot tell; the first signature makes the report final."""

    permission_classes = [MayRead]
    read_permission = "inference.view_diagnosticreport"

    @extend_schema(
        summary="Sign, correct or reject a report",
        description="Agree, disagree (with a call for at least one label) or cannot tell. The "
        "first signature makes the report final, a later one amended.",
        request=ReviewInputSerializer,
        responses={201: ReportSerializer},
        parameters=[IDEMPOTENCY_KEY, IF_STILL],
        examples=[AGREED, CORRECTED],
    )
    def post(self, request, report_id):
        report = get_object_or_404(visible_reports(request), pk=report_id)
        require(request, "inference.sign_diagnosticreport")
        sent = ReviewInputSerializer(data=request.data)
        sent.is_valid(raise_exception=True)

        def act():
            # A repeated delivery never comes here: its own first one has changed the version.
            expected = None
            if "If-Match" in request.headers:
                check_if_match(request, report)
                expected = report.version
            return review_report(
                report=report,
                reviewer=request.user,
                expected_version=expected,
                **sent.validated_data,
            )

        def find(review_id: UUID):
            return get_object_or_404(Review.objects.visible_to(request.user), pk=review_id)

        def represent(review):
            return ReportSerializer(visible_reports(request).get(pk=review.report_id)).data

        return create_once(request, act=act, find=find, represent=represent)


@extend_schema_view(
    get=extend_schema(
        summary="List the reports on a study",
        description="Machines' and people's, the newest first.",
        responses=ReportSerializer(many=True),
    )
)
class StudyReportsView(KnownParameters, GenericAPIView):
    """The reports of one study, a person's among them."""

    group = "diagnostic-reports"
    parameters = PAGE
    permission_classes = [MayRead]
    read_permission = "inference.view_diagnosticreport"
    serializer_class = ReportSerializer
    queryset = DiagnosticReport.objects.none()

    def get(self, request, study_id):
        study = get_object_or_404(ImagingStudy.objects.visible_to(request.user), pk=study_id)
        require(request, self.read_permission)
        page = self.paginate_queryset(visible_reports(request).filter(study=study))
        answer = self.get_paginated_response(self.get_serializer(page, many=True).data)
        record_access(
            user=request.user,
            action="reports.listed",
            patient_id=study.patient_id,
            object_id=study.pk,
        )
        return answer

    @extend_schema(
        summary="Report on a study without AI",
        request=OwnReportInputSerializer,
        responses={201: ReportSerializer},
        parameters=[IDEMPOTENCY_KEY],
        examples=[OWN_REPORT],
    )
    def post(self, request, study_id):
        """Report without AI: signed by sending it."""
        study = get_object_or_404(ImagingStudy.objects.visible_to(request.user), pk=study_id)
        require(request, "inference.sign_diagnosticreport")
        sent = OwnReportInputSerializer(data=request.data)
        sent.is_valid(raise_exception=True)

        def find(report_id: UUID):
            return get_object_or_404(visible_reports(request), pk=report_id)

        return create_once(
            request,
            act=lambda: report_without_ai(
                study=study, reviewer=request.user, **sent.validated_data
            ),
            find=find,
            represent=lambda report: ReportSerializer(find(report.pk)).data,
        )


class EvidenceView(KnownParameters, APIView):
    """Where in the picture the evidence for one label lies: a grey PNG over the whole frame."""

    group = "diagnostic-reports"
    permission_classes = [MayRead]
    read_permission = "inference.view_diagnosticreport"

    def perform_content_negotiation(self, request, force=True):
        # A browser asks for image/*; errors are JSON all the same.
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        summary="Read a finding's heat map",
        description="Where in the picture the evidence lies: a grey PNG over the whole frame.",
        responses={(200, PNG): OpenApiTypes.BINARY},
    )
    def get(self, request, finding_id):
        finding = get_object_or_404(
            Finding.objects.visible_to(request.user).select_related("report__study"), pk=finding_id
        )
        require(request, self.read_permission)
        if not finding.evidence:
            raise NotFound(_("There is no heat map for this label."))
        answer = HttpResponse(bytes(finding.evidence), content_type=PNG)
        # A finding is never changed; the browser may keep it, and asks whether it may be shown.
        answer.headers["ETag"] = f'"{finding.pk}"'
        answer.headers["Cache-Control"] = "private, no-cache"
        record_live_read(
            user=request.user,
            action="evidence.read",
            patient_id=finding.report.study.patient_id,
            object_id=finding.pk,
        )
        return answer
