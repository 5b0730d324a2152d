"""The row of figures on the summary: the newest value of each sign, its points, its source."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aicare.locale_formats import in_sentence, number_text
from patients.charts.spark import draw_spark
from patients.models import VitalSigns
from patients.newest_values import sets_with_newest_values
from patients.sign_names import SIGN_NAMES
from patients.vital_signs_table import BY_FIELD
from patients.wording import oxygen_words

ALWAYS = (
    (SIGN_NAMES["respiratory_rate_per_min"], "respiratory_rate_per_min"),
    ("SpO₂", "oxygen_saturation_percent"),
    (_("Pressure"), "systolic_mmhg"),
    (SIGN_NAMES["heart_rate_per_min"], "heart_rate_per_min"),
    (SIGN_NAMES["temperature_celsius"], "temperature_celsius"),
    (_("Conscious"), "consciousness"),
)
IF_KNOWN = tuple(
    (SIGN_NAMES[field], field)
    for field in ("pain_score", "glucose_mmol_per_l", "weight_kg", "height_cm")
)
SATURATION, OXYGEN = "oxygen_saturation_percent", "on_supplemental_oxygen"


@dataclass(frozen=True)
class Figure:
    """One sign: value, unit, points; ``older`` is its set when that is not the newest one."""

    label: str
    field: str
    value: str = ""
    unit: str = ""
    points: str = ""
    worst: int = 0
    is_word: bool = False
    older: VitalSigns | None = None
    note: str = ""
    spark: str = ""


def figures(newest_first: Sequence[VitalSigns]) -> list[Figure]:
    """Return the figures of a patient; a partial newest set hides no older value."""
    holding = sets_with_newest_values(newest_first)
    known = [pair for pair in IF_KNOWN if pair[1] in holding]
    return [
        _figure(str(label), name, holding.get(name), newest_first)
        for label, name in (*ALWAYS, *known)
    ]


def _figure(label: str, name: str, one: VitalSigns | None, newest_first) -> Figure:
    if one is None:
        return Figure(label, name)
    older = one if one is not newest_first[0] else None
    if name == "consciousness":
        return Figure(
            label,
            name,
            in_sentence(one.get_consciousness_display()),
            **_points(one, name),
            is_word=True,
            older=older,
        )
    values = [getattr(row, name) for row in reversed(newest_first)]
    return Figure(
        label,
        name,
        number_text(getattr(one, name), BY_FIELD[name].places),
        _unit(one, name),
        **_points(one, name),
        older=older,
        note=_note(one, name),
        spark=draw_spark([value for value in values if value is not None]),
    )


def _unit(one: VitalSigns, name: str) -> str:
    if name == SATURATION:
        return f"% {oxygen_words(one)}".strip()
    if name == "systolic_mmhg":
        diastolic = one.diastolic_mmhg
        if diastolic is None:
            return gettext("mmHg systolic")
        return f"/{number_text(diastolic, 0)} mmHg"
    return BY_FIELD[name].unit_display


def _note(one: VitalSigns, name: str) -> str:
    """Return what must be said beside the value."""
    if name == "heart_rate_per_min" and one.heart_rate_second_per_min is not None:
        second = {"value": number_text(one.heart_rate_second_per_min, 0)}
        if one.two_readings_differ:
            return gettext("two readings differ: %(value)s") % second
        return gettext("second reading: %(value)s") % second
    if name == "height_cm" and one.body_mass_index is not None:
        return gettext("BMI %(value)s") % {"value": number_text(one.body_mass_index, 1)}
    return ""


def _points(one: VitalSigns, name: str) -> dict:
    mine = one.points.get(name, 0)
    oxygen = one.points.get(OXYGEN, 0) if name == SATURATION else 0
    text = f"{mine}+{oxygen}" if oxygen else str(mine) if mine else ""
    return {"points": text, "worst": max(mine, oxygen)}
