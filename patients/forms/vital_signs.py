"""One set of vital signs as it is entered: every field may stay empty, nothing is preselected."""

import hashlib

from django import forms

from aicare.domain_forms import OnceForm
from aicare.errors import ConfirmationRequired, DomainError
from patients.forms.fields import PlainNumberField, SiteTimeField, SiteTimeMixin
from patients.units import Entered
from patients.vital_signs_table import BY_FIELD, CONSCIOUSNESS, VITAL_SIGNS

UNIT_SHOWN = {
    "[degF]": "°F", "kPa": "kPa", "[lb_av]": "lb", "[in_i]": "in", "mg/dL": "mg/dL",
}  # fmt: skip
# Both pressures are read off one device: they share one choice of unit.
SHARES_UNIT_WITH = {"diastolic_mmhg": "systolic_mmhg"}
AIR, OXYGEN = "air", "oxygen"
SEPARATOR = ":"


def unit_field(name: str) -> str:
    return f"unit_{SHARES_UNIT_WITH.get(name, name)}"


def unit_choices(name: str) -> list[tuple[str, str]]:
    sign = BY_FIELD[name]
    return [(sign.unit, sign.unit_display), *((u, UNIT_SHOWN[u]) for u in sign.also_entered_as)]


def unit_label(sign) -> str:
    return "blood pressure" if sign.field == "systolic_mmhg" else sign.display.lower()


def question_key(problem) -> str:
    return f"{problem.code}{SEPARATOR}{problem.attr or ''}"


class VitalSignsForm(SiteTimeMixin, OnceForm):
    """Numbers with their unit, air or oxygen, consciousness, time, note, answered questions."""

    measured_at = SiteTimeField(label="Measured at", required=False)
    on_supplemental_oxygen = forms.ChoiceField(
        label="Air or oxygen",
        choices=[(AIR, "Room air"), (OXYGEN, "Oxygen")],
        required=False,
        widget=forms.RadioSelect,
    )
    consciousness = forms.ChoiceField(
        choices=CONSCIOUSNESS, required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(required=False, max_length=4000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.problems, self.answered = (), []
        for sign in VITAL_SIGNS:
            self.fields[sign.field] = PlainNumberField(label=sign.display)
            if sign.also_entered_as and sign.field not in SHARES_UNIT_WITH:
                self.fields[unit_field(sign.field)] = forms.ChoiceField(
                    choices=unit_choices(sign.field),
                    required=False,
                    widget=forms.Select({"aria-label": f"Unit of {unit_label(sign)}"}),
                )

    def clean(self):
        cleaned = super().clean()
        cleaned["measured_at"] = self.moment("measured_at")
        return cleaned

    def measurements(self) -> dict:
        """Return what was entered, leaving out what is empty or no number."""
        data = self.cleaned_data
        entered = {
            sign.field: Entered(data[sign.field], data.get(unit_field(sign.field)) or None)
            for sign in VITAL_SIGNS
            if data.get(sign.field) is not None
        }
        if data.get("consciousness"):
            entered["consciousness"] = data["consciousness"]
        if data.get("on_supplemental_oxygen"):
            entered["on_supplemental_oxygen"] = data["on_supplemental_oxygen"] == OXYGEN
        return entered

    def asked_about(self) -> str:
        """Return a digest of the values: an answer counts only for those that were asked about."""
        values = "|".join(f"{name}={value}" for name, value in sorted(self.measurements().items()))
        return hashlib.sha256(values.encode()).hexdigest()[:16]

    def confirmed(self) -> frozenset[str]:
        """Return the codes whose every question was ticked, for the values as they still are."""
        if not self.is_bound or self.data.get("asked_about") != self.asked_about():
            return frozenset()
        asked, ticked = set(self.data.getlist("asked")), set(self.data.getlist("confirm"))
        self.answered = sorted(asked & ticked)
        open_codes = {key.split(SEPARATOR)[0] for key in asked - ticked}
        return frozenset(key.split(SEPARATOR)[0] for key in asked & ticked) - open_codes

    def refuse(self, error: DomainError) -> None:
        """Keep refusals and questions beside their sign; a question is no error of the field."""
        if isinstance(error, ConfirmationRequired):
            self.status, self.problems = error.http_status, error.problems
            return
        self.problems = tuple(problem for problem in error.problems if problem.suggestion)
        super().refuse(error)

    @property
    def has_questions(self) -> bool:
        return self.status == ConfirmationRequired.http_status and bool(self.problems)


class CorrectionForm(VitalSignsForm):
    """The same set as it should have been, and why."""

    reason = forms.CharField(
        label="Why is the old set wrong?",
        max_length=400,
        help_text="The old set stays in the history, struck through, with this reason.",
    )
