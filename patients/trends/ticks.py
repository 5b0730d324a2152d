"""Where a time axis has its marks: full hours, midnights, firsts of months, in the site's time."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from aicare.locale_formats import day_of_year_text, month_text, time_text

HOURS = (1, 2, 3, 4, 6, 12)
DAYS = (1, 2, 5, 7, 14)
MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600)
DAYS_OF_A_MONTH = 30.4


@dataclass(frozen=True)
class Tick:
    """One mark; ``begins_day`` where it is a midnight, ``is_main`` where a phone has room too."""

    moment: datetime.datetime
    text: str
    begins_day: bool
    is_main: bool = True


def ticks(
    start: datetime.datetime, end: datetime.datetime, *, most: int, most_narrow: int = 3
) -> tuple[Tick, ...]:
    """Return at most ``most`` marks from ``start`` to ``end``."""
    moments = [one for one in _moments(start, end, most) if start <= one[0] <= end]
    every = -(-len(moments) // most_narrow)
    return tuple(
        Tick(moment, text, begins_day, number % every == 0)
        for number, (moment, text, begins_day) in enumerate(moments)
    )


def _moments(start, end, most: int) -> Iterator[tuple[datetime.datetime, str, bool]]:
    hours = (end - start).total_seconds() / 3600
    for step in HOURS:
        if hours / step < most:
            return _full_hours(start, end, step)
    for step in DAYS:
        if hours / 24 / step < most:
            return _midnights(start, end, step)
    fitting = (step for step in MONTHS if hours / 24 / DAYS_OF_A_MONTH / step < most)
    return _firsts_of_months(start, end, next(fitting, MONTHS[-1]))


def _full_hours(start, end, step: int):
    """Yield every so many hours of the wall clock; an hour that is not there is left out."""
    for day in _days(start, end, 1):
        for hour in range(0, 24, step):
            moment = _at(day, hour)
            if timezone.localtime(moment).hour == hour:
                yield moment, time_text(moment) if hour else day_of_year_text(moment), not hour


def _midnights(start, end, step: int):
    for day in _days(start, end, step):
        moment = _at(day, 0)
        yield moment, day_of_year_text(moment), True


def _firsts_of_months(start, end, step: int):
    first = timezone.localtime(start).date()
    number = (first.year * 12 + first.month - 1) // step * step
    last = timezone.localtime(end).date()
    while number <= last.year * 12 + last.month - 1:
        moment = _at(datetime.date(number // 12, number % 12 + 1, 1), 0)
        yield moment, str(number // 12) if step >= 12 else month_text(moment), True
        number += step


def _days(start, end, step: int) -> Iterator[datetime.date]:
    """Yield days counted from a fixed one: while the reader moves in time, marks stay."""
    last = timezone.localtime(end).toordinal()
    number = timezone.localtime(start).toordinal() // step * step
    while number <= last:
        yield datetime.date.fromordinal(number)
        number += step


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    here = timezone.get_current_timezone()
    wall = datetime.datetime(day.year, day.month, day.day, hour, tzinfo=here)
    # In UTC moments compare as they follow each other; in one zone Python compares wall clocks.
    return wall.astimezone(datetime.UTC)
