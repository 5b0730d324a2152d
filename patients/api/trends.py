"""All signs of a patient over time over REST, thinned for drawing; and every set as a file."""

import datetime

from django.http import StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response

from aicare.audit import record_access
from patients.api.resource import Resource, moment_in_query
from patients.models import VitalSigns
from patients.serializers.trends import TrendsSerializer
from patients.services.break_glass import check_may_be_exported
from patients.trends.export import csv_lines, rows_for_export
from patients.trends.reading import COLUMNS, LEVELS, extent, read
from patients.trends.series import series

FEWEST, MOST = 10, 1_000
DAY = datetime.timedelta(days=1)

SINCE_AND_UNTIL = [
    OpenApiParameter(
        "since",
        OpenApiTypes.DATETIME,
        description="Measured at or after, with an offset; the first set if left out",
    ),
    OpenApiParameter(
        "until",
        OpenApiTypes.DATETIME,
        description="Measured at or before, with an offset; now if left out",
    ),
]
EXAMPLE = OpenApiExample(
    "Pulse, thinned",
    value={
        "since": "2026-03-01T00:00:00Z",
        "until": "2026-03-31T00:00:00Z",
        "sets": 8640,
        "thinned": True,
        "seconds_per_point": 10800,
        "levels": list(LEVELS),
        "series": [
            {
                "field": "heart_rate_per_min",
                "display": "Pulse",
                "unit": "/min",
                "loinc": ["8867-4"],
                "scored_by": [
                    {
                        "saturation_scale": None,
                        "on_supplemental_oxygen": None,
                        "bands": [
                            {"low": None, "high": 40, "points": 3},
                            {"low": 41, "high": 50, "points": 1},
                            {"low": 51, "high": 90, "points": 0},
                            {"low": 91, "high": 110, "points": 1},
                            {"low": 111, "high": 130, "points": 2},
                            {"low": 131, "high": None, "points": 3},
                        ],
                    }
                ],
                "points": [
                    {
                        "measured_at": "2026-03-01T00:00:10Z",
                        "until": "2026-03-01T02:55:10Z",
                        "sets": 36,
                        "value": None,
                        "min": 71,
                        "max": 138,
                    }
                ],
            }
        ],
    },
    response_only=True,
)


class OfSets(Resource):
    """What both ways of reading a stretch of time share."""

    group = "vital-signs"
    read_permission = "patients.view_vitalsigns"
    parameters = frozenset({"since", "until"})

    def sets(self, patient):
        return VitalSigns.objects.visible_to(self.request.user).final().filter(patient=patient)

    def stretch(self, sets) -> tuple[datetime.datetime, datetime.datetime]:
        """Return the time that is asked for, or answer 400."""
        since, until = (moment_in_query(self.request, name) for name in ("since", "until"))
        until = until or timezone.now()
        if since is None:
            first_and_last = extent(sets)
            first = first_and_last[0] if first_and_last else until
            since = first if first < until else until - DAY
        if since >= until:
            raise ValidationError(
                {"until": [_("Must be later than since.")]}, code="invalid_period"
            )
        return since, until


class Trends(OfSets):
    """The sets that stand, as few points that keep the lowest and the highest of every sign."""

    parameters = OfSets.parameters | {"points"}

    @extend_schema(
        operation_id="vital_signs_trends",
        summary="Read all signs over time",
        description="The sets that stand, as few points that keep the lowest and the highest of "
        "every sign, with the bands of the score.",
        parameters=[
            *SINCE_AND_UNTIL,
            OpenApiParameter(
                "points",
                {"type": "integer", "minimum": FEWEST, "maximum": MOST},
                description=f"At most so many points a series, {FEWEST} to {MOST}, "
                f"{COLUMNS} if left out; fewer sets than that are not thinned",
            ),
        ],
        responses=TrendsSerializer,
        examples=[EXAMPLE],
    )
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        sets = self.sets(patient)
        since, until = self.stretch(sets)
        reading = read(sets, since, until, most=self.most())
        answer = TrendsSerializer(
            {
                "since": since,
                "until": until,
                "sets": reading.sets,
                "thinned": reading.is_thinned,
                "seconds_per_point": reading.grid.seconds if reading.grid else None,
                "levels": LEVELS,
                "series": series(reading),
            }
        ).data
        record_access(user=request.user, action="vital-signs.trends-read", patient_id=patient.pk)
        return Response(answer)

    def most(self) -> int:
        text = self.request.query_params.get("points", str(COLUMNS))
        is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))
        number = int(text) if is_number else 0
        if not FEWEST <= number <= MOST:
            limits = {"fewest": FEWEST, "most": MOST}
            text = _("A whole number from %(fewest)d to %(most)d.") % limits
            raise ValidationError({"points": [text]}, code="invalid_parameter")
        return number


class AnyAccept(BaseContentNegotiation):
    """Whatever is accepted, the file is CSV; what goes wrong is told as everywhere."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class Export(OfSets):
    """Every set that stands, oldest first, as CSV in UTC; only for patients of one's own sites."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="vital_signs_export",
        summary="Export sets as CSV",
        description="Every set that stands, oldest first, in UTC. Refused for a record that was "
        "opened in an emergency (403).",
        parameters=SINCE_AND_UNTIL,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        check_may_be_exported(patient.pk)
        sets = self.sets(patient)
        since, until = self.stretch(sets)
        inside = sets.filter(measured_at__gte=since, measured_at__lte=until)
        record_access(user=request.user, action="vital-signs.exported", patient_id=patient.pk)
        return StreamingHttpResponse(
            csv_lines(rows_for_export(inside), datetime.UTC, for_spreadsheets=False),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="vital-signs-{patient.pk}.csv"'},
        )


SETS = "patients/<uuid:patient_id>/vital-signs/"
urlpatterns = [
    path(f"{SETS}trends/", Trends.as_view(), name="vital-signs-trends"),
    path(f"{SETS}export/", Export.as_view(), name="vital-signs-export"),
]
