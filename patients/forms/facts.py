"""What is known about a patient beyond measurements."""

from django import forms

from aicare.domain_forms import OnceForm


class FactForm(OnceForm):
    """A name in the ward's words, since when."""

    display = forms.CharField(label="Name", max_length=200)
    started_on = forms.DateField(
        label="Since", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def fact(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


class ConditionForm(FactForm):
    """A problem or diagnosis."""


class AllergyForm(FactForm):
    """What the patient must not be given."""

    reaction = forms.CharField(max_length=200, required=False, help_text="Such as rash or swelling")
    field_order = ["display", "reaction", "started_on"]


class MedicationForm(FactForm):
    """A drug as ordered."""

    dosage = forms.CharField(max_length=120, required=False, help_text="Such as 1-0-1 or as needed")
    field_order = ["display", "dosage", "started_on"]


class EndFactForm(OnceForm):
    """No longer so, or never so."""

    status = forms.ChoiceField(
        label="What happened?",
        choices=[
            ("resolved", "It ended"),
            ("entered-in-error", "It was never so: entered in error"),
        ],
        widget=forms.RadioSelect,
    )
    ended_on = forms.DateField(
        label="Ended on",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
