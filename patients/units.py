"""Units in which a vital sign may be entered, converted exactly and rounded as people round.

Factors: UCUM (mm[Hg] = 133.322 Pa), the international pound and inch (exact), and for glucose a
molar mass of 180.16 g/mol. Unit names are UCUM codes.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from patients.vital_signs_table import VitalSign

MMHG_IN_KPA = Decimal("0.133322")
KG_IN_LB = Decimal("0.45359237")
CM_IN_INCH = Decimal("2.54")
MG_PER_DL_IN_MMOL_PER_L = Decimal("18.016")

TO_FIELD_UNIT = {
    "[degF]": lambda value: (value - 32) * 5 / 9,
    "kPa": lambda value: value / MMHG_IN_KPA,
    "[lb_av]": lambda value: value * KG_IN_LB,
    "[in_i]": lambda value: value * CM_IN_INCH,
    "mg/dL": lambda value: value / MG_PER_DL_IN_MMOL_PER_L,
}
FROM_FIELD_UNIT = {
    "[degF]": lambda value: value * 9 / 5 + 32,
    "kPa": lambda value: value * MMHG_IN_KPA,
    "[lb_av]": lambda value: value / KG_IN_LB,
    "[in_i]": lambda value: value / CM_IN_INCH,
    "mg/dL": lambda value: value * MG_PER_DL_IN_MMOL_PER_L,
}
# How the other units read, and with how many decimals their devices show a value.
UNIT_SHOWN = {
    "[degF]": "°F", "kPa": "kPa", "[lb_av]": "lb", "[in_i]": "in", "mg/dL": "mg/dL",
}  # fmt: skip
PLACES_SHOWN = {"[degF]": 1, "kPa": 1, "[lb_av]": 1, "[in_i]": 1, "mg/dL": 0}


class UnknownUnit(ValueError):
    """The unit is not one in which this vital sign may be entered."""


@dataclass(frozen=True)
class Entered:
    """A number as a person or a device gave it; without a unit it is in the field's own."""

    value: Decimal
    unit: str | None = None


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round away from zero at the half, as clinical tables expect (38.05 to 38.1).

    >>> round_half_up(Decimal("38.05"), 1)
    Decimal('38.1')
    """
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def in_field_unit(sign: VitalSign, entered: Entered) -> Decimal:
    """Return the entered value in the unit of its field, not yet rounded."""
    if entered.unit is None or entered.unit == sign.unit:
        return entered.value
    if entered.unit not in sign.also_entered_as:
        raise UnknownUnit(entered.unit)
    return TO_FIELD_UNIT[entered.unit](entered.value)


def in_other_unit(value: Decimal, unit: str) -> Decimal:
    """Return a stored value in another unit, as a device of that unit would show it.

    >>> in_other_unit(Decimal("37.0"), "[degF]")
    Decimal('98.6')
    """
    return round_half_up(FROM_FIELD_UNIT[unit](value), PLACES_SHOWN[unit])


def unit_shown(sign: VitalSign, unit: str | None) -> str:
    """Return how ``unit`` is written beside a value of ``sign``: "°F"; None is the sign's own."""
    return UNIT_SHOWN.get(unit, sign.unit_display)
