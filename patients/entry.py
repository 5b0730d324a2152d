"""The rows of the vital-signs form: field, unit, the value before, what is wrong or in question."""

from collections.abc import Callable
from dataclasses import dataclass

from django.forms import BoundField

from aicare.errors import Problem
from patients.forms.vital_signs import (
    AIR,
    OXYGEN,
    UNIT_SHOWN,
    VitalSignsForm,
    question_key,
    unit_field,
)
from patients.models import VitalSigns
from patients.vital_signs_table import BY_FIELD
from patients.wording import oxygen_words

FIRST_ROWS = (
    ("Respiration", ("respiratory_rate_per_min",)),
    ("SpO₂", ("oxygen_saturation_percent",)),
    ("Blood pressure", ("systolic_mmhg", "diastolic_mmhg")),
    ("Pulse", ("heart_rate_per_min",)),
    ("Temperature", ("temperature_celsius",)),
)
MORE_ROWS = (
    ("Oxygen flow", ("oxygen_flow_l_per_min",)),
    ("FiO₂", ("fio2_percent",)),
    ("Pulse, second reading", ("heart_rate_second_per_min",)),
    ("Pain", ("pain_score",)),
    ("Glucose", ("glucose_mmol_per_l",)),
    ("Weight", ("weight_kg",)),
    ("Height", ("height_cm",)),
)
# A question about air or oxygen stands below the saturation, where the choice is.
SHOWN_AT = {"on_supplemental_oxygen": "oxygen_saturation_percent"}


@dataclass(frozen=True)
class Asked:
    """A problem beside its field: a question to confirm, or a refusal with the likely value."""

    problem: Problem
    is_question: bool

    @property
    def key(self) -> str:
        return question_key(self.problem)

    @property
    def suggested_text(self) -> str:
        """The likely value as its button names it."""
        hint = self.problem.suggestion
        shown = UNIT_SHOWN.get(hint.unit, BY_FIELD[hint.field].unit_display)
        return f"{hint.value} {shown}"


@dataclass(frozen=True)
class Row:
    """One row of the form; blood pressure has two inputs."""

    label: str
    inputs: tuple[BoundField, ...]
    unit: BoundField | None
    unit_text: str
    previous: str
    asked: tuple[Asked, ...]

    @property
    def errors(self) -> list[str]:
        hinted = {one.problem.detail for one in self.asked}
        return [text for field in self.inputs for text in field.errors if text not in hinted]

    @property
    def described_by(self) -> str:
        """Return the ids of what is said about the row: the value before, what is wrong."""
        first = self.inputs[0].auto_id
        said = [f"{first}_previous"] * bool(self.previous)
        return " ".join(said + [f"{first}_said"] * bool(self.asked or self.errors))

    @property
    def is_filled(self) -> bool:
        return bool(self.asked) or any(field.value() or field.errors for field in self.inputs)


def rows_of(
    form: VitalSignsForm,
    names: tuple[tuple[str, tuple[str, ...]], ...],
    newest: dict[str, VitalSigns],
    clock: Callable,
) -> list[Row]:
    """Return the rows called ``names``, each with the newest value known before."""
    return [
        Row(
            label=label,
            inputs=tuple(form[name] for name in fields),
            unit=form[unit_field(fields[0])] if unit_field(fields[0]) in form.fields else None,
            unit_text=BY_FIELD[fields[0]].unit_display,
            previous=previous_text(fields, newest, clock),
            asked=tuple(asked_at(form, fields)),
        )
        for label, fields in names
    ]


def asked_at(form: VitalSignsForm, fields: tuple[str, ...]):
    """Yield what was asked or refused with a hint about any of ``fields``."""
    for problem in form.problems:
        if SHOWN_AT.get(problem.attr, problem.attr) in fields:
            yield Asked(problem, form.has_questions)


def previous_text(fields, newest: dict[str, VitalSigns], clock: Callable) -> str:
    """Return the last known value in words, such as "95 on air at 06:10"."""
    one = newest.get(fields[0])
    if one is None:
        return ""
    values = [getattr(one, name) for name in fields]
    shown = " / ".join(
        "–" if value is None else f"{value:.{BY_FIELD[name].places}f}"
        for name, value in zip(fields, values, strict=True)
    )
    air = oxygen_words(one) if fields[0] == "oxygen_saturation_percent" else ""
    breathing = {"": "", "air": " on air"}.get(air, f" {air}")
    when = clock(one.measured_at)
    is_today = when[0].isdigit() and " " not in when
    return f"{shown}{breathing}{' at ' if is_today else ', '}{when}"


def asked_loosely(form: VitalSignsForm) -> list[Asked]:
    """Return the questions that belong to no row."""
    shown = {name for _, fields in (*FIRST_ROWS, *MORE_ROWS) for name in fields}
    return [
        Asked(problem, form.has_questions)
        for problem in form.problems
        if SHOWN_AT.get(problem.attr, problem.attr) not in shown
    ]


def is_to_be_saved(request) -> bool:
    """Tell whether the form was sent to save it, not to take over a suggested value."""
    return request.method == "POST" and "use" not in request.POST


def with_suggestion(sent):
    """Return what was sent, with the value of a pressed "Use …" button in its field."""
    name, _, rest = (sent or {}).get("use", "").partition("|")
    value, _, unit = rest.partition("|")
    if name not in BY_FIELD:
        return sent
    changed = sent.copy()
    changed[name] = value
    changed[unit_field(name)] = unit
    return changed


def initial_of(vital_signs: VitalSigns) -> dict:
    """Return a set as it was entered, for a form that corrects it."""
    entered = vital_signs.as_entered
    initial = {
        name: value for name, value in vital_signs.measurements.items() if name in BY_FIELD
    } | {name: given["value"] for name, given in entered.items()}
    units = {unit_field(name): given["unit"] for name, given in entered.items()}
    oxygen = {None: "", True: OXYGEN, False: AIR}[vital_signs.on_supplemental_oxygen]
    return {
        **initial,
        **units,
        "on_supplemental_oxygen": oxygen,
        "consciousness": vital_signs.consciousness,
        "measured_at": vital_signs.measured_at,
        "note": vital_signs.note,
    }
