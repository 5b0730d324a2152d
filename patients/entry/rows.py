"""The rows of the vital-signs form: field, unit, the value before, what is wrong or in question."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.locale_formats import number_text
from aicare.templatetags.clock import time_in_words
from patients.entry.questions import SHOWN_AT, Asked, asked_at
from patients.entry.running_score import in_both_units
from patients.forms.fields import MOST_PLACES, NUMBER
from patients.forms.vital_signs import (
    AIR,
    MAY_BE_ABSENT,
    OXYGEN,
    VitalSignsForm,
    absent_field,
    unit_field,
)
from patients.models import VitalSigns
from patients.vital_signs_table import BY_FIELD
from patients.wording import oxygen_words

FIRST_ROWS = (
    (gettext_lazy("Respiration"), ("respiratory_rate_per_min",)),
    ("SpO₂", ("oxygen_saturation_percent",)),
    (gettext_lazy("Oxygen flow"), ("oxygen_flow_l_per_min",)),
    ("FiO₂", ("fio2_percent",)),
    (gettext_lazy("Blood pressure"), ("systolic_mmhg", "diastolic_mmhg")),
    (gettext_lazy("Pulse"), ("heart_rate_per_min", "heart_rate_second_per_min")),
    (gettext_lazy("Temperature"), ("temperature_celsius",)),
)
MORE_ROWS = (
    (gettext_lazy("Pain"), ("pain_score",)),
    (gettext_lazy("Glucose"), ("glucose_mmol_per_l",)),
    (gettext_lazy("Weight"), ("weight_kg",)),
    (gettext_lazy("Height"), ("height_cm",)),
)
# Inputs that a round passes by: the keys that move on leave them out.
PASSED_BY = {"heart_rate_second_per_min": gettext_lazy("2nd")}


@dataclass(frozen=True)
class Input:
    """One box of a row; ``hint`` stands in an empty box that most sets leave empty."""

    field: BoundField
    keypad: str
    hint: str


@dataclass(frozen=True)
class Row:
    """One row of the form; blood pressure and pulse have two inputs."""

    label: str
    inputs: tuple[Input, ...]
    unit: BoundField | None
    unit_text: str
    both: str
    previous: str
    asked: tuple[Asked, ...]
    meanwhile: str = ""

    @property
    def first(self) -> BoundField:
        return self.inputs[0].field

    @property
    def errors(self) -> list[str]:
        hinted = {one.problem.detail for one in self.asked}
        return [text for one in self.inputs for text in one.field.errors if text not in hinted]

    @property
    def is_marked(self) -> bool:
        return bool(self.asked or self.errors or self.meanwhile)

    @property
    def is_of_oxygen(self) -> bool:
        """Whether the row is for who breathes oxygen, and shown once that is chosen."""
        return self.first.name in ("oxygen_flow_l_per_min", "fio2_percent")

    @property
    def described_by(self) -> str:
        """Return the ids of what is said about the row: the value before, what is wrong."""
        first = self.first.auto_id
        said = [f"{first}_previous"] * bool(self.previous) + [f"{first}_both"] * bool(self.unit)
        return " ".join(said + [f"{first}_said"] * self.is_marked)

    @property
    def is_filled(self) -> bool:
        return self.is_marked or any(one.field.value() or one.field.errors for one in self.inputs)


def rows_of(
    form: VitalSignsForm,
    names: tuple[tuple[str, tuple[str, ...]], ...],
    newest: dict[str, VitalSigns],
    now: datetime.datetime,
    meanwhile: dict[str, str] | None = None,
) -> list[Row]:
    """Return the rows called ``names``, each with the newest value known before.

    ``meanwhile`` says what somebody else saved in a field since this form was opened.
    """
    both = in_both_units(form)
    return [
        Row(
            label=label,
            inputs=tuple(
                Input(form[name], form.fields[name].keypad, PASSED_BY.get(name, ""))
                for name in fields
            ),
            unit=form[unit_field(fields[0])] if unit_field(fields[0]) in form.fields else None,
            unit_text=BY_FIELD[fields[0]].unit_display,
            both=both.get(fields[0], ""),
            previous=previous_text(fields, newest, now),
            asked=tuple(asked_at(form, fields)),
            meanwhile=" ".join(
                text
                for name, text in (meanwhile or {}).items()
                if SHOWN_AT.get(name, name) in fields
            ),
        )
        for label, fields in names
    ]


def previous_text(fields, newest: dict[str, VitalSigns], now: datetime.datetime) -> str:
    """Return the last known value in words, such as "95 on air at 06:10"."""
    one = newest.get(fields[0])
    if one is None:
        return ""
    said = {"value": _previous_value(one, fields), "time": time_in_words(one.measured_at, now=now)}
    if timezone.localdate(one.measured_at) == timezone.localdate(now):
        return _("%(value)s at %(time)s") % said
    return _("%(value)s, %(time)s") % said


def _previous_value(one: VitalSigns, fields) -> str:
    """Return the value; with its unit only where it could be read in another one."""
    first, also = fields[0], BY_FIELD[fields[0]].also_entered_as
    values = [number_text(getattr(one, name), BY_FIELD[name].places) for name in fields]
    if first == "heart_rate_per_min":
        values = [value for value in values if value]
    shown = " / ".join(value or "–" for value in values)
    if also:
        shown = f"{shown} {BY_FIELD[first].unit_display}"
    if first == "oxygen_saturation_percent":
        breathing = _("on air") if one.on_supplemental_oxygen is False else oxygen_words(one)
        shown = f"{shown} {breathing}".strip()
    return shown


def absent_rows(form: VitalSignsForm) -> list[tuple[str, BoundField]]:
    """Return what may be said to be missing, each with the choice of its reason."""
    return [(name, form[absent_field(name)]) for name in MAY_BE_ABSENT]


def initial_of(vital_signs: VitalSigns) -> dict:
    """Return a set as it was entered, for a form that corrects it."""
    entered = vital_signs.as_entered
    initial = {
        name: f"{value:f}" for name, value in vital_signs.measurements.items() if name in BY_FIELD
    } | {name: _typed(given["value"]) for name, given in entered.items()}
    units = {unit_field(name): given["unit"] for name, given in entered.items()}
    oxygen = {None: "", True: OXYGEN, False: AIR}[vital_signs.on_supplemental_oxygen]
    reasons = {absent_field(name): why for name, why in vital_signs.absent_reasons.items()}
    return {
        **initial,
        **units,
        **reasons,
        "on_supplemental_oxygen": oxygen,
        "consciousness": vital_signs.consciousness,
        "measured_at": vital_signs.measured_at,
        "note": vital_signs.note,
    }


def _typed(entered: str) -> str:
    """Return a number as a person would type it: devices send 38.400000000000006 and 1E+2."""
    if NUMBER.match(entered):
        return entered
    return f"{round(Decimal(entered), MOST_PLACES).normalize():f}"
