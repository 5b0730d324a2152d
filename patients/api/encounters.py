"""Admit, move and discharge over REST."""

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema

from aicare.errors import InvalidInput
from aicare.rest.idempotency import create_once
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import require
from aicare.rest.preconditions import check_if_match
from aicare.rest.query import PAGE
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH
from patients.api.resource import Resource, changed
from patients.models import Encounter
from patients.serializers import (
    EncounterChangeSerializer,
    EncounterSerializer,
    NewEncounterSerializer,
)
from patients.services import (
    end_encounter,
    move_encounter,
    reopen_encounter,
    start_encounter,
    withdraw_encounter,
)


class NewestStayFirst(NewestFirstPagination):
    """The stay that began last comes first."""

    ordering = ("-started_at", "-id")


class EncounterResource(Resource):
    group = "encounters"
    pagination_class = NewestStayFirst
    read_permission = "patients.view_encounter"

    def encounters(self, patient):
        visible = Encounter.objects.visible_to(self.request.user).select_related("created_by")
        return visible.filter(patient=patient)

    def one(self, patient):
        return get_object_or_404(
            self.encounters(patient).select_related("created_by", "patient"),
            pk=self.kwargs["encounter_id"],
        )


class EncounterList(EncounterResource):
    """The stays and visits of a patient."""

    parameters = PAGE

    @extend_schema(
        operation_id="encounters_list",
        summary="List a patient's stays",
        description="Stays and visits, the one that began last first; open while `ended_at` is "
        "null. Those entered in error are among them: see `status`.",
        responses=EncounterSerializer(many=True),
    )
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
        summary="Admit a patient",
        description="Begin a stay or visit, now unless `started_at` says otherwise. A patient has "
        "one open stay at most (409 `encounter_open`). A bed with somebody in it is asked about "
        "(409 `bed_taken`).",
        parameters=[IDEMPOTENCY_KEY, ETAG],
        request=NewEncounterSerializer,
        responses={201: EncounterSerializer},
        examples=[
            OpenApiExample(
                "admission",
                value={"class": "inpatient", "ward": "3 East", "bed": "7"},
                request_only=True,
            ),
            OpenApiExample(
                "a bed that somebody else is in, after the question",
                value={"ward": "3 East", "bed": "7", "confirm": ["bed_taken"]},
                request_only=True,
            ),
        ],
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

    @extend_schema(
        operation_id="encounters_retrieve",
        summary="Read one stay",
        description="One stay or visit, open or ended.",
        parameters=[ETAG],
        responses=EncounterSerializer,
    )
    def get(self, request, patient_id, encounter_id):
        patient = self.patient()
        encounter = self.one(patient)
        self.may_read()
        return self.answer_one(
            encounter, EncounterSerializer, action="encounter.read", patient_id=patient.pk
        )

    @extend_schema(
        operation_id="encounters_change",
        summary="Move, discharge, or take either back",
        description="One of: move the patient (ward, bed, class); end the stay (ended_at); take a "
        "discharge back (ended_at null, reason); withdraw the stay (status entered-in-error, "
        "reason): the patient was never admitted.",
        parameters=[IF_MATCH, ETAG],
        request=EncounterChangeSerializer,
        responses=EncounterSerializer,
        examples=[
            OpenApiExample("move", value={"ward": "4 West", "bed": "2"}, request_only=True),
            OpenApiExample(
                "discharge", value={"ended_at": "2026-03-10T11:30:00+01:00"}, request_only=True
            ),
            OpenApiExample(
                "discharged by mistake",
                value={"ended_at": None, "reason": "another patient left"},
                request_only=True,
            ),
            OpenApiExample(
                "admitted by mistake",
                value={"status": "entered-in-error", "reason": "namesake"},
                request_only=True,
            ),
        ],
    )
    def patch(self, request, patient_id, encounter_id):
        encounter = self.one(self.patient())
        require(request, "patients.change_encounter")
        check_if_match(request, encounter)
        fields = dict(self.valid(EncounterChangeSerializer))
        act, by, allowed = _act_of(fields)
        encounter = act(
            encounter=encounter,
            expected_version=encounter.version,
            **{by: request.user},
            **{name: value for name, value in fields.items() if name in allowed},
        )
        return changed(encounter, EncounterSerializer)


MOVE = {"ward", "bed", "encounter_class"}


def _act_of(fields: dict):
    """Return which service a change asks for, how it calls the person, and what it takes."""
    fields.setdefault("reason", "")
    asked = [bool(MOVE & set(fields)), "ended_at" in fields, "status" in fields]
    if sum(asked) != 1:
        raise InvalidInput(
            _("Send one of: where the patient moves, ended_at, or status."), code="move_or_end"
        )
    if asked[0]:
        return move_encounter, "moved_by", MOVE | {"reason", "confirmed"}
    if asked[2]:
        return withdraw_encounter, "withdrawn_by", {"reason"}
    if fields["ended_at"] is None:
        return reopen_encounter, "reopened_by", {"reason", "confirmed"}
    return end_encounter, "ended_by", {"ended_at", "reason"}


STAYS = "patients/<uuid:patient_id>/encounters/"
urlpatterns = [
    path(STAYS, EncounterList.as_view(), name="encounter-list"),
    path(f"{STAYS}<uuid:encounter_id>/", EncounterDetail.as_view(), name="encounter-detail"),
]
