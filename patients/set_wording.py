"""What a set holds, in words: both units, why a value is missing, what a correction changed."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.locale_formats import number_text, time_text
from aicare.templatetags.clock import in_words
from patients.checks import ABSENT_REASONS
from patients.models import VitalSigns
from patients.sign_names import NAMES_WHERE_ABSENT, SIGN_NAMES
from patients.units import unit_shown
from patients.vital_signs_table import BY_FIELD, MEASUREMENT_FIELDS
from patients.wording import badge_of_set

PRESSURES = ("systolic_mmhg", "diastolic_mmhg")
NO_PART_OF_THE_SCORE = ("pain_score", "glucose_mmol_per_l", "weight_kg", "height_cm")


@dataclass(frozen=True)
class Difference:
    """One thing that a correction changed: what it is called, how it was, how it is."""

    field: str
    label: str
    before: str
    after: str


def number_with_unit(one: VitalSigns, name: str) -> str:
    """Return a number as it is stored and, where another unit was used, as it was entered."""
    value = getattr(one, name)
    if value is None:
        return ""
    sign = BY_FIELD[name]
    stored = f"{number_text(value, sign.places)}{_gap(sign.unit_display)}"
    entered = as_entered_text(one, name)
    return f"{stored} ({entered})" if entered else stored


def as_entered_text(one: VitalSigns, name: str) -> str:
    """Return value and unit as they were entered, where they are not those that are stored."""
    entered = one.as_entered.get(name)
    if not entered:
        return ""
    shown = unit_shown(BY_FIELD[name], entered["unit"])
    return f"{number_text(Decimal(entered['value']))}{_gap(shown)}"


def _gap(unit: str) -> str:
    return unit if unit.startswith("/") else f" {unit}"


def value_in_words(one: VitalSigns, name: str) -> str:
    """Return any measurement of a set in words; empty when it was not measured."""
    if name == "consciousness":
        return str(one.get_consciousness_display()) if one.consciousness else ""
    if name == "on_supplemental_oxygen":
        return {None: "", True: _("Oxygen"), False: _("Room air")}[one.on_supplemental_oxygen]
    return number_with_unit(one, name)


def also_measured(one: VitalSigns) -> list[str]:
    """Return what is no part of the score: "Pain 3/10", "Weight 70.0 kg"."""
    return [
        f"{SIGN_NAMES[name]} {number_text(getattr(one, name), BY_FIELD[name].places)}"
        f"{_gap(BY_FIELD[name].unit_display)}"
        for name in NO_PART_OF_THE_SCORE
        if getattr(one, name) is not None
    ]


def entered_otherwise(one: VitalSigns) -> str:
    """Return what was entered in another unit or with more digits: "16.4/8.2 kPa, 101.1 °F"."""
    texts = {name: as_entered_text(one, name) for name in one.as_entered}
    systolic, diastolic = (one.as_entered.get(name) for name in PRESSURES)
    if systolic and diastolic and systolic["unit"] == diastolic["unit"]:
        high = number_text(Decimal(systolic["value"]))
        texts[PRESSURES[0]] = f"{high}/{texts.pop(PRESSURES[1])}"
    return ", ".join(texts.values())


def absent_in_words(one: VitalSigns) -> str:
    """Return what was not measured and why: "SpO₂, Pulse (patient declined); Pain (not done)"."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in one.absent_reasons.items():
        by_reason.setdefault(reason, []).append(str(NAMES_WHERE_ABSENT[name]))
    return "; ".join(
        f"{', '.join(names)} ({ABSENT_REASONS[reason]})" for reason, names in by_reason.items()
    )


def differences(before: VitalSigns, after: VitalSigns) -> list[Difference]:
    """Return what differs between two sets, in the order of the chart."""
    return [one for one in _compared(before, after) if one.before != one.after]


def _compared(before: VitalSigns, after: VitalSigns) -> Iterator[Difference]:
    yield Difference(
        "measured_at", _("Measured at"), _when(before.measured_at), _when(after.measured_at)
    )
    for name in MEASUREMENT_FIELDS:
        yield Difference(
            name,
            str(SIGN_NAMES[name]),
            value_in_words(before, name) or _why_absent(before, name),
            value_in_words(after, name) or _why_absent(after, name),
        )
    yield Difference("note", _("Note"), before.note, after.note)


def _why_absent(one: VitalSigns, name: str) -> str:
    reason = one.absent_reasons.get(name)
    return str(ABSENT_REASONS[reason]) if reason else "–"


def _when(moment: datetime.datetime) -> str:
    return in_words(moment, now=timezone.now())


def saved_text(one: VitalSigns, *, name: str = "") -> str:
    """Return what was saved, in a sentence; ``name`` is said where the page does not say it."""
    badge = badge_of_set(one)
    words = {
        "name": name,
        "time": time_text(one.measured_at),
        "number": badge.number,
        "word": badge.word,
    }
    if name:
        said = _("%(name)s: set of %(time)s saved. NEWS2 %(number)s, %(word)s.") % words
    else:
        said = _("Set of %(time)s saved. NEWS2 %(number)s, %(word)s.") % words
    entered, absent = entered_otherwise(one), absent_in_words(one)
    if entered:
        said += " " + _("Entered as %(values)s.") % {"values": entered}
    if absent:
        said += " " + _("Not measured: %(reasons)s.") % {"reasons": absent}
    return said
