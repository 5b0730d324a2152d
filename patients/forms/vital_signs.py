"""One set of vital signs as it is entered: every field may stay empty, nothing is preselected."""

import datetime
import hashlib

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.domain_forms import OnceForm
from aicare.errors import ConfirmationRequired, Conflict, DomainError
from aicare.once import new_key
from patients.checks import ABSENT_REASONS
from patients.early_warning import PARAMETERS, is_missing
from patients.forms.fields import MomentField, PlainNumberField, SiteTimeField, SiteTimeMixin
from patients.sign_names import NAMES_WHERE_ABSENT, SIGN_NAMES
from patients.units import UNIT_SHOWN, Entered
from patients.vital_signs_table import BY_FIELD, CONSCIOUSNESS, VITAL_SIGNS

# Both pressures are read off one device: they share one choice of unit.
SHARES_UNIT_WITH = {"diastolic_mmhg": "systolic_mmhg"}
AIR, OXYGEN = "air", "oxygen"
SEPARATOR = ":"
MINUTES_AGO = (5, 15, 30, 60)

# What can be said to be missing: the parts of the score, and what a patient is asked or lifted for.
MAY_BE_ABSENT = (*PARAMETERS, "pain_score", "weight_kg")
# FHIR means by "not-permitted" that a value may not be stored; a ward does not choose it.
CHOSEN_REASONS = {code: text for code, text in ABSENT_REASONS.items() if code != "not-permitted"}


def unit_field(name: str) -> str:
    return f"unit_{SHARES_UNIT_WITH.get(name, name)}"


def absent_field(name: str) -> str:
    return f"absent_{name}"


def unit_choices(name: str) -> list[tuple[str, str]]:
    sign = BY_FIELD[name]
    return [(sign.unit, sign.unit_display), *((u, UNIT_SHOWN[u]) for u in sign.also_entered_as)]


def unit_label(sign):
    if sign.field == "systolic_mmhg":
        return gettext_lazy("Unit: Blood pressure")
    return format_lazy(gettext_lazy("Unit: {sign}"), sign=SIGN_NAMES[sign.field])


def keypad(sign) -> str:
    """Return the keypad of a phone: digits alone where no unit of the sign has decimals."""
    return "numeric" if sign.places == 0 and not sign.also_entered_as else "decimal"


def reason_choices() -> list:
    return [("", "–"), *CHOSEN_REASONS.items()]


def question_key(problem) -> str:
    return f"{problem.code}{SEPARATOR}{problem.attr or ''}"


class VitalSignsForm(SiteTimeMixin, OnceForm):
    """Numbers with their unit, air or oxygen, consciousness, time, note, answered questions.

    ``pressed_at`` is when Save was pressed first: a set that waited for its connection was
    measured then, not when it arrived.
    """

    pressed_at = MomentField()
    measured_ago = forms.TypedChoiceField(
        label=gettext_lazy("Measured before"),
        choices=[
            (minutes, format_lazy(gettext_lazy("{minutes} min ago"), minutes=minutes))
            for minutes in MINUTES_AGO
        ],
        coerce=int,
        empty_value=0,
        required=False,
        widget=forms.RadioSelect,
    )
    measured_at = SiteTimeField(label=gettext_lazy("Measured at"), required=False)
    on_supplemental_oxygen = forms.ChoiceField(
        label=gettext_lazy("Air or oxygen"),
        choices=[(AIR, gettext_lazy("Room air")), (OXYGEN, gettext_lazy("Oxygen"))],
        required=False,
        widget=forms.RadioSelect,
    )
    consciousness = forms.ChoiceField(
        choices=CONSCIOUSNESS, required=False, widget=forms.RadioSelect
    )
    absent_rest = forms.ChoiceField(
        label=gettext_lazy("All that is left empty"),
        choices=reason_choices(),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.problems, self.answered = (), []
        for sign in VITAL_SIGNS:
            self.fields[sign.field] = PlainNumberField(
                label=SIGN_NAMES[sign.field], keypad=keypad(sign)
            )
            if sign.also_entered_as and sign.field not in SHARES_UNIT_WITH:
                self.fields[unit_field(sign.field)] = forms.ChoiceField(
                    choices=unit_choices(sign.field),
                    required=False,
                    widget=forms.Select({"aria-label": unit_label(sign)}),
                )
        for name in MAY_BE_ABSENT:
            self.fields[absent_field(name)] = forms.ChoiceField(
                label=NAMES_WHERE_ABSENT[name], choices=reason_choices(), required=False
            )

    def clean(self):
        cleaned = super().clean()
        cleaned["measured_at"] = self.moment("measured_at")
        if cleaned["measured_at"] and cleaned.get("measured_ago"):
            self.add_error("measured_at", _("Choose either how long ago or a time, not both."))
        return cleaned

    def measured_moment(self, *, now: datetime.datetime) -> datetime.datetime:
        """Return when the set was measured: as chosen, else when Save was first pressed."""
        if not self.is_bound:
            return self.initial.get("measured_at") or now
        chosen = self.cleaned_data.get("measured_at")
        pressed_at = min(self.cleaned_data.get("pressed_at") or now, now)
        ago = datetime.timedelta(minutes=self.cleaned_data.get("measured_ago") or 0)
        return chosen or pressed_at - ago

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

    def absent_reasons(self) -> dict[str, str]:
        """Return why values are missing: each its own reason, or the one of all that is empty."""
        given = {name: self.cleaned_data.get(absent_field(name)) for name in MAY_BE_ABSENT}
        reasons = {name: reason for name, reason in given.items() if reason}
        rest = self.cleaned_data.get("absent_rest")
        if rest:
            entered = {
                name: getattr(one, "value", one) for name, one in self.measurements().items()
            }
            reasons = {name: rest for name in PARAMETERS if is_missing(name, entered)} | reasons
        return reasons

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

    def start_again(self) -> None:
        """Keep what was typed for another act, after somebody else was first with this one."""
        self.status = Conflict.http_status
        if self.is_bound:
            self.data = self.data.copy()
            self.data["once"] = new_key()

    @property
    def has_questions(self) -> bool:
        return self.status == ConfirmationRequired.http_status and bool(self.problems)


class CorrectionForm(VitalSignsForm):
    """The same set as it should have been, and why."""

    pressed_at = measured_ago = None
    reason = forms.CharField(
        label=gettext_lazy("Why is the old set wrong?"),
        max_length=400,
        help_text=gettext_lazy(
            "The old set stays in the history, struck through, with this reason."
        ),
    )

    def moment(self, name: str) -> datetime.datetime | None:
        """Return the old set's moment where its minute was left alone or emptied.

        The field shows no seconds, and an hour that came twice looks the same both times.
        """
        old, typed = self.initial[name], self.cleaned_data.get(name)
        shown = timezone.localtime(old).replace(second=0, microsecond=0, tzinfo=None)
        return old if typed in (None, shown) else super().moment(name)


class WithdrawalForm(OnceForm):
    """Why a set is taken back without another one in its place."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=400,
        help_text=gettext_lazy(
            "Such as: measured on another patient. The set stays in the history, struck through."
        ),
    )
