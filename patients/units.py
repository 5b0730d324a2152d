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
