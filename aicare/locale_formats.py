"""Numbers, days and times as the reader's language writes them (the forms: ``aicare.formats``)."""

import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext


def number_text(value: int | float | Decimal | None, places: int | None = None) -> str:
    """Return ``value`` with the language's decimal sign and without groups of digits.

    A group's sign in one language is the decimal sign of another, so there are none.
    ``places`` rounds; without it the digits are those that the value has.
    """
    if value is None:
        return ""
    text = f"{Decimal(str(value)):f}" if places is None else f"{value:.{places}f}"
    return text.replace(".", get_format("DECIMAL_SEPARATOR"))


def day_text(day: datetime.date) -> str:
    """Return a day with its year: "3 Feb 1962"; a moment's day is that of the active zone."""
    return date_format(_here(day), "DATE_FORMAT")


def day_of_year_text(day: datetime.date) -> str:
    """Return a day without its year: "3 Feb"."""
    return date_format(_here(day), "MONTH_DAY_FORMAT")


def month_text(day: datetime.date) -> str:
    """Return a month with its year: "Feb 1962"."""
    return date_format(_here(day), "YEAR_MONTH_FORMAT")


def time_text(moment: datetime.datetime) -> str:
    """Return the time in the active zone: "10:31"; with the zone in the hour that comes twice."""
    here = timezone.localtime(moment)
    text = date_format(here, "TIME_FORMAT")
    is_twice = here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset()
    return f"{text} {zone_text(moment)}" if is_twice else text


def moment_text(moment: datetime.datetime) -> str:
    """Return day and time, with the year where it is another than this: "3 Feb 10:31"."""
    is_of_this_year = timezone.localtime(moment).year == timezone.localtime().year
    day = day_of_year_text(moment) if is_of_this_year else day_text(moment)
    return f"{day} {time_text(moment)}"


def zone_text(moment: datetime.datetime) -> str:
    """Return the short name of the active zone at ``moment``: "CET", or "UTC-03" where it has none.

    Summer and winter time of one place have different names.
    """
    name = timezone.localtime(moment).tzname()
    return f"UTC{name}" if name[0] in "+-" else name


def exact_text(moment: datetime.datetime) -> str:
    """Return day, time and zone, for what may be read elsewhere: "20 Nov 2026, 10:31 CET"."""
    return f"{date_format(_here(moment), 'DATETIME_FORMAT')} {zone_text(moment)}"


def in_sentence(label: str) -> str:
    """Return a label as it is written inside a sentence: "New confusion" as "new confusion".

    Abbreviations stay as they are, and in German every label does: nouns are written large.
    """
    label = str(label)
    if (get_language() or "").startswith("de") or not label[1:2].islower():
        return label
    return label[0].lower() + label[1:]


def quoted(text: object) -> str:
    """Return ``text`` between the language's quotation marks: “this”, „this“ or «this»."""
    return gettext("“%(text)s”") % {"text": text}


def _here(day):
    return timezone.localtime(day) if isinstance(day, datetime.datetime) else day
