"""What is asked about a set beside its field, and what one tap puts right."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from aicare.errors import Problem
from aicare.locale_formats import number_text
from patients.forms.vital_signs import OXYGEN, VitalSignsForm, question_key, unit_field
from patients.set_wording import PRESSURES
from patients.units import unit_shown
from patients.vital_signs_table import BY_FIELD

# A question about air or oxygen stands below the saturation, where the choice is.
SHOWN_AT = {"on_supplemental_oxygen": "oxygen_saturation_percent"}


@dataclass(frozen=True)
class Correction:
    """What one tap puts right: its words, and what it puts into which fields."""

    text: str
    use: str


@dataclass(frozen=True)
class Asked:
    """A problem beside its field: a question to confirm, or a refusal with the likely value."""

    problem: Problem
    is_question: bool
    corrections: tuple[Correction, ...] = ()

    @property
    def key(self) -> str:
        return question_key(self.problem)


def asked_at(form: VitalSignsForm, fields: tuple[str, ...]) -> Iterator[Asked]:
    """Yield what was asked or refused with a hint about any of ``fields``, each text once."""
    said = set()
    for problem in form.problems:
        if SHOWN_AT.get(problem.attr, problem.attr) in fields and problem.detail not in said:
            if not form.has_questions:
                said.add(problem.detail)
            yield Asked(problem, form.has_questions, tuple(corrections(problem, form)))


def corrections(problem: Problem, form: VitalSignsForm) -> Iterator[Correction]:
    """Yield what may be meant instead, to be taken over with one tap."""
    if problem.suggestion and problem.attr in PRESSURES:
        yield _in_kpa(form)
    elif problem.suggestion:
        hint = problem.suggestion
        sign = BY_FIELD[hint.field]
        value = f"{number_text(Decimal(hint.value))} {unit_shown(sign, hint.unit)}"
        use = f"{hint.field}|{hint.value}|{hint.unit}"
        yield Correction(_("Use %(value)s") % {"value": value}, use)
    elif problem.code == "pressure_swapped":
        yield _swapped(form, "systolic_mmhg", "diastolic_mmhg")
    elif problem.code == "height_weight_swapped":
        yield _swapped(form, "height_cm", "weight_kg")
    elif problem.code == "air_with_oxygen":
        yield Correction(_("Use oxygen"), f"on_supplemental_oxygen|{OXYGEN}|")


def _swapped(form: VitalSignsForm, one: str, other: str) -> Correction:
    """Return the exchange of two fields as they were typed; their units stay."""
    first, second = form[one].value(), form[other].value()
    units = [form[unit_field(name)].value() or "" for name in (one, other)]
    use = f"{one}|{second}|{units[0]};{other}|{first}|{units[1]}"
    return Correction(_("Swap: %(first)s and %(second)s") % {"first": second, "second": first}, use)


def _in_kpa(form: VitalSignsForm) -> Correction:
    """Return the other unit for both pressures as they were typed: one cuff shows one unit."""
    typed = {name: text for name in PRESSURES if (text := form[name].value())}
    use = ";".join(f"{name}|{text}|kPa" for name, text in typed.items())
    return Correction(_("Use %(value)s") % {"value": f"{' / '.join(typed.values())} kPa"}, use)


def asked_loosely(form: VitalSignsForm) -> list[Asked]:
    """Return the questions that belong to no number, and so to no row."""
    return [
        Asked(problem, form.has_questions, tuple(corrections(problem, form)))
        for problem in form.problems
        if SHOWN_AT.get(problem.attr, problem.attr) not in BY_FIELD
    ]


def with_suggestion(sent):
    """Return what was sent, with what a pressed "Use …" button says in its fields."""
    if sent is None or "use" not in sent:
        return sent
    changed = sent.copy()
    for part in sent["use"].split(";"):
        name, _bar, rest = part.partition("|")
        value, _bar, unit = rest.partition("|")
        if name in BY_FIELD:
            changed[name] = value
            changed[unit_field(name)] = unit
        elif name == "on_supplemental_oxygen":
            changed[name] = value
    return changed
