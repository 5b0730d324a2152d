"""Open a record of another site in an emergency, over REST; list what was opened."""

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from aicare.audit import record_access
from aicare.errors import Conflict, NotAllowed
from aicare.models import ApiToken
from aicare.rest.idempotency import create_once
from aicare.rest.pagination import NewestFirstPagination
from aicare.rest.permissions import require
from aicare.rest.query import PAGE
from aicare.rest.schema import IDEMPOTENCY_KEY, RefusalsSerializer
from patients.api.resource import Resource
from patients.break_glass.opened_records import keep_in_session
from patients.break_glass.review import grants_for_review, reviewed
from patients.break_glass.search import Sought, find_anywhere
from patients.models import BreakGlassGrant, Patient
from patients.serializers.break_glass import (
    GrantSerializer,
    OpeningSerializer,
    OpenRecordSerializer,
    VerdictSerializer,
)
from patients.services.break_glass import (
    JUDGE,
    OPEN,
    break_the_glass,
    checked_reason,
    close_the_glass,
    judge_opening,
)

BY_NUMBER = OpenApiExample(
    "By record number",
    value={"medical_record_number": "300417", "reason": "Unconscious in the corridor"},
    request_only=True,
)
BY_NAME = OpenApiExample(
    "By name and birth date",
    value={
        "family_name": "Iturbe",
        "given_names": "Marisol",
        "birth_date": "1962-02-03",
        "reason": "Unconscious in the corridor",
    },
    request_only=True,
)
VERDICT = OpenApiExample(
    "Justified", value={"verdict": "Justified: resuscitation on 3 East."}, request_only=True
)


class NewestOpeningFirst(NewestFirstPagination):
    """The record opened last comes first."""

    ordering = ("-granted_at", "-id")


class BreakGlass(Resource):
    """Records of other sites, opened in an emergency."""

    read_permission = "patients.view_breakglassgrant"
    pagination_class = NewestOpeningFirst
    parameters = PAGE

    @extend_schema(
        operation_id="break_glass_list",
        summary="List emergency openings",
        description="Every record that was opened in an emergency; for administrators.",
        responses=OpeningSerializer(many=True),
    )
    def get(self, request):
        """Every record that was opened in an emergency; for administrators."""
        self.may_read()
        paginator = self.pagination_class()
        rows = paginator.paginate_queryset(grants_for_review(), request, view=self)
        response = paginator.get_paginated_response(
            OpeningSerializer(reviewed(rows), many=True).data
        )
        record_access(
            user=request.user,
            action="break-glass.listed",
            patient_ids=[grant.patient_id for grant in rows],
        )
        return response

    @extend_schema(
        operation_id="break_glass_open",
        summary="Open a record of another site",
        description=(
            "Open one record of another site for 60 minutes, for the session that asks; a program "
            "with a token cannot. The same record again answers 200 with the leave that runs. "
            "Every answer about the record then carries `X-Break-Glass: expires=…`."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=OpenRecordSerializer,
        examples=[BY_NUMBER, BY_NAME],
        responses={
            201: GrantSerializer,
            200: GrantSerializer,
            404: RefusalsSerializer,
            429: RefusalsSerializer,
        },
    )
    def post(self, request):
        only_people(request)
        require(request, OPEN)
        known = self.valid(OpenRecordSerializer)
        # First why, then who: without a reason nobody is looked for.
        reason = checked_reason(known.pop("reason", ""))
        own = BreakGlassGrant.objects.of(request.user).select_related("patient")
        running = set(request.session.get("break-glass", []))
        found: list[Patient] = []

        def prepare():
            # Outside of the act: that somebody was looked for stays on record whatever comes of it.
            found.append(the_one(find_anywhere(user=request.user, sought=Sought(**known))))

        def represent(grant):
            keep_in_session(request, grant)
            return GrantSerializer(grant).data

        return create_once(
            request,
            prepare=prepare,
            act=lambda: break_the_glass(user=request.user, patient=found[0], reason=reason),
            find=lambda pk: get_object_or_404(own, pk=pk),
            represent=represent,
            status_of=lambda grant: 200 if str(grant.pk) in running else 201,
        )


class CloseGrant(Resource):
    """The end of one's own leave."""

    @extend_schema(
        operation_id="break_glass_close",
        summary="Close an opened record",
        description="End one's own leave before its time; to close it twice changes nothing.",
        request=None,
        responses={200: GrantSerializer},
    )
    def post(self, request, grant_id):
        only_people(request)
        own = BreakGlassGrant.objects.of(request.user).select_related("patient")
        grant = get_object_or_404(own, pk=grant_id)
        return Response(GrantSerializer(close_the_glass(grant=grant, closed_by=request.user)).data)


class JudgeGrant(Resource):
    """What an administrator found."""

    read_permission = "patients.view_breakglassgrant"

    @extend_schema(
        operation_id="break_glass_judge",
        summary="Judge an emergency opening",
        description="Say once, after looking at what was done, whether opening the record was "
        "right; for administrators.",
        request=VerdictSerializer,
        examples=[VERDICT],
        parameters=[IDEMPOTENCY_KEY],
        responses={200: OpeningSerializer},
    )
    def post(self, request, grant_id):
        require(request, JUDGE)
        grant = get_object_or_404(grants_for_review(), pk=grant_id)
        verdict = self.valid(VerdictSerializer).get("verdict", "")

        def represent(judged):
            (opening,) = reviewed([grants_for_review().get(pk=judged.pk)])
            return OpeningSerializer(opening).data

        return create_once(
            request,
            act=lambda: judge_opening(grant=grant, looked_at_by=request.user, verdict=verdict),
            find=lambda pk: grant,
            represent=represent,
            status_of=lambda judged: 200,
        )


def only_people(request) -> None:
    """Answer 403 to a program: breaking the glass is a person's own word."""
    if isinstance(request.auth, ApiToken):
        raise NotAllowed(_("A program with a token cannot open records of other sites."))


def the_one(found: list[Patient]) -> Patient:
    """Return the only one who was found, or answer 404 or 409."""
    if not found:
        raise NotFound(_("Nobody fits exactly."))
    if len(found) > 1:
        raise Conflict(
            _("Several people fit: say more, or look them up on the page."), code="several_patients"
        )
    return found[0]


BASE = "break-glass/"
urlpatterns = [
    path(BASE, BreakGlass.as_view(), name="break-glass"),
    path(f"{BASE}<uuid:grant_id>/close/", CloseGrant.as_view(), name="break-glass-close"),
    path(f"{BASE}<uuid:grant_id>/verdict/", JudgeGrant.as_view(), name="break-glass-verdict"),
]
