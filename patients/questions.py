"""What is odd about a set of vital signs but possible: asked, and the answer is kept."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from aicare.errors import Problem, Suggestion
from patients.sign_names import SIGN_NAMES
from patients.units import Entered, in_field_unit, in_other_unit, round_half_up
from patients.vital_signs_table import BY_FIELD

QUESTION_CODES = (
    "pressure_swapped",
    "weight_unit",
    "weight_change",
    "height_weight_swapped",
    "pulse_differs",
    "air_with_oxygen",
    "extreme_value",
)
POUNDS = (Decimal("2.2") * Decimal("0.95"), Decimal("2.2") * Decimal("1.05"))
WEIGHT_CHANGE = Decimal("0.2")
WEIGHT_CHANGE_WITHIN = datetime.timedelta(days=7)
ADULT_FROM_YEARS = 16
# Below the first or above the second bound.
EXTREMES = {
    "heart_rate_per_min": (1, None),
    "heart_rate_second_per_min": (1, None),
    "oxygen_saturation_percent": (50, None),
    "systolic_mmhg": (50, 260),
    "temperature_celsius": (32, 42),
    "respiratory_rate_per_min": (5, 60),
}


@dataclass(frozen=True)
class EarlierWeight:
    """The newest weight before this set."""

    kg: Decimal
    measured_at: datetime.datetime


def questions_about(
    values: Mapping[str, Any],
    *,
    measured_at: datetime.datetime,
    age_years: int | None,
    earlier_weight: EarlierWeight | None,
) -> list[Problem]:
    """Return what should be asked before this set is stored; one code may come for two fields."""
    return [
        *_about_pressure(values),
        *_about_weight(values, measured_at, earlier_weight),
        *_about_height(values, age_years),
        *_about_pulse(values),
        *_about_oxygen(values),
        *_about_extremes(values),
    ]


def pulses_differ(first: Decimal | None, second: Decimal | None) -> bool:
    """Tell whether two readings differ by more than 15 % of their mean and 10 a minute."""
    if first is None or second is None:
        return False
    difference = abs(first - second)
    return difference > 10 and difference > Decimal("0.15") * (first + second) / 2


def _about_pressure(values) -> Iterator[Problem]:
    systolic, diastolic = values.get("systolic_mmhg"), values.get("diastolic_mmhg")
    if systolic is not None and diastolic is not None and systolic <= diastolic:
        text = _("The systolic pressure is not above the diastolic. Were they swapped?")
        yield Problem("pressure_swapped", text, "systolic_mmhg")


def _about_weight(values, measured_at, earlier: EarlierWeight | None) -> Iterator[Problem]:
    """Ask about pounds, or else about a fast change: one cause, one question."""
    weight = values.get("weight_kg")
    if weight is None or earlier is None:
        return
    ratio = max(weight, earlier.kg) / min(weight, earlier.kg)
    within_a_week = measured_at - earlier.measured_at <= WEIGHT_CHANGE_WITHIN
    if POUNDS[0] <= ratio <= POUNDS[1]:
        text = _("The weight is about 2.2 times the last one, up or down. Pounds or kilograms?")
        yield Problem("weight_unit", text, "weight_kg", _other_weight(weight, earlier.kg))
    elif within_a_week and abs(weight - earlier.kg) > WEIGHT_CHANGE * earlier.kg:
        text = _("The weight changed by more than 20 % within 7 days. Is it right?")
        yield Problem("weight_change", text, "weight_kg")


def _other_weight(weight: Decimal, earlier: Decimal) -> Suggestion:
    """Return what was probably weighed: pounds read as kilograms, or kilograms as pounds."""
    sign = BY_FIELD["weight_kg"]
    if weight > earlier:
        meant = round_half_up(in_field_unit(sign, Entered(weight, "[lb_av]")), sign.places)
    else:
        meant = in_other_unit(weight, "[lb_av]")
    return Suggestion(sign.field, str(meant), sign.unit)


def _about_height(values, age_years: int | None) -> Iterator[Problem]:
    height, weight = values.get("height_cm"), values.get("weight_kg")
    is_child = age_years is not None and age_years < ADULT_FROM_YEARS
    if height is None or weight is None or is_child:
        return
    if 15 <= height <= 120 <= weight <= 250:
        yield Problem("height_weight_swapped", _("Were height and weight swapped?"), "height_cm")


def _about_pulse(values) -> Iterator[Problem]:
    if pulses_differ(values.get("heart_rate_per_min"), values.get("heart_rate_second_per_min")):
        text = _("The two pulse readings differ. Is the pulse irregular? Both will be kept.")
        yield Problem("pulse_differs", text, "heart_rate_second_per_min")


def _about_oxygen(values) -> Iterator[Problem]:
    if values.get("on_supplemental_oxygen") is not False:
        return
    if values.get("oxygen_flow_l_per_min", 0) > 0 or values.get("fio2_percent", 0) > 21:
        text = _("Room air is stated together with oxygen. Does the patient breathe room air?")
        yield Problem("air_with_oxygen", text, "on_supplemental_oxygen")


def _about_extremes(values) -> Iterator[Problem]:
    for name, (low, high) in EXTREMES.items():
        value = values.get(name)
        if value is not None and (value < low or (high is not None and value > high)):
            text = _("%(sign)s is extreme. Is it right?") % {"sign": SIGN_NAMES[name]}
            yield Problem("extreme_value", text, name)
