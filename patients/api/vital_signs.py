"""Read, record, correct and withdraw sets of vital signs."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema

from aicare.rest.idempotency import create_once
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import require
from patients.api.resource import IDEMPOTENCY_KEY, Resource, moment_in_query
from patients.models import VitalSigns
from patients.serializers import (
    CorrectionSerializer,
    NewVitalSignsSerializer,
    VitalSignsSerializer,
    WithdrawalSerializer,
    vital_signs_json,
)
from patients.services import correct_vital_signs, record_vital_signs, withdraw_vital_signs


class ByMeasurement(NewestFirstPagination):
    """The set measured last comes first."""

    ordering = ("-measured_at", "-id")


class VitalSignsResource(Resource):
    pagination_class = ByMeasurement
    read_permission = "patients.view_vitalsigns"

    def sets(self, patient):
        """Return the patient's sets, those entered in error too: only where they say so."""
        visible = VitalSigns.objects.visible_to(self.request.user).filter(patient=patient)
        return visible.select_related("recorded_by")

    def one_set(self, patient):
        return get_object_or_404(self.sets(patient), pk=self.kwargs["set_id"])

    def create(self, patient, act, *, status=201):
        return create_once(
            self.request,
            act=act,
            find=lambda pk: get_object_or_404(self.sets(patient), pk=pk),
            represent=vital_signs_json,
            status_of=lambda made: status,
        )


class VitalSignsList(VitalSignsResource):
    """The sets of a patient that stand, newest first."""

    @extend_schema(
        operation_id="vital_signs_list",
        parameters=[
            OpenApiParameter("since", str, description="Measured at or after, with an offset"),
            OpenApiParameter("until", str, description="Measured at or before, with an offset"),
            OpenApiParameter(
                "include", str, enum=["entered-in-error"], description="Also sets in error"
            ),
        ],
        responses=VitalSignsSerializer(many=True),
    )
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        found = self.sets(patient)
        if request.query_params.get("include") != VitalSigns.Status.ENTERED_IN_ERROR:
            found = found.final()
        if since := moment_in_query(request, "since"):
            found = found.filter(measured_at__gte=since)
        if until := moment_in_query(request, "until"):
            found = found.filter(measured_at__lte=until)
        return self.answer_page(
            found, VitalSignsSerializer, action="vital-signs.listed", patient_id=patient.pk
        )

    @extend_schema(
        operation_id="vital_signs_create",
        parameters=[IDEMPOTENCY_KEY],
        request=NewVitalSignsSerializer,
        responses={201: VitalSignsSerializer},
    )
    def post(self, request, patient_id):
        patient = self.patient()
        require(request, "patients.add_vitalsigns")
        entered = self.valid(NewVitalSignsSerializer)
        return self.create(
            patient,
            lambda: record_vital_signs(patient=patient, recorded_by=request.user, **entered),
        )


class VitalSignsDetail(VitalSignsResource):
    """One set, whether it stands or not."""

    @extend_schema(operation_id="vital_signs_retrieve", responses=VitalSignsSerializer)
    def get(self, request, patient_id, set_id):
        patient = self.patient()
        vital_signs = self.one_set(patient)
        self.may_read()
        return self.answer_one(
            vital_signs, VitalSignsSerializer, action="vital-signs.read", patient_id=patient.pk
        )


class VitalSignsCorrection(VitalSignsResource):
    """A set that was wrong, and the one that takes its place."""

    @extend_schema(
        operation_id="vital_signs_correct",
        parameters=[IDEMPOTENCY_KEY],
        request=CorrectionSerializer,
        responses={201: VitalSignsSerializer},
    )
    def post(self, request, patient_id, set_id):
        patient = self.patient()
        vital_signs = self.one_set(patient)
        require(request, "patients.change_vitalsigns")
        entered = self.valid(CorrectionSerializer)
        return self.create(
            patient,
            lambda: correct_vital_signs(
                vital_signs=vital_signs, corrected_by=request.user, **entered
            ),
        )


class VitalSignsWithdrawal(VitalSignsResource):
    """A set that should not be there, such as another patient's."""

    @extend_schema(
        operation_id="vital_signs_withdraw",
        parameters=[IDEMPOTENCY_KEY],
        request=WithdrawalSerializer,
        responses={200: VitalSignsSerializer},
    )
    def post(self, request, patient_id, set_id):
        patient = self.patient()
        vital_signs = self.one_set(patient)
        require(request, "patients.change_vitalsigns")
        reason = self.valid(WithdrawalSerializer)["reason"]
        return self.create(
            patient,
            lambda: withdraw_vital_signs(
                vital_signs=vital_signs, withdrawn_by=request.user, reason=reason
            ),
            status=200,
        )


SETS = "patients/<uuid:patient_id>/vital-signs/"
ONE_SET = f"{SETS}<uuid:set_id>/"
urlpatterns = [
    path(SETS, VitalSignsList.as_view(), name="vital-signs-list"),
    path(ONE_SET, VitalSignsDetail.as_view(), name="vital-signs-detail"),
    path(f"{ONE_SET}correct/", VitalSignsCorrection.as_view(), name="vital-signs-correct"),
    path(f"{ONE_SET}withdraw/", VitalSignsWithdrawal.as_view(), name="vital-signs-withdraw"),
]
