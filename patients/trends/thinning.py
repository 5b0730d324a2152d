"""Many sets become few columns that keep what matters: the lowest and the highest of each.

A column stands for the sets of one stretch of time, mostly for one. Nothing is averaged: what was
measured highest is still there, however far out the reader looks. The first column begins with the
first set and the last ends with the last.
"""

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Span:
    """From the lowest to the highest value."""

    low: float
    high: float

    @property
    def is_one(self) -> bool:
        return self.low == self.high

    def __or__(self, other: "Span") -> "Span":
        return Span(min(self.low, other.low), max(self.high, other.high))


@dataclass(frozen=True, slots=True)
class Column:
    """What the sets of one stretch of time say; ``spans`` by series, absent where not measured.

    ``scale`` is the highest saturation scale that one of them was scored on, ``applies`` tells
    whether any of them was scored at all.
    """

    first_at: datetime.datetime
    last_at: datetime.datetime
    sets: int
    spans: Mapping[str, Span]
    scale: int = 1
    applies: bool = True

    @property
    def middle(self) -> datetime.datetime:
        return self.first_at + (self.last_at - self.first_at) / 2

    def __or__(self, other: "Column") -> "Column":
        """Return both as one; ``other`` is the later one."""
        spans = dict(self.spans)
        for name, span in other.spans.items():
            spans[name] = spans[name] | span if name in spans else span
        return Column(
            self.first_at,
            other.last_at,
            self.sets + other.sets,
            spans,
            max(self.scale, other.scale),
            self.applies or other.applies,
        )


@dataclass(frozen=True)
class Grid:
    """Equal stretches of whole seconds from ``start`` on; the database divides by it as well."""

    start: int
    seconds: int

    @classmethod
    def over(cls, start: datetime.datetime, end: datetime.datetime, most: int) -> "Grid":
        """Return at most ``most`` stretches that hold all from ``start`` to ``end``, both in."""
        first, last = math.floor(start.timestamp()), math.floor(end.timestamp())
        return cls(first, max(1, math.ceil((last - first + 1) / most)))

    def number(self, moment: datetime.datetime) -> int:
        return (math.floor(moment.timestamp()) - self.start) // self.seconds


def thin(columns: Iterable[Column], grid: Grid) -> list[Column]:
    """Return one column for each stretch of ``grid`` that holds any (oldest first)."""
    return [
        _together(few) for _, few in groupby(columns, key=lambda one: grid.number(one.first_at))
    ]


def _together(columns: Iterable[Column]) -> Column:
    columns = iter(columns)
    whole = next(columns)
    for one in columns:
        whole |= one
    return whole
