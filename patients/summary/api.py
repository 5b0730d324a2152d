"""``GET /patients/{id}/summary/``."""

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from aicare.audit import record_access
from aicare.rest.permissions import MayRead
from aicare.rest.query import KnownParameters
from patients.models import Patient
from patients.summary.building import build_summary
from patients.summary.serializers import PatientSummarySerializer


class SummaryView(KnownParameters, APIView):
    """Score, signs, problems, images with their findings and alerts of one patient."""

    permission_classes = [MayRead]
    read_permission = "patients.view_patient"

    @extend_schema(
        operation_id="patients_summary_retrieve",
        summary="Read one patient in a minute",
        description="Score, newest signs, problems, images with signed and unsigned findings, "
        "alerts, and where signs and images do not fit together.",
        responses=PatientSummarySerializer,
    )
    def get(self, request, patient_id):
        visible = Patient.objects.visible_to(request.user)
        visible = visible.with_people().select_related(
            "merged_into__site",
            "merged_into__created_by",
            "merged_into__pregnancy_status_by",
            "merged_into__saturation_scale_authorised_by",
        )
        patient = get_object_or_404(visible, pk=patient_id).standing
        # Times in sentences are those of the site; times in fields carry their offset.
        with timezone.override(patient.site.zone):
            summary = build_summary(patient, now=timezone.now())
        answer = PatientSummarySerializer(summary).data
        record_access(user=request.user, action="patient.summary-read", patient_id=patient.pk)
        return Response(answer)


urlpatterns = [
    path("patients/<uuid:patient_id>/summary/", SummaryView.as_view(), name="patient-summary"),
]
