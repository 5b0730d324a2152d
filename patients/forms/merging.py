"""Join two records, or take it back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aicare.domain_forms import OnceForm
from patients.merging.preview import Field, Preview

LONGEST_REASON = 400
LARGEST_VERSION = 1_000_000_000
SURVIVOR, DUPLICATE = "survivor", "duplicate"
EMPTY = _("empty")
TAKE = "take_"


def _version():
    return forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput)


class MergeForm(OnceForm):
    """Which value stays where the records differ, why they are merged, and that one is sure."""

    survivor_version = _version()
    duplicate_version = _version()
    reason = forms.CharField(
        label=_("Why are these one person?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )
    sure = forms.BooleanField(label=_("I compared both records: they are of one person."))

    def __init__(self, *args, preview: Preview, **kwargs):
        initial = {
            "survivor_version": preview.survivor.version,
            "duplicate_version": preview.duplicate.version,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.differing = [field for field in preview.differing if field.may_choose]
        for field in self.differing:
            self.fields[f"{TAKE}{field.name}"] = _choice(field)

    @property
    def choices(self) -> list:
        """The bound fields of what differs, in order."""
        return [self[f"{TAKE}{field.name}"] for field in self.differing]

    def decisions(self) -> dict:
        """Return the reason, what is taken from the other record, and which versions were seen."""
        data = self.cleaned_data
        return {
            "reason": data["reason"],
            "versions": (data["survivor_version"], data["duplicate_version"]),
            "chosen": [
                field.name for field in self.differing if data[f"{TAKE}{field.name}"] == DUPLICATE
            ],
        }


def _choice(field: Field) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=field.label,
        choices=[(SURVIVOR, field.survivor or EMPTY), (DUPLICATE, field.duplicate or EMPTY)],
        widget=forms.RadioSelect,
        initial=SURVIVOR,
    )


class UndoMergeForm(OnceForm):
    """Why two records are of two people after all."""

    reason = forms.CharField(
        label=_("Why are these two people?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )
