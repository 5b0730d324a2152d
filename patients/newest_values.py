"""The newest known value of each sign, and from which set it is: a partial set hides none."""

import datetime
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q, Subquery

from patients.models import Patient, VitalSigns
from patients.vital_signs_table import MEASUREMENT_FIELDS

# A device may send a set each minute: what nurses measured is then behind very many.
SOUGHT_WITHIN = datetime.timedelta(days=7)
SOUGHT = (
    "respiratory_rate_per_min",
    "oxygen_saturation_percent",
    "systolic_mmhg",
    "heart_rate_per_min",
    "temperature_celsius",
    "consciousness",
    "pain_score",
    "glucose_mmol_per_l",
    "weight_kg",
    "height_cm",
)


def sets_with_newest_values(newest_first: Iterable[VitalSigns]) -> dict[str, VitalSigns]:
    """Return for each measurement the newest set that holds it."""
    found: dict[str, VitalSigns] = {}
    for one in newest_first:
        for name in MEASUREMENT_FIELDS:
            if name not in found and getattr(one, name) not in (None, ""):
                found[name] = one
    return found


def sets_behind(
    patient: Patient, newest_first: Sequence[VitalSigns], *, read: int
) -> list[VitalSigns]:
    """Return the newest sets with a value that none of the ``read`` newest ones holds.

    Nothing is asked of the database where fewer sets than ``read`` were found; otherwise one query.
    """
    held = sets_with_newest_values(newest_first)
    sought = [name for name in SOUGHT if name not in held]
    if len(newest_first) < read or not sought:
        return []
    sets = patient.vital_signs.final()
    behind = sets.filter(
        measured_at__lte=newest_first[-1].measured_at,
        measured_at__gte=newest_first[0].measured_at - SOUGHT_WITHIN,
    )
    newest = (Q(pk=Subquery(_holding(behind, name).values("pk")[:1])) for name in sought)
    return list(sets.filter(reduce(or_, newest)).newest_first())


def _holding(sets, name: str):
    empty = Q(consciousness="") if name == "consciousness" else Q(**{f"{name}__isnull": True})
    return sets.exclude(empty).newest_first()
