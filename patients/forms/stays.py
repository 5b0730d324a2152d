"""Coming, moving, going."""

from django import forms

from aicare.domain_forms import OnceForm
from patients.forms.fields import SiteTimeField, SiteTimeMixin
from patients.models import Encounter


class PlaceFields(forms.Form):
    ward = forms.CharField(max_length=80, required=False)
    bed = forms.CharField(max_length=20, required=False)


class AdmitForm(SiteTimeMixin, PlaceFields, OnceForm):
    """The start of a stay or a visit; without a time it starts now."""

    encounter_class = forms.ChoiceField(label="Kind", choices=Encounter.Class.choices)
    started_at = SiteTimeField(label="Since", required=False, help_text="Empty: now")
    field_order = ["encounter_class", "ward", "bed", "started_at"]

    def clean(self):
        cleaned = super().clean()
        cleaned["started_at"] = self.moment("started_at")
        return cleaned


class MoveForm(PlaceFields, OnceForm):
    """Another ward or bed within the same stay."""


class DischargeForm(SiteTimeMixin, OnceForm):
    """The end of the stay; without a time it ends now."""

    ended_at = SiteTimeField(label="Left at", required=False, help_text="Empty: now")

    def clean(self):
        cleaned = super().clean()
        cleaned["ended_at"] = self.moment("ended_at")
        return cleaned
