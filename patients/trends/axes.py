"""Where a moment and a value lie in a drawing.

Across, a drawing is as wide as its place and is counted in thousandths of it, so that one drawing
fits a phone, a screen and paper while its letters keep their size. Down, it is counted in pixels.
"""

import datetime
import math
from dataclasses import dataclass

WIDTH = 1000
INSET = 8
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
MOST_RULES = 4


@dataclass(frozen=True)
class TimeAxis:
    """The same for all charts of a page: what was measured together stands in one line."""

    start: datetime.datetime
    end: datetime.datetime

    def x(self, moment: datetime.datetime) -> float:
        length = (self.end - self.start).total_seconds()
        share = (moment - self.start).total_seconds() / length
        return round(INSET + share * (WIDTH - 2 * INSET), 1)


@dataclass(frozen=True)
class ValueAxis:
    """From ``low`` at the bottom to ``high`` at the top of ``height`` pixels."""

    low: float
    high: float
    height: int
    is_upside_down: bool = False

    @classmethod
    def holding(cls, values, shown: tuple, height: int) -> "ValueAxis":
        """Return an axis that holds all ``values`` and what is always ``shown``, with some air."""
        known = [float(value) for value in (*values, *shown) if value is not None] or [0, 1]
        low, high = min(known), max(known)
        air = max((high - low) * 0.06, 0.5 if low == high else 0)
        return cls(low - air, high + air, height)

    def y(self, value) -> float:
        share = (min(max(float(value), self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.height * (share if self.is_upside_down else 1 - share), 1)

    def rules(self) -> list[float]:
        """Return a few round values to draw lines at."""
        spread = self.high - self.low
        step = next((one for one in STEPS if spread / one <= MOST_RULES), spread)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [round(number * step, 1) for number in range(first, last + 1)]


def spread_out(places: list[float], *, apart: float, height: float) -> list[float]:
    """Return the places of labels (top first), moved as little as needed to stand apart."""
    moved = []
    for place in places:
        moved.append(max(place, moved[-1] + apart) if moved else place)
    limit = height
    for number in reversed(range(len(moved))):
        moved[number] = min(moved[number], limit)
        limit = moved[number] - apart
    return [round(place, 1) for place in moved]
