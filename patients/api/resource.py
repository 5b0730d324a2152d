"""What every resource below a patient does the same way."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from aicare.audit import record_access
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import MayRead, require
from aicare.rest.preconditions import etag_of
from aicare.rest.query import KnownParameters
from patients.models import Patient
from patients.rest_fields import parse_timestamp
from patients.services.locking import refuse_if_merged


class Resource(KnownParameters, APIView):
    """A resource that starts at the patients whom the caller may see."""

    permission_classes = [MayRead]
    pagination_class = NewestFirstPagination
    read_permission = "patients.view_patient"

    def patient(self) -> Patient:
        """Return the patient of the address, or answer 404.

        Where another record stands for it, a reader gets that one and a writer is told which.
        """
        patient = self.record_of_address()
        if not patient.merged_into_id:
            return patient
        if self.request.method not in SAFE_METHODS:
            refuse_if_merged(patient)
        return get_object_or_404(self.visible_patients(), pk=patient.merged_into_id)

    def record_of_address(self) -> Patient:
        """Return the record that the address names, be it merged or not."""
        return get_object_or_404(self.visible_patients(), pk=self.kwargs["patient_id"])

    def visible_patients(self):
        return Patient.objects.visible_to(self.request.user).with_people()

    def may_read(self) -> None:
        """Answer 403 unless the caller's role and token allow reading; after 404 was ruled out."""
        require(self.request, self.read_permission)

    def valid(self, serializer_class) -> dict:
        """Return what the body says, or answer 400."""
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def answer_page(self, queryset, serializer_class, *, action, patient_id: UUID | None = None):
        """Answer one page and put on record whose rows it showed."""
        paginator = self.pagination_class()
        rows = paginator.paginate_queryset(queryset, self.request, view=self)
        response = paginator.get_paginated_response(serializer_class(rows, many=True).data)
        shown = {"patient_id": patient_id} if patient_id else {"patient_ids": [r.pk for r in rows]}
        record_access(user=self.request.user, action=action, **shown)
        return response

    def answer_one(self, record, serializer_class, *, action, patient_id: UUID):
        """Answer one object with its ETag and put the read on record."""
        response = Response(serializer_class(record).data, headers={"ETag": etag_of(record)})
        record_access(
            user=self.request.user, action=action, patient_id=patient_id, object_id=record.pk
        )
        return response


def moment_in_query(request, name: str):
    """Return a moment of the query string; a plus sign may have arrived as a space."""
    text = request.query_params.get(name)
    if text is None:
        return None
    moment = parse_timestamp(text) or parse_timestamp("+".join(text.rsplit(" ", 1)))
    if moment is None:
        raise ValidationError(
            {name: [_("Give date and time with an offset.")]}, code="invalid_timestamp"
        )
    return moment


def text_in_query(request, name: str, *, longest: int = 200) -> str | None:
    """Return a text of the query string, or None without it; raise 400 for what no row can hold."""
    text = request.query_params.get(name)
    if text is not None and (len(text) > longest or "\0" in text):
        message = _("Search for at most %(most)d characters of text.") % {"most": longest}
        raise ValidationError({name: [message]}, code="invalid_parameter")
    return text


def changed(record, serializer_class) -> Response:
    """Answer a change with the object as it is now, and its new ETag."""
    return Response(serializer_class(record).data, headers={"ETag": etag_of(record)})
