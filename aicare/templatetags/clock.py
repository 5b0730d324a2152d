"""Times as people say them: "today 10:31", "in 22 min", "overdue 1 h 05"."""

import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html

register = template.Library()
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def in_words(moment: datetime.datetime, *, now: datetime.datetime) -> str:
    """Return ``moment`` as a colleague would say it: the day only where it is not today."""
    here, today = timezone.localtime(moment), timezone.localtime(now).date()
    at = f"{here:%H:%M}"
    days = (today - here.date()).days
    if days == 0:
        return f"today {at}"
    if days == 1:
        return f"yesterday {at}"
    if days == -1:
        return f"tomorrow {at}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%b}{year} {at}"


def length_in_words(seconds: float) -> str:
    """Return a length of time in at most two units: "9 min", "1 h 05", "9 h", "3 days"."""
    seconds = int(abs(seconds))
    if seconds < MINUTE:
        return "less than 1 min"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 5 * HOUR:
        hours, rest = divmod(seconds, HOUR)
        minutes = rest // MINUTE
        return f"{hours} h {minutes:02}" if minutes else f"{hours} h"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h"
    return f"{seconds // DAY} days"


@register.filter
def clock(moment):
    """Say when, in a <time> that also holds the exact moment."""
    if moment is None:
        return ""
    words = in_words(moment, now=timezone.now())
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.filter
def clock_only(moment):
    """The time alone, today; with its day otherwise."""
    if moment is None:
        return ""
    words = in_words(moment, now=timezone.now()).removeprefix("today ")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.filter
def day(date):
    """A date without a time: "3 Feb 1962"."""
    return f"{date.day} {date:%b %Y}" if date else ""


@register.filter
def due_in_words(moment):
    """Say how long there is until ``moment``, or for how long it has been overdue."""
    if moment is None:
        return ""
    seconds = (moment - timezone.now()).total_seconds()
    words = length_in_words(seconds)
    if seconds <= -MINUTE:
        return f"overdue {words}"
    return "due now" if seconds < MINUTE else f"in {words}"


@register.filter
def ago(moment):
    """Say how long ago: "11 min"."""
    return length_in_words((timezone.now() - moment).total_seconds()) if moment else ""
