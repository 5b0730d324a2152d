"""What a set of vital signs cannot hold: refused, with a hint where the slip is likely.

The limits are physical, not clinical: the sickest patients have the oddest numbers and must be
recordable. What is merely odd is asked (``patients.questions``).
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.errors import InvalidInput, Problem, Suggestion
from aicare.locale_formats import number_text
from patients.sign_names import SIGN_NAMES
from patients.units import Entered, UnknownUnit, in_field_unit, round_half_up
from patients.vital_signs_table import BY_FIELD, CONSCIOUSNESS, MEASUREMENT_FIELDS, VitalSign

# A clock that runs ahead by this much is tolerated.
CLOCK_TOLERANCE = datetime.timedelta(minutes=5)
EARLIEST = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
# Larger numbers are refused before any arithmetic: no vital sign has seven digits.
LARGEST = Decimal(1_000_000)

# From here to 1 a percentage was probably given as a fraction (0 itself is a value).
FRACTIONS = {"oxygen_saturation_percent": 0, "fio2_percent": Decimal("0.21")}

# FHIR R4 data-absent-reason, those that a ward has a use for, and what it calls them.
ABSENT_REASONS = {
    "not-performed": gettext_lazy("not done"),
    "asked-declined": gettext_lazy("patient declined"),
    "not-permitted": gettext_lazy("not permitted"),
    "error": gettext_lazy("no reading, device failed"),
    "not-applicable": gettext_lazy("does not apply"),
    "unknown": gettext_lazy("not known"),
}


@dataclass(frozen=True)
class Measured:
    """A set in the units of its fields, rounded, with what was entered where that differs."""

    values: dict[str, Any]
    as_entered: dict[str, dict[str, str]] = field(default_factory=dict)


def measured(measurements: Mapping[str, Any]) -> Measured:
    """Convert, round and check a set; raise InvalidInput with every problem at once.

    Numbers may be plain (in the unit of the field) or ``Entered``; None and "" mean not measured.
    """
    values, as_entered, problems = {}, {}, []
    for name in MEASUREMENT_FIELDS:
        given = measurements.get(name)
        if given is None or given == "":
            continue
        if name not in BY_FIELD:
            values[name] = given
            continue
        entered = given if isinstance(given, Entered) else Entered(Decimal(str(given)))
        checked = check_number(BY_FIELD[name], entered)
        if isinstance(checked, Problem):
            problems.append(checked)
            continue
        values[name] = checked
        if entered.unit not in (None, BY_FIELD[name].unit) or entered.value != checked:
            unit = entered.unit or BY_FIELD[name].unit
            as_entered[name] = {"value": str(entered.value), "unit": unit}
    if values.get("consciousness", "alert") not in dict(CONSCIOUSNESS):
        text = _("Choose one of ACVPU.")
        problems.append(Problem("invalid_choice", text, "consciousness"))
    if not values and not problems:
        problems.append(Problem("no_measurement", _("Enter at least one measurement.")))
    if problems:
        raise InvalidInput(problems=problems)
    return Measured(values, as_entered)


def check_number(sign: VitalSign, entered: Entered) -> Decimal | Problem:
    """Return the value as it will be stored, or why it cannot be."""
    if not entered.value.is_finite() or abs(entered.value) > LARGEST:
        return outside_limits(sign)
    try:
        exact = in_field_unit(sign, entered)
    except UnknownUnit:
        text = _("%(sign)s is entered in %(units)s.") % {
            "sign": SIGN_NAMES[sign.field],
            "units": ", ".join((sign.unit, *sign.also_entered_as)),
        }
        return Problem("unknown_unit", text, sign.field)
    rounded = round_half_up(exact, sign.places)
    in_own_unit = entered.unit in (None, sign.unit)
    slip = likely_slip(sign, exact) if in_own_unit else None
    if slip:
        return slip
    if not sign.minimum <= rounded <= sign.maximum:
        return outside_limits(sign)
    if in_own_unit and sign.places == 0 and exact != rounded:
        return not_a_whole_number(sign, exact)
    return rounded


def not_a_whole_number(sign: VitalSign, value: Decimal) -> Problem:
    """Return the refusal; a pressure with decimals was probably read off in kPa."""
    code = "not_a_whole_number"
    if "kPa" in sign.also_entered_as:
        meant = round_half_up(in_field_unit(sign, Entered(value, "kPa")), sign.places)
        if meant <= sign.maximum:
            likely = Suggestion(sign.field, str(meant), sign.unit)
            text = _("No cuff shows this in mmHg. Was it kPa?")
            return Problem(code, text, sign.field, likely)
    text = _("%(sign)s is a whole number.") % {"sign": SIGN_NAMES[sign.field]}
    return Problem(code, text, sign.field)


def outside_limits(sign: VitalSign) -> Problem:
    text = _("%(sign)s can be %(lowest)s to %(highest)s %(unit)s.") % {
        "sign": SIGN_NAMES[sign.field],
        "lowest": number_text(sign.minimum),
        "highest": number_text(sign.maximum),
        "unit": sign.unit_display,
    }
    return Problem("out_of_range", text, sign.field)


def likely_slip(sign: VitalSign, value: Decimal) -> Problem | None:
    """Return the refusal of a value that was probably meant in another unit, with that value."""
    name = sign.field
    if name == "temperature_celsius" and round_half_up(value, 1) > 47 and value <= 115:
        meant = in_field_unit(sign, Entered(value, "[degF]"))
        text = _("No thermometer shows this in °C. Was it Fahrenheit?")
    elif name in FRACTIONS and FRACTIONS[name] <= value <= 1 and value > 0:
        meant, text = value * 100, _("This looks like a fraction. Enter percent.")
    elif name == "height_cm" and Decimal("1.2") <= value <= Decimal("2.3"):
        meant, text = value * 100, _("This looks like metres. Enter centimetres.")
    else:
        return None
    likely = Suggestion(name, str(round_half_up(meant, sign.places)), sign.unit)
    return Problem("out_of_range", text, name, likely)


def check_absent_reasons(reasons: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Raise InvalidInput unless each reason is a known one, for something not measured."""
    for name, reason in reasons.items():
        if name not in MEASUREMENT_FIELDS or reason not in ABSENT_REASONS:
            raise InvalidInput(
                _("Give a measurement and one of: %(reasons)s.")
                % {"reasons": ", ".join(ABSENT_REASONS)},
                code="invalid_absent_reason",
                attr="absent_reasons",
            )
        if name in values:
            raise InvalidInput(
                _("%(sign)s: either a value or a reason why there is none, not both.")
                % {"sign": SIGN_NAMES[name]},
                code="absent_but_measured",
                attr="absent_reasons",
            )


def check_moment(moment, *, now, born: datetime.date | None, died, zone, attr="measured_at"):
    """Raise InvalidInput unless ``moment`` lies within the patient's life and not ahead."""
    code = text = ""
    if moment < EARLIEST:
        code, text = "invalid_timestamp", _("This time is too long ago.")
    elif moment > now + CLOCK_TOLERANCE:
        code, text = "in_the_future", _("This time has not come yet. Check date and clock.")
    elif born and moment.astimezone(zone).date() < born:
        code, text = "before_birth", _("This time is before the patient was born. Check the date.")
    elif died and moment > died:
        code, text = "after_death", _("This time is after the patient died. Check the date.")
    if code:
        raise InvalidInput(text, code=code, attr=attr)
