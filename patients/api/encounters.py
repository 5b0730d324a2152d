"""Admit, move and discharge over REST."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema

from aicare.errors import InvalidInput
from aicare.rest.idempotency import create_once
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import require
from aicare.rest.preconditions import check_if_match
from patients.api.resource import IDEMPOTENCY_KEY, IF_MATCH, Resource, changed
from patients.models import Encounter
from patients.serializers import (
    EncounterChangeSerializer,
    EncounterSerializer,
    NewEncounterSerializer,
)
from patients.services import end_encounter, move_encounter, start_encounter


class NewestStayFirst(NewestFirstPagination):
    """The stay that began last comes first."""

    ordering = ("-started_at", "-id")


class EncounterResource(Resource):
    pagination_class = NewestStayFirst
    read_permission = "patients.view_encounter"

    def encounters(self, patient):
        return Encounter.objects.visible_to(self.request.user).filter(patient=patient)

    def one(self, patient):
        return get_object_or_404(
            self.encounters(patient).select_related("patient"), pk=self.kwargs["encounter_id"]
        )


class EncounterList(EncounterResource):
    """The stays and visits of a patient."""

    @extend_schema(operation_id="encounters_list", responses=EncounterSerializer(many=True))
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        return self.answer_page(
            self.encounters(patient),
            EncounterSerializer,
            action="encounters.listed",
            patient_id=patient.pk,
        )

    @extend_schema(
        operation_id="encounters_create",
        parameters=[IDEMPOTENCY_KEY],
        request=NewEncounterSerializer,
        responses={201: EncounterSerializer},
    )
    def post(self, request, patient_id):
        patient = self.patient()
        require(request, "patients.add_encounter")
        fields = self.valid(NewEncounterSerializer)
        return create_once(
            request,
            act=lambda: start_encounter(patient=patient, started_by=request.user, **fields),
            find=lambda pk: get_object_or_404(self.encounters(patient), pk=pk),
            represent=lambda encounter: EncounterSerializer(encounter).data,
        )


class EncounterDetail(EncounterResource):
    """One stay: read it, move the patient, or end it."""

    @extend_schema(operation_id="encounters_retrieve", responses=EncounterSerializer)
    def get(self, request, patient_id, encounter_id):
        patient = self.patient()
        encounter = self.one(patient)
        self.may_read()
        return self.answer_one(
            encounter, EncounterSerializer, action="encounter.read", patient_id=patient.pk
        )

    @extend_schema(
        operation_id="encounters_change",
        description="Either move the patient (ward, bed, class) or end the stay (ended_at).",
        parameters=[IF_MATCH],
        request=EncounterChangeSerializer,
        responses=EncounterSerializer,
    )
    def patch(self, request, patient_id, encounter_id):
        encounter = self.one(self.patient())
        require(request, "patients.change_encounter")
        check_if_match(request, encounter)
        fields = self.valid(EncounterChangeSerializer)
        ended_at = fields.pop("ended_at", None)
        if bool(ended_at) == bool(fields):
            raise InvalidInput(
                "Send either ended_at or where the patient moves.", code="move_or_end"
            )
        version = encounter.version
        if ended_at:
            encounter = end_encounter(
                encounter=encounter,
                ended_by=request.user,
                ended_at=ended_at,
                expected_version=version,
            )
        else:
            encounter = move_encounter(
                encounter=encounter, moved_by=request.user, expected_version=version, **fields
            )
        return changed(encounter, EncounterSerializer)


STAYS = "patients/<uuid:patient_id>/encounters/"
urlpatterns = [
    path(STAYS, EncounterList.as_view(), name="encounter-list"),
    path(f"{STAYS}<uuid:encounter_id>/", EncounterDetail.as_view(), name="encounter-detail"),
]
