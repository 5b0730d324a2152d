"""Columns as lines and dots: what lies near is joined, across a gap nothing is."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patients.trends.axes import TimeAxis, ValueAxis
from patients.trends.thinning import Column

MOST_DOTS = 120
MOST_STEMS = 60


@dataclass(frozen=True)
class Trace:
    """One series as two paths: ``line`` joins, ``dots`` are lines without length, round ended."""

    line: str
    dots: str


def trace(
    columns: Sequence[Column],
    name: str,
    time: TimeAxis,
    values: ValueAxis,
    joined_within: datetime.timedelta,
) -> Trace:
    """Return how ``name`` went: values joined by a line, upright lines where several are in one.

    What happened between the lowest and the highest of a column is not known, so nothing is drawn
    from one column of several values to the next.
    """
    held = [one for one in columns if name in one.spans]
    places = [(time.x(one.middle), one.spans[name]) for one in held]
    line, dots = [], []
    for few in _joined(held, name, joined_within):
        ends = [(x, values.y(span.low)) for x, span in places[few]]
        if len(ends) > 1:
            line.append("M" + "L".join(f"{x:g} {y:g}" for x, y in ends))
        if len(held) <= MOST_DOTS or len(ends) == 1:
            dots.extend(f"M{x:g} {y:g}h0" for x, y in ends)
    return Trace("".join(line) + ranges(columns, name, time, values), "".join(dots))


def _joined(held: list[Column], name: str, joined_within) -> Iterator[slice]:
    """Yield the runs of single values; one ends at a gap and at a column of several values."""
    first = 0
    for number, column in enumerate(held):
        if not column.spans[name].is_one:
            if first < number:
                yield slice(first, number)
            first = number + 1
        elif first < number and column.first_at - held[number - 1].last_at > joined_within:
            yield slice(first, number)
            first = number
    if first < len(held):
        yield slice(first, len(held))


def dots(columns, name: str, time: TimeAxis, values: ValueAxis) -> str:
    """Return dots without a line, at the lowest and the highest of each column."""
    return "".join(
        f"M{time.x(one.middle):g} {y:g}h0"
        for one in columns
        if name in one.spans
        for y in sorted({values.y(one.spans[name].low), values.y(one.spans[name].high)})
    )


def stems(columns, low: str, high: str, time: TimeAxis, values: ValueAxis) -> str:
    """Return lines from the one series up to the other, as the paper chart draws pressures."""
    both = [one for one in columns if low in one.spans and high in one.spans]
    if len(both) > MOST_STEMS:
        return ""
    return "".join(
        f"M{time.x(one.middle):g} {values.y(one.spans[low].low):g}"
        f"V{values.y(one.spans[high].high):g}"
        for one in both
    )


def ranges(columns, name: str, time: TimeAxis, values: ValueAxis) -> str:
    """Return an upright line for each column that is a range, from its lowest to its highest."""
    return "".join(
        f"M{time.x(one.middle):g} {values.y(one.spans[name].low):g}"
        f"V{values.y(one.spans[name].high):g}"
        for one in columns
        if name in one.spans and not one.spans[name].is_one
    )
