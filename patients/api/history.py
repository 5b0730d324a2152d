"""What was changed in a record over REST: by whom, when, why, and what it was before."""

import base64
import binascii
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from aicare.audit import record_access
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import may
from aicare.rest.query import PAGE
from patients.api.resource import Resource
from patients.history.of_record import (
    TABLES,
    Position,
    newest_entries,
    permission_for,
    readable_kinds,
    rows_of,
)
from patients.history.of_row import entries_of_row
from patients.rest_fields import parse_timestamp
from patients.serializers import HistoryEntrySerializer, HistoryPageSerializer

LONGEST_CURSOR = 200
WORDS = {
    "patient": "who a patient is",
    "encounters": "one stay",
    "vital-signs": "one set of vital signs",
    "conditions": "one condition",
    "allergies": "one allergy",
    "medications": "one medication",
    "notes": "one note",
}


class RecordHistory(Resource):
    """Every change of a record, newest first."""

    group = "history"
    parameters = PAGE

    @extend_schema(
        operation_id="history_list",
        summary="Read the history of a record",
        description="Every change of the record, newest first: who, when, why, and each field "
        "before and after.",
        parameters=[
            OpenApiParameter("cursor", str, description="Where the page before ended"),
            OpenApiParameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": NewestFirstPagination.max_page_size},
                description="How many acts a page holds; 50 if left out",
            ),
        ],
        responses=HistoryPageSerializer,
    )
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        size = NewestFirstPagination().get_page_size(request) or NewestFirstPagination.page_size
        kinds = readable_kinds(lambda permission: may(request, permission))
        before = position_of(request.query_params.get("cursor"))
        entries = newest_entries(patient, kinds=kinds, before=before, limit=size + 1)
        page = entries[:size]
        following = None
        if len(entries) > size:
            address = request.build_absolute_uri()
            following = replace_query_param(address, "cursor", cursor_of(page[-1]))
        answer = {"next": following, "results": HistoryEntrySerializer(page, many=True).data}
        record_access(user=request.user, action="history.read", patient_id=patient.pk)
        return Response(answer)


class RowHistory(Resource):
    """Everything that happened to one row, newest first."""

    group = "history"
    kind: str

    def get(self, request, patient_id, row_id):
        patient = self.patient()
        row = get_object_or_404(rows_of(request.user, patient, self.kind), pk=row_id)
        self.may_read()
        answer = HistoryEntrySerializer(entries_of_row(row, self.kind), many=True).data
        record_access(
            user=request.user, action="history.read", patient_id=patient.pk, object_id=row.pk
        )
        return Response(answer)


def cursor_of(entry) -> str:
    """Return the cursor of the page that follows ``entry``."""
    said = f"{entry.at.isoformat()} {entry.id}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def position_of(cursor: str | None) -> Position | None:
    """Return the position that a cursor means, or answer 400 if it is none of ours."""
    if cursor is None:
        return None
    try:
        padded = cursor[:LONGEST_CURSOR].encode() + b"=="
        moment, entry = base64.urlsafe_b64decode(padded).decode().split(" ")
        at = parse_timestamp(moment)
        position = Position(at, UUID(entry)) if at else None
    except (ValueError, binascii.Error):
        position = None
    if position is None:
        message = NewestFirstPagination.invalid_cursor_message
        raise ValidationError({"cursor": [message]}, code="invalid_cursor")
    return position


def _route(kind: str):
    """Return the address of one kind's rows, with its own entry in the schema."""
    name = kind.replace("-", "_")
    settings = {"kind": kind, "read_permission": permission_for(kind), "pagination_class": None}
    view = extend_schema_view(
        get=extend_schema(
            operation_id=f"{name}_history",
            summary=f"Read the history of {WORDS[kind]}",
            description="Everything that happened to it, newest first: who, when, why, and each "
            "field before and after. A correction by another row is told as one change.",
            responses=HistoryEntrySerializer(many=True),
        )
    )(type(f"{name.title().replace('_', '')}History", (RowHistory,), settings))
    address = f"patients/<uuid:patient_id>/{kind}/<uuid:row_id>/history/"
    return path(address, view.as_view(), name=f"{kind}-history")


urlpatterns = [
    path("patients/<uuid:patient_id>/history/", RecordHistory.as_view(), name="record-history"),
    *(_route(kind) for kind in TABLES),
]
