"""The words of the summary on paper: short, and the same on whatever day they are read."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from aicare.locale_formats import day_text, moment_text
from patients.alerts import Alert
from patients.banner import Banner
from patients.models import Allergy, VitalSigns
from patients.wording import badge_of_set, place_words, signs_line

MOST_LETTERS, MOST_LINES = 500, 8


def about(banner: Banner) -> str:
    """Return what tells the patient from others, for every page."""
    patient, stay = banner.patient, banner.encounter
    parts: Iterable[object] = (
        _("record number %(number)s") % {"number": patient.medical_record_number},
        _("born %(day)s") % {"day": day_text(patient.birth_date)} if patient.birth_date else "",
        f"{banner.age}, {patient.get_sex_display()}",
        place_words(stay) if stay else "" if patient.deceased_at else _("not admitted"),
    )
    return " · ".join(str(part) for part in parts if part)


def of_when(alert: Alert) -> str:
    """Return of when the image is, for there may be several of a kind; otherwise since when."""
    if alert.image_at:
        return moment_text(alert.image_at)
    return _("since %(time)s") % {"time": moment_text(alert.since)} if alert.since else ""


def allergy_text(one: Allergy) -> str:
    """Return an allergy with its reaction, and that it is dangerous."""
    is_high = one.criticality == Allergy.Criticality.HIGH
    beside = ", ".join(filter(None, [one.reaction, _("high risk") if is_high else ""]))
    return f"{one.display} ({beside})" if beside else one.display


def tag_of(voice: str) -> str:
    """Return what stands before a statement: who speaks, and whether it is signed."""
    tags = {
        "machine": _("AI unsigned"),
        "person": _("✓ signed"),
        "abstain": _("AI no result"),
        "waiting": _("not read"),
    }
    return tags.get(voice, voice)


def set_in_words(one: VitalSigns) -> tuple[str, str]:
    """Return the score of a set with its word, and its signs in a line."""
    badge = badge_of_set(one)
    return f"{badge.number} {badge.word}", " · ".join(part.text for part in signs_line(one))


def shortened(text: object) -> str:
    """Return a text that fits a few lines, and shows that it was cut."""
    lines = str(text).strip().splitlines()
    short = "\n".join(lines[:MOST_LINES])[:MOST_LETTERS].rstrip()
    return short if short == "\n".join(lines) else f"{short} …"


def file_name(now: datetime) -> str:
    """Return a name that says when, and not of whom: files are seen by others."""
    return f"aicare-summary-{now:%Y%m%dT%H%M%SZ}.pdf"
