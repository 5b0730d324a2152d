"""Read the sets of a stretch of time as a bounded number of columns, whatever their number.

Few sets are read one by one. Of many the database itself makes the columns (the lowest and the
highest of each sign in each stretch of a grid), so that a patient with fifty thousand sets costs
few rows and no model instance.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Count, F, Func, IntegerField, Max, Min, Value, When

from patients.early_warning import SEVERITY
from patients.models import VitalSigns
from patients.trends.thinning import Column, Grid, Span
from patients.vital_signs_table import BY_FIELD, CONSCIOUSNESS

COLUMNS = 200
RECENT = 50

OXYGEN = "on_supplemental_oxygen"
LEVELS = tuple(code for code, _ in CONSCIOUSNESS)
CONSCIOUS = Case(
    *(When(consciousness=code, then=Value(level)) for level, code in enumerate(LEVELS)),
    output_field=IntegerField(),
)
# The worst risk that is certain; an incomplete set that says no more than "low" has none.
RISK = Case(
    *(When(risk=risk, then=Value(level)) for level, risk in enumerate(SEVERITY)),
    output_field=IntegerField(),
)
# As patients.early_warning.breathes_oxygen says; a test holds them together.
BREATHES_OXYGEN = Case(
    When(on_supplemental_oxygen=True, then=Value(1)),
    When(on_supplemental_oxygen=False, then=Value(0)),
    When(oxygen_flow_l_per_min__gt=0, then=Value(1)),
    When(fio2_percent__gt=21, then=Value(1)),
    output_field=IntegerField(),
)
PARTIAL_MIN = Case(When(score__isnull=True, then=F("score_min")))
PARTIAL_MAX = Case(When(score__isnull=True, then=F("score_max")))

# Series: what its lowest and what its highest value is. A partial set is the range of what its
# score can be; ``at_least`` keeps the worst that is certain when several ranges become one.
SERIES = {
    "score": ("score", "score"),
    "partial": (PARTIAL_MIN, PARTIAL_MAX),
    "at_least": (PARTIAL_MIN, PARTIAL_MIN),
    "risk": (RISK, RISK),
    "consciousness": (CONSCIOUS, CONSCIOUS),
    OXYGEN: (BREATHES_OXYGEN, BREATHES_OXYGEN),
    **{field: (field, field) for field in BY_FIELD},
}
APPLIES = Case(
    When(risk=VitalSigns.Risk.NOT_APPLICABLE, then=Value(0)),
    default=Value(1),
    output_field=IntegerField(),
)


class Stretch(Func):
    """The number of the stretch of a grid in which a moment lies."""

    output_field = IntegerField()

    def __init__(self, moment, grid: Grid):
        super().__init__(moment, Value(grid.start), Value(grid.seconds))

    def as_sqlite(self, compiler, connection, **more):
        template = "((CAST(strftime('%%s', {}) AS INTEGER) - {}) / {})"
        return self._filled(compiler, template)

    def as_postgresql(self, compiler, connection, **more):
        return self._filled(compiler, "FLOOR((FLOOR(EXTRACT(EPOCH FROM {})) - {}) / {})::integer")

    def _filled(self, compiler, template):
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        parameters = [one for _, values in parts for one in values]
        return template.format(*(sql for sql, _ in parts)), parameters


@dataclass(frozen=True)
class Reading:
    """The columns of a stretch of time, oldest first; ``recent``: its newest sets, one by one."""

    columns: tuple[Column, ...]
    recent: tuple[Column, ...]
    grid: Grid | None = None

    @property
    def is_thinned(self) -> bool:
        return self.grid is not None

    @property
    def sets(self) -> int:
        return sum(column.sets for column in self.columns)

    @property
    def is_scored(self) -> bool:
        """Whether the score applied to any of the sets."""
        return any(column.applies for column in self.columns)

    def has(self, name: str) -> bool:
        return any(name in column.spans for column in self.columns)


def read(sets, start: datetime.datetime, end: datetime.datetime, *, most: int = COLUMNS) -> Reading:
    """Return what the sets (a queryset of those that stand) say from ``start`` to ``end``."""
    inside = sets.filter(measured_at__gte=start, measured_at__lte=end)
    newest_first = inside.order_by("-measured_at", "-id")
    if newest_first.values("pk")[most : most + 1]:
        grid = Grid.over(start, end, most)
        return Reading(_together(inside, grid), _one_by_one(newest_first[:RECENT]), grid)
    columns = _one_by_one(newest_first[:most])
    return Reading(columns, columns)


def extent(sets) -> tuple[datetime.datetime, datetime.datetime] | None:
    """Return when the first and the last of the sets were measured, or None without any."""
    moments = sets.values_list("measured_at", flat=True)
    last = moments.order_by("-measured_at")[:1].first()
    return (moments.order_by("measured_at")[:1].first(), last) if last else None


def _one_by_one(newest_first) -> tuple[Column, ...]:
    """Return a column for each set, oldest first."""
    values = {name: sides[0] for name, sides in SERIES.items()} | {"partial_max": PARTIAL_MAX}
    rows = newest_first.annotate(
        applies=APPLIES, **{f"of_{name}": _as_expression(one) for name, one in values.items()}
    ).values_list("measured_at", "saturation_scale", "applies", *(f"of_{name}" for name in values))
    return tuple(_single(*row) for row in rows)[::-1]


def _single(at, scale, applies, *values) -> Column:
    *lows, partial_max = values
    spans = {
        name: Span(value, value)
        for name, value in zip(SERIES, lows, strict=True)
        if value is not None
    }
    if "partial" in spans:
        spans["partial"] = Span(spans["partial"].low, partial_max)
    return Column(at, at, 1, spans, scale, bool(applies))


def _together(sets, grid: Grid) -> tuple[Column, ...]:
    best = {
        f"{side}_{name}": (Min if side == "low" else Max)(expression)
        for side, name, expression in _sides()
    }
    rows = (
        sets.annotate(stretch=Stretch(F("measured_at"), grid))
        .values("stretch")
        .annotate(
            first=Min("measured_at"),
            last=Max("measured_at"),
            sets=Count("pk"),
            scale=Max("saturation_scale"),
            applies=Max(APPLIES),
            **best,
        )
        .order_by("stretch")
        .values_list("first", "last", "sets", "scale", "applies", *best)
    )
    return tuple(
        Column(first, last, count, _spans(values), scale, bool(applies))
        for first, last, count, scale, applies, *values in rows
    )


def _sides():
    """Yield the two sides of every series, in the order in which rows hold them."""
    for name, sides in SERIES.items():
        yield from (("low", name, sides[0]), ("high", name, sides[1]))


def _as_expression(one):
    return F(one) if isinstance(one, str) else one


def _spans(values: list) -> dict[str, Span]:
    pairs = zip(SERIES, values[::2], values[1::2], strict=True)
    return {name: Span(low, high) for name, low, high in pairs if low is not None}
