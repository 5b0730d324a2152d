"""Times as people say them, and numbers: "today 10:31", "in 22 min", "overdue 1 h 05", "38.4"."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aicare import locale_formats

register = template.Library()
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_by_date = ContextVar("by_date", default=False)


@contextmanager
def by_date() -> Iterator[None]:
    """Say no "today" while this lasts: paper and files are read on other days."""
    token = _by_date.set(True)
    try:
        yield
    finally:
        _by_date.reset(token)


def in_words(moment: datetime.datetime, *, now: datetime.datetime) -> str:
    """Return ``moment`` as a colleague would say it: the day only where it is not today."""
    at = {"time": locale_formats.time_text(moment)}
    days = _days_before(moment, now)
    if days == 0:
        return _("today %(time)s") % at
    if days == 1:
        return _("yesterday %(time)s") % at
    if days == -1:
        return _("tomorrow %(time)s") % at
    return f"{_day_in_words(moment, now)} {at['time']}"


def time_in_words(moment: datetime.datetime, *, now: datetime.datetime) -> str:
    """Return the time alone if ``moment`` is today; with its day otherwise."""
    if _days_before(moment, now) == 0:
        return locale_formats.time_text(moment)
    return in_words(moment, now=now)


def length_in_words(seconds: float) -> str:
    """Return a length of time in at most two units: "9 min", "1 h 05", "9 h", "3 days"."""
    seconds = int(abs(seconds))
    if seconds < MINUTE:
        return _("less than 1 min")
    if seconds < HOUR:
        return _("%(minutes)d min") % {"minutes": seconds // MINUTE}
    if seconds < 2 * DAY:
        return _hours_in_words(seconds)
    days = seconds // DAY
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _hours_in_words(seconds: int) -> str:
    hours, rest = divmod(seconds, HOUR)
    minutes = rest // MINUTE
    if hours < 5 and minutes:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    return _("%(hours)d h") % {"hours": hours}


def _days_before(moment, now) -> int | None:
    if _by_date.get():
        return None
    return (timezone.localtime(now).date() - timezone.localtime(moment).date()).days


def _day_in_words(moment, now) -> str:
    if timezone.localtime(moment).year == timezone.localtime(now).year:
        return locale_formats.day_of_year_text(moment)
    return locale_formats.day_text(moment)


def _time_element(moment, words):
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        locale_formats.exact_text(moment),
        words,
    )


@register.filter
def clock(moment):
    """Say when, in a <time> that also holds the exact moment and its zone."""
    return _time_element(moment, in_words(moment, now=timezone.now())) if moment else ""


@register.filter
def clock_only(moment):
    """The time alone, today; with its day otherwise."""
    return _time_element(moment, time_in_words(moment, now=timezone.now())) if moment else ""


@register.filter
def exact(moment):
    """Day, time and zone, for paper and files: "20 Nov 2026, 10:31 CET"."""
    return _time_element(moment, locale_formats.exact_text(moment)) if moment else ""


@register.filter
def time_of_day(moment):
    """The time alone, where the day stands above."""
    return locale_formats.time_text(moment) if moment else ""


@register.filter
def day(date):
    """A date without a time: "3 Feb 1962"."""
    return locale_formats.day_text(date) if date else ""


@register.filter
def month(date):
    """A month with its year: "Feb 1962"."""
    return locale_formats.month_text(date) if date else ""


@register.filter
def due_in_words(moment):
    """Say how long there is until ``moment``, or for how long it has been overdue."""
    if moment is None:
        return ""
    seconds = (moment - timezone.now()).total_seconds()
    length = {"length": length_in_words(seconds)}
    if seconds <= -MINUTE:
        return _("overdue %(length)s") % length
    return _("due now") if seconds < MINUTE else _("in %(length)s") % length


@register.filter
def ago(moment):
    """Say how long ago: "11 min"."""
    return length_in_words((timezone.now() - moment).total_seconds()) if moment else ""


@register.filter
def in_sentence(label):
    """A label inside a sentence: small at its start, as far as the language allows."""
    return locale_formats.in_sentence(label) if label else ""


@register.simple_tag
def updated_note(moment, seconds=False):
    """When a live part was updated last; ``aicare.js`` shows the other text when updates stop."""
    form = "H:i:s" if seconds else "TIME_FORMAT"
    at = {"time": date_format(timezone.localtime(moment), form)}
    return format_html(
        '<span class="live-note" data-live-note data-stale="{}">{}</span>',
        _("not updated since %(time)s") % at,
        _("updated %(time)s") % at,
    )


@register.filter
def number(value, places=None):
    """A number with the language's decimal sign: ``{{ value|number:1 }}``."""
    return locale_formats.number_text(value, places)
