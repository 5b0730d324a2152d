"""Who a patient is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aicare.domain_forms import DomainForm, OnceForm
from aicare.errors import DomainError
from aicare.models import Site
from patients.finding.possible_duplicates import (
    MayBeRegistered,
    PossibleDuplicate,
    possible_duplicates,
)
from patients.forms.asking import Asking
from patients.forms.fields import DAY_FORMATS, SiteTimeField, SiteTimeMixin
from patients.forms.versioned import Versioned
from patients.history.field_words import SATURATION_SCALES
from patients.models import Patient

CHOOSE = _("choose")
LONGEST_REASON = 400


def _date(**kwargs):
    return forms.DateField(
        required=False,
        input_formats=DAY_FORMATS,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        **kwargs,
    )


def _text(label, length, **kwargs):
    return forms.CharField(label=label, max_length=length, **{"required": False} | kwargs)


class PersonFields(forms.Form):
    """What new and changed patients share; column names are those of the model."""

    family_name = _text(_("Family name"), 120, required=True)
    given_names = _text(_("Given names"), 120)
    medical_record_number = _text(_("Record number"), 64, required=True)
    birth_date = _date(
        label=_("Birth date"),
        help_text=_("Leave empty if it is not known; there is no score then."),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", CHOOSE), *Patient.Sex.choices])
    phone = _text(_("Phone"), 40)
    address = _text(_("Address"), 300)
    emergency_contact_name = _text(_("Emergency contact"), 120)
    emergency_contact_relationship = _text(_("Relationship"), 60)
    emergency_contact_phone = _text(_("Phone of the contact"), 40)


class NewPatientForm(PersonFields, OnceForm):
    """A patient who is not in the record yet; ``alike`` are those of whom the page then asks."""

    alike: tuple[PossibleDuplicate, ...] = ()
    # Sent by the button "Register … all the same".
    all_the_same = forms.BooleanField(required=False, widget=forms.HiddenInput)
    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none(), empty_label=CHOOSE)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        sites = user.sites.all()
        self.fields["site"].queryset = sites
        if len(sites) == 1:
            self.fields["site"].required = False
            self.fields["site"].widget = forms.HiddenInput()
            self.only_site = sites[0]

    def person(self) -> dict:
        """Return the fields of the patient, with the site."""
        fields = {name: self.cleaned_data[name] for name in PersonFields.base_fields}
        return fields | {"site": self.cleaned_data.get("site") or getattr(self, "only_site", None)}

    def check_not_registered(self) -> None:
        """Raise MayBeRegistered for the likes of this person, once; a taken number says more."""
        person = Patient(**self.person())
        number = person.medical_record_number
        is_taken = person.site.patients.filter(medical_record_number=number).exists()
        if self.cleaned_data["all_the_same"] or is_taken:
            return
        if found := possible_duplicates(person):
            raise MayBeRegistered(found)

    def refuse(self, error: DomainError) -> None:
        super().refuse(error)
        if isinstance(error, MayBeRegistered):
            self.alike = tuple(error.found)


class PatientForm(SiteTimeMixin, Versioned, PersonFields, Asking, DomainForm):
    """A change of who a patient is, or of what the score needs to know."""

    pregnancy_status = forms.ChoiceField(
        label=_("Pregnancy"),
        choices=Patient.PregnancyStatus.choices,
        help_text=_("In pregnancy NEWS2 does not apply."),
    )
    saturation_scale = forms.TypedChoiceField(
        label=_("Oxygen saturation target"),
        choices=list(SATURATION_SCALES.items()),
        coerce=int,
        empty_value=None,
    )
    deceased_at = SiteTimeField(label=_("Died at"), required=False)
    reason = _text(_("Why it is changed"), LONGEST_REASON)

    def __init__(self, *args, record, may_authorise_scale, **kwargs):
        known = {name: getattr(record, name) for name in self.base_fields if hasattr(record, name)}
        super().__init__(*args, record=record, initial=known, **kwargs)
        if not may_authorise_scale:
            del self.fields["saturation_scale"]

    def clean(self):
        cleaned = super().clean()
        cleaned["deceased_at"] = self.moment("deceased_at")
        return cleaned

    def changes(self) -> dict:
        """Return every field of the patient that the form shows, the version and the reason."""
        return dict(self.cleaned_data)
