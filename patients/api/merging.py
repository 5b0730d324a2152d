"""Records that may be of one person; merge two, and undo it."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from aicare.audit import record_access
from aicare.rest.idempotency import create_once
from aicare.rest.permissions import require
from aicare.rest.query import PAGE
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY, RefusalsSerializer
from patients.api.resource import Resource
from patients.finding.possible_duplicates import duplicates_seen_by
from patients.merging.preview import preview_of
from patients.models import Patient, PatientMerge
from patients.serializers.merging import (
    MergePreviewSerializer,
    NewMergeSerializer,
    PatientMergeSerializer,
    PossibleDuplicateSerializer,
    UndoMergeSerializer,
)
from patients.services.merging import merge_patients, undo_merge

CHANGE = "patients.change_patient"
MERGE = OpenApiExample(
    "Registered twice",
    value={
        "duplicate": "01941f29-7c00-7000-8000-000000000001",
        "reason": "Registered twice at night; same person by passport.",
        "chosen": ["birth_date"],
        "survivor_version": 3,
        "duplicate_version": 1,
    },
    request_only=True,
)
UNDO = OpenApiExample(
    "Two people",
    value={"reason": "Twins: the passports differ."},
    request_only=True,
)


class MergeResource(Resource):
    """What begins at a record of the caller's own sites: break-glass is for reading."""

    group = "merging"

    def own_patients(self):
        return Patient.objects.of_own_sites(self.request.user).with_people()

    def own_patient(self) -> Patient:
        patient = self.patient()
        require(self.request, CHANGE)
        if not self.own_patients().filter(pk=patient.pk).exists():
            raise PermissionDenied(_("Records are merged by people of their own site."))
        return patient

    def merges(self, patient: Patient):
        return PatientMerge.objects.filter(survivor=patient).select_related(
            "created_by", "undone_by"
        )


class PossibleDuplicates(Resource):
    """Other records of the site that may be of the same person."""

    group = "merging"

    @extend_schema(
        operation_id="patients_possible_duplicates",
        summary="Find records of the same person",
        description="Other records of the site that may be of this person, the likeliest first.",
        responses=PossibleDuplicateSerializer(many=True),
        filters=False,
    )
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        found = duplicates_seen_by(request.user, patient)
        answer = Response(PossibleDuplicateSerializer(found, many=True).data)
        record_access(
            user=request.user,
            action="patient.possible-duplicates",
            patient_id=patient.pk,
            patient_ids=[one.patient.pk for one in found],
        )
        return answer

    pagination_class = None


class MergePreview(MergeResource):
    """Two records side by side."""

    parameters = frozenset({"with"})

    @extend_schema(
        operation_id="patients_merge_preview",
        summary="Preview a merge",
        description="Two records side by side, what would move, what to look at twice, and what "
        "forbids the merge. Nothing is done.",
        parameters=[
            OpenApiParameter("with", UUID, required=True, description="The duplicate's id")
        ],
        responses=MergePreviewSerializer,
    )
    def get(self, request, patient_id):
        survivor = self.own_patient()
        try:
            other = UUID(request.query_params.get("with", ""))
        except ValueError:
            raise ValidationError(
                {"with": [_("Give the id of a patient.")]}, code="invalid_parameter"
            ) from None
        duplicate = get_object_or_404(self.own_patients(), pk=other)
        answer = Response(MergePreviewSerializer(preview_of(survivor, duplicate)).data)
        record_access(
            user=request.user,
            action="patient.merge-preview",
            patient_id=survivor.pk,
            patient_ids=[duplicate.pk],
        )
        return answer


class Merge(MergeResource):
    """Merge another record into this one."""

    @extend_schema(
        operation_id="patients_merge",
        summary="Merge another record into this one",
        description="Everything of the duplicate moves to the record of the address; the old id "
        "goes on working. 412 if a record changed since the versions that you name.",
        parameters=[IDEMPOTENCY_KEY, ETAG],
        request=NewMergeSerializer,
        responses={201: PatientMergeSerializer, 412: RefusalsSerializer},
        examples=[MERGE],
    )
    def post(self, request, patient_id):
        survivor = self.own_patient()
        fields = self.valid(NewMergeSerializer)
        duplicate = get_object_or_404(self.own_patients(), pk=fields.pop("duplicate"))
        return create_once(
            request,
            act=lambda: merge_patients(
                survivor=survivor, duplicate=duplicate, merged_by=request.user, **fields
            ),
            find=lambda pk: get_object_or_404(self.merges(survivor), pk=pk),
            represent=lambda merge: PatientMergeSerializer(merge).data,
        )


class MergeList(MergeResource):
    """The records that were merged into this one."""

    parameters = PAGE

    @extend_schema(
        operation_id="patients_merges_list",
        summary="List what was merged into a record",
        description="The records that were merged into this one, and what was undone.",
        responses=PatientMergeSerializer(many=True),
    )
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        return self.answer_page(
            self.merges(patient),
            PatientMergeSerializer,
            action="patient.merges-listed",
            patient_id=patient.pk,
        )


class UndoMerge(MergeResource):
    """Take a merge back."""

    @extend_schema(
        operation_id="patients_merges_undo",
        summary="Undo a merge",
        description="Gives back exactly what came over; what was added since stays where it is.",
        parameters=[IDEMPOTENCY_KEY, ETAG],
        request=UndoMergeSerializer,
        responses={200: PatientMergeSerializer},
        examples=[UNDO],
    )
    def post(self, request, patient_id, merge_id):
        patient = self.patient()
        merge = get_object_or_404(self.merges(patient), pk=merge_id)
        self.own_patient()
        fields = self.valid(UndoMergeSerializer)
        return create_once(
            request,
            act=lambda: undo_merge(merge=merge, undone_by=request.user, **fields),
            find=lambda pk: get_object_or_404(self.merges(patient), pk=pk),
            represent=lambda undone: PatientMergeSerializer(undone).data,
            status_of=lambda undone: 200,
        )


RECORD = "patients/<uuid:patient_id>/"
urlpatterns = [
    path(f"{RECORD}possible-duplicates/", PossibleDuplicates.as_view(), name="possible-duplicates"),
    path(f"{RECORD}merge-preview/", MergePreview.as_view(), name="merge-preview"),
    path(f"{RECORD}merge/", Merge.as_view(), name="merge"),
    path(f"{RECORD}merges/", MergeList.as_view(), name="merge-list"),
    path(f"{RECORD}merges/<uuid:merge_id>/undo/", UndoMerge.as_view(), name="merge-undo"),
]
