"""The newest known value of each sign, and from which set it is: a partial set hides none."""

from collections.abc import Iterable

from patients.models import VitalSigns
from patients.vital_signs_table import MEASUREMENT_FIELDS


def sets_with_newest_values(newest_first: Iterable[VitalSigns]) -> dict[str, VitalSigns]:
    """Return for each measurement the newest set that holds it."""
    found: dict[str, VitalSigns] = {}
    for one in newest_first:
        for name in MEASUREMENT_FIELDS:
            if name not in found and getattr(one, name) not in (None, ""):
                found[name] = one
    return found
