"""Read, write, correct and withdraw notes over REST."""

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError

from aicare.rest.idempotency import create_once
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import require
from patients.api.resource import IDEMPOTENCY_KEY, Resource
from patients.models import Note
from patients.serializers import (
    NewNoteSerializer,
    NoteCorrectionSerializer,
    NoteSerializer,
    NoteWithdrawalSerializer,
)
from patients.services import correct_note, withdraw_note, write_note


class ByTimeOfWriting(NewestFirstPagination):
    """The note written last comes first."""

    ordering = ("-written_at", "-id")


class NoteResource(Resource):
    pagination_class = ByTimeOfWriting
    read_permission = "patients.view_note"

    def notes(self, patient):
        """Return the patient's notes, those entered in error too: only where they say so."""
        visible = Note.objects.visible_to(self.request.user).filter(patient=patient)
        return visible.select_related("written_by")

    def one_note(self, patient):
        found = self.notes(patient).select_related("written_by", "patient")
        return get_object_or_404(found, pk=self.kwargs["note_id"])

    def create(self, patient, act, *, status=201):
        return create_once(
            self.request,
            act=act,
            find=lambda pk: get_object_or_404(self.notes(patient), pk=pk),
            represent=lambda note: NoteSerializer(note).data,
            status_of=lambda made: status,
        )


class NoteList(NoteResource):
    """The notes of a patient that stand, newest first."""

    @extend_schema(
        operation_id="notes_list",
        parameters=[
            OpenApiParameter("kind", str, enum=Note.Kind.values, description="Of this kind only"),
            OpenApiParameter(
                "include", str, enum=["entered-in-error"], description="Also notes in error"
            ),
        ],
        responses=NoteSerializer(many=True),
    )
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        found = self.notes(patient)
        if request.query_params.get("include") != Note.Status.ENTERED_IN_ERROR:
            found = found.final()
        if kind := request.query_params.get("kind"):
            if kind not in Note.Kind.values:
                raise ValidationError({"kind": [_("There is no such kind.")]}, "invalid_parameter")
            found = found.filter(kind=kind)
        return self.answer_page(found, NoteSerializer, action="notes.listed", patient_id=patient.pk)

    @extend_schema(
        operation_id="notes_create",
        parameters=[IDEMPOTENCY_KEY],
        request=NewNoteSerializer,
        responses={201: NoteSerializer},
        examples=[
            OpenApiExample(
                "a nurse's note",
                value={
                    "kind": "nursing",
                    "text": "Slept well.\nAte half of the breakfast.",
                    "written_at": "2026-03-10T08:15:00+01:00",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request, patient_id):
        patient = self.patient()
        require(request, "patients.add_note")
        fields = self.valid(NewNoteSerializer)
        return self.create(
            patient, lambda: write_note(patient=patient, written_by=request.user, **fields)
        )


class NoteDetail(NoteResource):
    """One note, whether it stands or not."""

    @extend_schema(operation_id="notes_retrieve", responses=NoteSerializer)
    def get(self, request, patient_id, note_id):
        patient = self.patient()
        note = self.one_note(patient)
        self.may_read()
        return self.answer_one(note, NoteSerializer, action="note.read", patient_id=patient.pk)


class NoteCorrection(NoteResource):
    """A note that was wrong, and the one that takes its place."""

    @extend_schema(
        operation_id="notes_correct",
        parameters=[IDEMPOTENCY_KEY],
        request=NoteCorrectionSerializer,
        responses={201: NoteSerializer},
        examples=[
            OpenApiExample(
                "a word",
                value={"text": "Slept badly.", "reason": "wrong word"},
                request_only=True,
            )
        ],
    )
    def post(self, request, patient_id, note_id):
        patient = self.patient()
        note = self.one_note(patient)
        require(request, "patients.change_note")
        fields = self.valid(NoteCorrectionSerializer)
        return self.create(
            patient, lambda: correct_note(note=note, corrected_by=request.user, **fields)
        )


class NoteWithdrawal(NoteResource):
    """A note that should not be there, such as another patient's."""

    @extend_schema(
        operation_id="notes_withdraw",
        parameters=[IDEMPOTENCY_KEY],
        request=NoteWithdrawalSerializer,
        responses={200: NoteSerializer},
        examples=[
            OpenApiExample(
                "another patient's", value={"reason": "it is another patient's"}, request_only=True
            )
        ],
    )
    def post(self, request, patient_id, note_id):
        patient = self.patient()
        note = self.one_note(patient)
        require(request, "patients.change_note")
        reason = self.valid(NoteWithdrawalSerializer)["reason"]
        return self.create(
            patient,
            lambda: withdraw_note(note=note, withdrawn_by=request.user, reason=reason),
            status=200,
        )


NOTES = "patients/<uuid:patient_id>/notes/"
ONE_NOTE = f"{NOTES}<uuid:note_id>/"
urlpatterns = [
    path(NOTES, NoteList.as_view(), name="note-list"),
    path(ONE_NOTE, NoteDetail.as_view(), name="note-detail"),
    path(f"{ONE_NOTE}correct/", NoteCorrection.as_view(), name="note-correct"),
    path(f"{ONE_NOTE}withdraw/", NoteWithdrawal.as_view(), name="note-withdraw"),
]
