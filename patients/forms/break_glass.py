"""Who is sought in an emergency, why the record must be opened, what an administrator found."""

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy

from aicare.domain_forms import DomainForm
from patients.break_glass.search import Sought
from patients.forms.fields import DAY_FORMATS
from patients.models.break_glass import SHORTEST_REASON

SALT = "patients.break-glass"
FOUND_IS_GOOD_FOR_SECONDS = 600
LONGEST = 400


class EmergencySearchForm(DomainForm):
    """The record number, or the full name with the birth date."""

    medical_record_number = forms.CharField(
        label=gettext_lazy("Record number"), max_length=64, required=False
    )
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=120, required=False)
    given_names = forms.CharField(label=gettext_lazy("Given names"), max_length=120, required=False)
    birth_date = forms.DateField(
        label=gettext_lazy("Birth date"),
        required=False,
        input_formats=DAY_FORMATS,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def sought(self) -> Sought:
        return Sought(**self.cleaned_data)


class OpenForm(DomainForm):
    """Why this record must be opened; whom it is about was found a moment ago by the same user."""

    found = forms.CharField(widget=forms.HiddenInput, max_length=400)
    reason = forms.CharField(
        label=gettext_lazy("Why must you open this record?"),
        max_length=LONGEST,
        strip=True,
        help_text=gettext_lazy(
            "An administrator reads it. Write what is happening, not who the patient is."
        ),
        widget=forms.Textarea({"rows": 2, "minlength": SHORTEST_REASON}),
    )

    @classmethod
    def about(cls, patient, *, user) -> "OpenForm":
        """Return an empty form that opens ``patient`` for ``user``, good for ten minutes."""
        form = cls(initial={"found": signing.dumps([str(user.pk), str(patient.pk)], salt=SALT)})
        form.auto_id = f"id_{patient.pk.hex}_%s"
        return form


def patient_found(text: str, *, user) -> str | None:
    """Return the id that a search showed to ``user``, or None if it is not one or is too old."""
    try:
        seeker, patient_id = signing.loads(text, salt=SALT, max_age=FOUND_IS_GOOD_FOR_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return patient_id if seeker == str(user.pk) else None


class VerdictForm(DomainForm):
    """What the administrator found when looking at it."""

    verdict = forms.CharField(
        label=gettext_lazy("What did you find?"),
        max_length=LONGEST,
        help_text=gettext_lazy("Such as: justified, resuscitation on the ward."),
        error_messages={"required": gettext_lazy("Say what you found.")},
    )
