"""Many sets become few columns that keep what matters: the lowest and the highest of each.

A column stands for the sets of one stretch of time, mostly for one. Nothing is averaged: what was
measured highest is still there, however far out the reader looks. The first column begins with the
first set and the last ends with the last.
"""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """From the lowest to the highest value."""

    low: float
    high: float

    @property
    def is_one(self) -> bool:
        return self.low == self.high


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
