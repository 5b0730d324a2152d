"""Which stretch of time is shown: the last hours or days, all, or from one moment to another.

The time of a form is that of the site. Where the clock is set back and an hour comes twice, "from"
means the first and "to" the second: a set is rather shown too often than left out.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.errors import InvalidInput, Problem

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
ALL, USUAL = "all", "3d"
PERIODS = {
    "24h": (gettext_lazy("24 h"), DAY),
    "3d": (gettext_lazy("3 days"), 3 * DAY),
    "7d": (gettext_lazy("7 days"), 7 * DAY),
    "30d": (gettext_lazy("30 days"), 30 * DAY),
    ALL: (gettext_lazy("all"), None),
}
SHORTEST = HOUR
LONGEST = 200 * 366 * DAY
EARLIEST = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
LATEST = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Window:
    """From ``start`` to ``end``, both in UTC; ``period`` is empty for a chosen stretch."""

    start: datetime.datetime
    end: datetime.datetime
    period: str = ""

    @property
    def length(self) -> datetime.timedelta:
        return self.end - self.start

    @property
    def query(self) -> str:
        """Return what an address needs to show the same."""
        if self.period:
            return urlencode({"period": self.period})
        return urlencode({"from": _address(self.start), "to": _address(self.end)})

    def earlier(self, extent) -> "Window | None":
        """Return the stretch before, or None where nothing was measured earlier."""
        if not extent or extent[0] >= self.start:
            return None
        return _within_reason(self.start - self.length, self.start)

    def later(self, extent) -> "Window | None":
        """Return the stretch that follows, or None where nothing was measured later."""
        if not extent or extent[1] <= self.end:
            return None
        return _within_reason(self.end, self.end + self.length)

    def closer(self) -> "Window | None":
        """Return the middle half, or None when it is close enough."""
        if self.length < 2 * SHORTEST:
            return None
        return _within_reason(self.start + self.length / 4, self.end - self.length / 4)

    def wider(self, now: datetime.datetime) -> "Window | None":
        """Return twice the time around the same middle, but nothing that is yet to come."""
        end = max(min(self.end + self.length / 2, now), self.end)
        window = _within_reason(end - 2 * self.length, end)
        return window if window.length > self.length else None


def _within_reason(start: datetime.datetime, end: datetime.datetime) -> Window:
    return Window(max(start, EARLIEST), min(end, LATEST))


def _address(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def window_of(
    query: Mapping[str, str],
    *,
    now: datetime.datetime,
    zone: ZoneInfo,
    extent: tuple[datetime.datetime, datetime.datetime] | None,
) -> Window:
    """Return the window that an address asks for; ``extent`` is from the first to the last set."""
    if query.get("from") or query.get("to"):
        return _chosen(query.get("from", ""), query.get("to", ""), now=now, zone=zone)
    return window_of_period(query.get("period", USUAL), now=now, extent=extent)


def window_of_period(period: str, *, now: datetime.datetime, extent) -> Window:
    if period not in PERIODS:
        raise InvalidInput(_("Choose one of the periods that are offered."), attr="period")
    length = PERIODS[period][1]
    if length:
        return Window(now - length, now, period)
    start, end = extent or (now - DAY, now)
    missing = max(SHORTEST - (end - start), datetime.timedelta(0))
    return Window(start - missing / 2, end + missing / 2, period)


def _chosen(start: str, end: str, *, now, zone: ZoneInfo) -> Window:
    problems = []
    try:
        last = parse_moment(end, zone, fold=1) if end else now
    except ValueError:
        last = now
        problems.append(_problem("to", _("“To” is not a day and time.")))
    try:
        first = parse_moment(start, zone, fold=0) if start else last - PERIODS[USUAL][1]
    except ValueError:
        problems.append(_problem("from", _("“From” is not a day and time.")))
    if not problems and first >= last:
        problems.append(_problem("to", _("“To” must be later than “From”.")))
    if problems:
        raise InvalidInput(problems=problems)
    return Window(first, last)


def _problem(attr: str, detail: str) -> Problem:
    return Problem("invalid", detail, attr)


def parse_moment(text: str, zone: ZoneInfo, *, fold: int) -> datetime.datetime:
    """Return a moment in UTC; without an offset ``text`` is the time of ``zone``, a day its start.

    Raises ValueError for what is no moment, or none between 1900 and 2200.
    """
    # A plus sign in an address may have arrived as a space.
    head, space, offset = text.strip().rpartition(" ")
    moment = datetime.datetime.fromisoformat(f"{head}+{offset}" if "T" in head else text.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone, fold=fold)
    try:
        moment = moment.astimezone(datetime.UTC)
    except OverflowError:
        raise ValueError("too far away") from None
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("too far away")
    return moment
