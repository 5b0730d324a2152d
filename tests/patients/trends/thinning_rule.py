"""The rule by which the database thins, in Python: the sets of a stretch become one column."""

import datetime
import math
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from itertools import groupby

from patients.trends.thinning import Column, Grid, Span


def thin(columns: Iterable[Column], grid: Grid) -> list[Column]:
    """Return one column for each stretch of ``grid`` that holds any (oldest first)."""
    stretches = groupby(columns, key=lambda one: _stretch(grid, one.first_at))
    return [reduce(together, few) for _, few in stretches]


def together(earlier: Column, later: Column) -> Column:
    spans = dict(earlier.spans)
    for name, span in later.spans.items():
        one = spans.get(name, span)
        spans[name] = Span(min(one.low, span.low), max(one.high, span.high))
    return replace(
        earlier,
        last_at=later.last_at,
        sets=earlier.sets + later.sets,
        spans=spans,
        scale=max(earlier.scale, later.scale),
        applies=earlier.applies or later.applies,
    )


def _stretch(grid: Grid, moment: datetime.datetime) -> int:
    return (math.floor(moment.timestamp()) - grid.start) // grid.seconds
