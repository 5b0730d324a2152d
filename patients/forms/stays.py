"""Coming, moving, going, and taking back what was a mistake."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aicare.domain_forms import OnceForm
from patients.codes import Suggestion
from patients.forms.asking import Asking
from patients.forms.fields import SiteTimeField, SiteTimeMixin
from patients.forms.versioned import Versioned
from patients.models import Encounter

WARDS, BEDS = "wards", "beds"


class PlaceFields(forms.Form):
    """Kind of stay, ward and bed; ``places`` offers those that are in use at the site."""

    encounter_class = forms.ChoiceField(label=_("Kind"), choices=Encounter.Class.choices)
    ward = forms.CharField(
        label=_("Ward"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"list": WARDS, "autocomplete": "off"}),
    )
    bed = forms.CharField(
        label=_("Bed"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"list": BEDS, "autocomplete": "off"}),
    )

    def __init__(self, *args, places=None, **kwargs):
        self.places = places
        super().__init__(*args, **kwargs)

    @property
    def offered_lists(self) -> list[tuple[str, list[Suggestion]]]:
        """The wards and beds in use, by the id of their lists."""
        if self.places is None:
            return []
        return [(WARDS, self.places.wards), (BEDS, self.places.beds)]


class AdmitForm(SiteTimeMixin, PlaceFields, Asking, OnceForm):
    """The start of a stay or a visit; without a time it starts now."""

    started_at = SiteTimeField(label=_("Since"), required=False, help_text=_("Empty: now"))
    field_order = ["encounter_class", "ward", "bed", "started_at"]

    def clean(self):
        cleaned = super().clean()
        cleaned["started_at"] = self.moment("started_at")
        return cleaned


class OfOneStay(Versioned):
    """A form about a stay that is there; it names it, so that it never meets a later one."""

    stay = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, record, initial=None, **kwargs):
        initial = {"stay": record.pk} | (initial or {})
        super().__init__(*args, record=record, initial=initial, **kwargs)


class MoveForm(OfOneStay, PlaceFields, Asking, OnceForm):
    """Another ward or bed within the same stay."""

    field_order = ["encounter_class", "ward", "bed"]

    def __init__(self, *args, record, **kwargs):
        known = {name: getattr(record, name) for name in ("encounter_class", "ward", "bed")}
        super().__init__(*args, record=record, initial=known, **kwargs)


class DischargeForm(SiteTimeMixin, OfOneStay, OnceForm):
    """The end of the stay; without a time it ends now."""

    ended_at = SiteTimeField(label=_("Left at"), required=False, help_text=_("Empty: now"))

    def clean(self):
        cleaned = super().clean()
        cleaned["ended_at"] = self.moment("ended_at")
        return cleaned


class TakeBackForm(OfOneStay, Asking, OnceForm):
    """Why an admission or a discharge was a mistake."""

    reason = forms.CharField(label=_("Why?"), max_length=400)
