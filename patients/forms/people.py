"""Who a patient is."""

from django import forms

from aicare.domain_forms import DomainForm, OnceForm
from aicare.models import Site
from patients.forms.fields import SiteTimeField, SiteTimeMixin
from patients.models import Patient

SCALES = [(1, "Scale 1: usual target, 96 % or more"), (2, "Scale 2: authorised target 88 to 92 %")]


def _date(**kwargs):
    return forms.DateField(
        required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


def _text(label, length, **kwargs):
    return forms.CharField(label=label, max_length=length, **{"required": False} | kwargs)


class PersonFields(forms.Form):
    """What new and changed patients share; column names are those of the model."""

    family_name = _text("Family name", 120, required=True)
    given_names = _text("Given names", 120)
    medical_record_number = _text("Record number", 64, required=True)
    birth_date = _date(
        label="Birth date", help_text="Leave empty if it is not known; there is no score then."
    )
    sex = forms.ChoiceField(choices=[("", "choose"), *Patient.Sex.choices])
    phone = _text("Phone", 40)
    address = _text("Address", 300)
    emergency_contact_name = _text("Emergency contact", 120)
    emergency_contact_relationship = _text("Relationship", 60)
    emergency_contact_phone = _text("Phone of the contact", 40)


class NewPatientForm(PersonFields, OnceForm):
    """A patient who is not in the record yet."""

    site = forms.ModelChoiceField(queryset=Site.objects.none(), empty_label="choose")

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


class PatientForm(SiteTimeMixin, PersonFields, DomainForm):
    """A change of who a patient is, or of what the score needs to know."""

    pregnancy_status = forms.ChoiceField(
        label="Pregnancy",
        choices=Patient.PregnancyStatus.choices,
        help_text="In pregnancy NEWS2 does not apply.",
    )
    saturation_scale = forms.TypedChoiceField(
        label="Oxygen saturation target", choices=SCALES, coerce=int, empty_value=None
    )
    deceased_at = SiteTimeField(label="Died at", required=False)
    expected_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, patient, may_authorise_scale, **kwargs):
        known = {
            name: getattr(patient, name) for name in self.base_fields if hasattr(patient, name)
        }
        initial = known | {"expected_version": patient.version}
        super().__init__(*args, initial=initial, **kwargs)
        if not may_authorise_scale:
            del self.fields["saturation_scale"]

    def clean(self):
        cleaned = super().clean()
        cleaned["deceased_at"] = self.moment("deceased_at")
        return cleaned

    def person(self) -> dict:
        """Return every field of the patient that the form shows."""
        return {
            name: value for name, value in self.cleaned_data.items() if name != "expected_version"
        }
