"""Read, write, correct and withdraw notes over REST."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from aicare.rest.idempotency import create_once
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import require
from aicare.rest.query import PAGE, one_of
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY
from patients.api.resource import Resource
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
    group = "notes"
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

    parameters = PAGE | {"kind", "include"}

    @extend_schema(
        operation_id="notes_list",
        summary="List a patient's notes",
        description="The notes that stand, the one written last first.",
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
        if one_of(request, "include", (Note.Status.ENTERED_IN_ERROR.value,)) is None:
            found = found.final()
        if kind := one_of(request, "kind", tuple(Note.Kind.values)):
            found = found.filter(kind=kind)
        return self.answer_page(found, NoteSerializer, action="notes.listed", patient_id=patient.pk)

    @extend_schema(
        operation_id="notes_create",
        summary="Write a note",
        description="Plain text; `written_at` is when it was observed or said, now if left out.",
        parameters=[IDEMPOTENCY_KEY, ETAG],
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

    @extend_schema(
        operation_id="notes_retrieve",
        summary="Read one note",
        description="One note, whether it stands or not.",
        parameters=[ETAG],
        responses=NoteSerializer,
    )
    def get(self, request, patient_id, note_id):
        patient = self.patient()
        note = self.one_note(patient)
        self.may_read()
        return self.answer_one(note, NoteSerializer, action="note.read", patient_id=patient.pk)


class NoteCorrection(NoteResource):
    """A note that was wrong, and the one that takes its place."""

    @extend_schema(
        operation_id="notes_correct",
        summary="Correct a note",
        description="Marks the note as entered in error and stores a new one in its place; what "
        "is left out stays. 409 `already_corrected` if somebody did so before.",
        parameters=[IDEMPOTENCY_KEY, ETAG],
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
        summary="Withdraw a note",
        description="Marks the note as entered in error, with none in its place.",
        parameters=[IDEMPOTENCY_KEY, ETAG],
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
