"""The scores of a stretch of time, few enough to draw, with the highest of each kept."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Count, F, Max, Min, When

from patients.charts.score_shapes import ScoreSeen
from patients.models import Patient
from patients.trends.plans import JOINED_WITHIN
from patients.trends.reading import Stretch
from patients.trends.thinning import Grid

MOST = 240


@dataclass(frozen=True)
class Scores:
    """Scores, oldest first; with a ``stretch``, each stands for all sets of so long a time."""

    seen: tuple[ScoreSeen, ...]
    stretch: datetime.timedelta | None = None

    @property
    def is_thinned(self) -> bool:
        return self.stretch is not None

    @property
    def joined_within(self) -> datetime.timedelta:
        """How far apart neighbours may lie: of two stretches side by side, nearly twice one."""
        return max(JOINED_WITHIN, 2 * (self.stretch or JOINED_WITHIN / 2))


def scores_between(patient: Patient, start: datetime.datetime, end: datetime.datetime) -> Scores:
    """Return the scored sets from ``start`` to ``end``; many become one of each stretch of time."""
    sets = patient.vital_signs.final().filter(
        measured_at__gte=start, measured_at__lte=end, score_min__isnull=False
    )
    rows = sets.order_by("measured_at", "id").values_list(
        "measured_at", "score", "score_min", "score_max"
    )[: MOST + 1]
    seen = tuple(ScoreSeen(at, low, high, score is not None) for at, score, low, high in rows)
    if len(seen) <= MOST:
        return Scores(seen)
    grid = Grid.over(start, end, MOST)
    return Scores(
        _highest_of_each_stretch(sets, grid), stretch=datetime.timedelta(seconds=grid.seconds)
    )


def _highest_of_each_stretch(sets, grid: Grid) -> tuple[ScoreSeen, ...]:
    """Return lowest and highest score of each stretch; a partial set stands only if it says more.

    Of the partial ones the highest minimum counts, which is certain, and the most that any can be.
    """
    partial_min, partial_max = (
        Case(When(score__isnull=True, then=F(name))) for name in ("score_min", "score_max")
    )
    rows = (
        sets.annotate(stretch=Stretch(F("measured_at"), grid))
        .values("stretch")
        .annotate(
            at=Max("measured_at"), low=Min("score"), high=Max("score"), sets=Count("pk"),
            at_least=Max(partial_min), at_most=Max(partial_max),
        )
        .order_by("stretch")
        .values_list("at", "low", "high", "at_least", "at_most", "sets")
    )  # fmt: skip
    found = []
    for at, low, high, at_least, at_most, count in rows:
        if high is not None:
            found.append(ScoreSeen(at, low, high, is_complete=True, sets=count))
        if at_least is not None and (high is None or at_least > high):
            alone = 0 if high is not None else count
            found.append(ScoreSeen(at, at_least, at_most, is_complete=False, sets=alone))
    return tuple(found)
