"""What is known about a patient beyond measurements."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.domain_forms import OnceForm
from patients.codes import Coded, Suggestion, find, suggestions
from patients.codes.allergens import ALLERGENS
from patients.codes.conditions import CONDITIONS
from patients.codes.drugs import DRUGS
from patients.forms.asking import Asking
from patients.forms.fields import DAY_FORMATS
from patients.forms.versioned import Versioned
from patients.models import Allergy
from patients.models.facts import Fact

OFFERED = "offered"
NOT_OF_THE_FACT = {"once", "reason", "expected_version"}


def day_field(**kwargs) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=False, input_formats=DAY_FORMATS, widget=widget, **kwargs)


class FactForm(Asking, OnceForm):
    """A name in the ward's words, with its code where the name is known; since when, until when."""

    table: tuple[Coded, ...] = ()

    display = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        widget=forms.TextInput({"list": OFFERED, "autocomplete": "off"}),
        help_text=gettext_lazy("A name from the list brings its code; your own words are fine."),
    )
    started_on = day_field(label=gettext_lazy("Since"))
    ended_on = day_field(label=gettext_lazy("Until"))
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        initial=Fact.Status.ACTIVE,
        choices=[
            (Fact.Status.ACTIVE, gettext_lazy("active")),
            (Fact.Status.RESOLVED, gettext_lazy("ended")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=400, required=False)

    @property
    def offered_lists(self) -> list[tuple[str, list[Suggestion]]]:
        """The names that are offered while somebody types, by the id of their list."""
        return [(OFFERED, suggestions(self.table))]

    def fact(self) -> dict:
        """Return the columns of the fact, with the code of a name that is in the table."""
        fields = {
            name: value for name, value in self.cleaned_data.items() if name not in NOT_OF_THE_FACT
        }
        return fields | self._code(fields["display"])

    def _code(self, display: str) -> dict:
        known = find(self.table, display)
        if known is None:
            return {}
        return {"display": known.display, "system": known.system, "code": known.code}


class ConditionForm(FactForm):
    """A problem or diagnosis."""

    table = CONDITIONS
    field_order = ["display", "started_on", "ended_on", "status", "note"]


class AllergyForm(FactForm):
    """What the patient must not be given, or that nothing such is known."""

    table = ALLERGENS

    reaction = forms.CharField(
        label=gettext_lazy("Reaction"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as rash or swelling"),
    )
    criticality = forms.ChoiceField(
        label=gettext_lazy("Criticality"),
        required=False,
        choices=[
            ("", gettext_lazy("not stated")),
            (Allergy.Criticality.HIGH, gettext_lazy("high: a reaction may threaten life")),
            (Allergy.Criticality.LOW, gettext_lazy("low")),
            (Allergy.Criticality.UNABLE_TO_ASSESS, gettext_lazy("cannot be judged")),
        ],
    )
    field_order = [
        "display", "reaction", "criticality", "started_on", "ended_on", "status", "note",
    ]  # fmt: skip


class MedicationForm(FactForm):
    """A drug as ordered."""

    table = DRUGS

    dosage = forms.CharField(
        label=gettext_lazy("Dosage"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Such as 1-0-1 or as needed"),
    )
    field_order = ["display", "dosage", "started_on", "ended_on", "status", "note"]


class ChangedFact(Versioned):
    """A fact that is on record already, with the reason why it is changed."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it changed?"), max_length=400, required=False
    )

    def __init__(self, *args, record, **kwargs):
        known = {field.name: getattr(record, field.attname) for field in record._meta.fields}
        super().__init__(*args, record=record, initial=known, **kwargs)

    def fact(self) -> dict:
        """Return the columns; a name that stays keeps the code that it has."""
        fields = super().fact()
        if self.cleaned_data["display"] != self.record.display:
            return fields
        coded = {"display", "system", "code"}
        return {name: value for name, value in fields.items() if name not in coded}


class ConditionChangeForm(ChangedFact, ConditionForm):
    """A problem or diagnosis as it is from now on."""


class AllergyChangeForm(ChangedFact, AllergyForm):
    """An allergy as it is from now on."""


class MedicationChangeForm(ChangedFact, MedicationForm):
    """A drug as ordered from now on."""


class EndFactForm(Versioned, OnceForm):
    """No longer so, or never so."""

    status = forms.ChoiceField(
        label=gettext_lazy("What happened?"),
        choices=[
            (Fact.Status.RESOLVED, gettext_lazy("It ended")),
            (
                Fact.Status.ENTERED_IN_ERROR,
                gettext_lazy("It was never so: entered in error"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    ended_on = day_field(label=gettext_lazy("Ended on"))
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Needed for an entry in error"),
    )

    def clean(self):
        cleaned = super().clean()
        is_error = cleaned.get("status") == Fact.Status.ENTERED_IN_ERROR
        if is_error and not cleaned.get("reason"):
            self.add_error("reason", forms.ValidationError(_("Say why."), code="reason_required"))
        return cleaned
