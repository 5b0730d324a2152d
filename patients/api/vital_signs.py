"""Read, record, correct and withdraw sets of vital signs."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from aicare.rest.idempotency import create_once
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import require
from aicare.rest.preconditions import check_if_match
from aicare.rest.query import PAGE, one_of
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY, IF_STILL
from patients.api.examples import FAHRENHEIT, RECORDED, SIGNS, SWAPPED
from patients.api.resource import Resource, moment_in_query
from patients.models import VitalSigns
from patients.serializers import (
    CorrectionSerializer,
    NewVitalSignsSerializer,
    VitalSignsSerializer,
    WithdrawalSerializer,
    vital_signs_json,
)
from patients.services import correct_vital_signs, record_vital_signs, withdraw_vital_signs

WHOLE_SET = {"measured_at": "2026-03-10T08:15:00+01:00", **SIGNS}
PARTIAL_SET = {
    "measured_at": "2026-03-10T08:15:00+01:00",
    "heart_rate_per_min": 104,
    "heart_rate_second_per_min": 108,
    "absent_reasons": {"temperature_celsius": "asked-declined"},
    "note": "asleep",
}


def example(name: str, body: dict) -> OpenApiExample:
    return OpenApiExample(name, value=body, request_only=True)


class ByMeasurement(NewestFirstPagination):
    """The set measured last comes first."""

    ordering = ("-measured_at", "-id")


class VitalSignsResource(Resource):
    group = "vital-signs"
    pagination_class = ByMeasurement
    read_permission = "patients.view_vitalsigns"

    def sets(self, patient):
        """Return the patient's sets, those entered in error too: only where they say so."""
        visible = VitalSigns.objects.visible_to(self.request.user).filter(patient=patient)
        return visible.select_related("recorded_by")

    def one_set(self, patient):
        return get_object_or_404(self.sets(patient), pk=self.kwargs["set_id"])

    def expected_version(self, vital_signs):
        """Return the version that the caller has read, if they say which, or answer 412."""
        if "If-Match" not in self.request.headers:
            return None
        check_if_match(self.request, vital_signs)
        return vital_signs.version

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

    parameters = PAGE | {"since", "until", "include"}

    @extend_schema(
        operation_id="vital_signs_list",
        summary="List a patient's sets of vital signs",
        description="The sets that stand, the one measured last first.",
        parameters=[
            OpenApiParameter(
                "since",
                OpenApiTypes.DATETIME,
                description="Measured at or after, with an offset",
            ),
            OpenApiParameter(
                "until",
                OpenApiTypes.DATETIME,
                description="Measured at or before, with an offset",
            ),
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
        if one_of(request, "include", (VitalSigns.Status.ENTERED_IN_ERROR.value,)) is None:
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
        summary="Record a set of vital signs",
        description="Any part of a set; the answer holds the score by today's rule. What cannot "
        "be is 400, with a `suggestion` where a slip is likely; what is odd is 409 "
        "`confirm_required`: repeat with the codes in `confirm`, or with `true`.",
        parameters=[IDEMPOTENCY_KEY, ETAG],
        request=NewVitalSignsSerializer,
        responses={201: VitalSignsSerializer},
        examples=[
            example("A whole set", WHOLE_SET),
            example("A part of a set, and why the rest is missing", PARTIAL_SET),
            example(
                "A question answered",
                WHOLE_SET | {"diastolic_mmhg": 110, "confirm": ["pressure_swapped"]},
            ),
            RECORDED,
            FAHRENHEIT,
            SWAPPED,
        ],
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

    @extend_schema(
        operation_id="vital_signs_retrieve",
        summary="Read one set of vital signs",
        description="One set, whether it stands or not.",
        parameters=[ETAG],
        responses=VitalSignsSerializer,
    )
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
        summary="Correct a set of vital signs",
        description="Marks the set as entered in error and stores a new one in its place: a "
        "measurement that is left out keeps its value, null takes it out. 409 "
        "`already_corrected` if somebody did so before.",
        parameters=[IDEMPOTENCY_KEY, IF_STILL, ETAG],
        request=CorrectionSerializer,
        responses={201: VitalSignsSerializer},
        examples=[
            example("One value was wrong", {"reason": "typing slip", "heart_rate_per_min": 108}),
            example(
                "One value should not be there",
                {"reason": "taken from the wrong arm", "systolic_mmhg": None},
            ),
        ],
    )
    def post(self, request, patient_id, set_id):
        patient = self.patient()
        vital_signs = self.one_set(patient)
        require(request, "patients.change_vitalsigns")
        entered = self.valid(CorrectionSerializer)
        return self.create(
            patient,
            lambda: correct_vital_signs(
                vital_signs=vital_signs,
                corrected_by=request.user,
                expected_version=self.expected_version(vital_signs),
                **entered,
            ),
        )


class VitalSignsWithdrawal(VitalSignsResource):
    """A set that should not be there, such as another patient's."""

    @extend_schema(
        operation_id="vital_signs_withdraw",
        summary="Withdraw a set of vital signs",
        description="Marks the set as entered in error, with none in its place.",
        parameters=[IDEMPOTENCY_KEY, IF_STILL, ETAG],
        request=WithdrawalSerializer,
        responses={200: VitalSignsSerializer},
        examples=[example("Another patient's", {"reason": "measured on the patient in bed 8"})],
    )
    def post(self, request, patient_id, set_id):
        patient = self.patient()
        vital_signs = self.one_set(patient)
        require(request, "patients.change_vitalsigns")
        reason = self.valid(WithdrawalSerializer)["reason"]
        return self.create(
            patient,
            lambda: withdraw_vital_signs(
                vital_signs=vital_signs,
                withdrawn_by=request.user,
                reason=reason,
                expected_version=self.expected_version(vital_signs),
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
