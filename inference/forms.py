"""What people send from the reading room; nothing is preselected, the services judge."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aicare.domain_forms import DomainForm
from inference.models import DiagnosticReport, Finding, Review

AGREE, DISAGREE, CANNOT_TELL = Review.Decision.values
CALLS = [
    (Finding.Call.POSITIVE, _("Present")),
    (Finding.Call.NEGATIVE, _("Absent")),
    (Finding.Call.UNCERTAIN, _("Unsure")),
]
DECISIONS = {
    "machine": [(AGREE, _("Agree")), (DISAGREE, _("Disagree")), (CANNOT_TELL, _("Cannot tell"))],
    # Nothing to agree with: the network gave no answer.
    "abstained": [(AGREE, _("I can read it")), (CANNOT_TELL, _("Cannot tell"))],
    "signed": [
        (AGREE, _("It stands")),
        (DISAGREE, _("Change it")),
        (CANNOT_TELL, _("Cannot tell")),
    ],
}
LONGEST_TEXT = 4000


class ReviewForm(DomainForm):
    """A person's decision on one report, with a call per finding when it differs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Impression"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data=None, *, report: DiagnosticReport):
        super().__init__(data, auto_id=f"{report.pk.hex[-8:]}-%s")
        self.report = report
        self.kind = kind_of(report)
        self.fields["version"].initial = report.version
        self.fields["decision"].choices = DECISIONS[self.kind]
        self.labels = labels_of(report) if self.kind != "abstained" else {}
        for code, display in self.labels.items():
            self.fields[f"call-{code}"] = forms.ChoiceField(
                label=display, choices=CALLS, widget=forms.RadioSelect, required=False
            )
        if self.kind == "abstained":
            self.fields["comment"].help_text = _("Needed unless you cannot tell.")

    def clean(self):
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if decision == DISAGREE:
            for code in self.labels:
                if not cleaned.get(f"call-{code}") and f"call-{code}" not in self.errors:
                    self.add_error(f"call-{code}", _("Say how you call it."))
        if decision in self.decisions_with_words() and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Write what you see."))
        return cleaned

    def decisions_with_words(self) -> list[str]:
        """Return the decisions that say nothing without words, where there is nothing to call."""
        if self.labels:
            return []
        return [AGREE] if self.kind == "abstained" else [DISAGREE]

    def calls(self) -> dict[str, str]:
        """Return the person's calls; they count only with a decision that differs."""
        if self.cleaned_data["decision"] != DISAGREE:
            return {}
        return {code: self.cleaned_data[f"call-{code}"] for code in self.labels}

    def call_fields(self):
        return [self[f"call-{code}"] for code in self.labels]


class OwnReportForm(DomainForm):
    """A report that a person writes without the network."""

    conclusion = forms.CharField(
        label=_("What you see"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 4})
    )


class WithdrawForm(DomainForm):
    """Why a study must not be read under this patient."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=400,
        help_text=_("Such as “wrong patient”. It is kept with the study."),
        widget=forms.Textarea({"rows": 2}),
    )


def kind_of(report: DiagnosticReport) -> str:
    """Return what the person decides about: a machine's findings, its silence, a signed report."""
    if report.is_signed:
        return "signed"
    return "abstained" if report.abstained_because else "machine"


def labels_of(report: DiagnosticReport) -> dict[str, str]:
    """Return the findings that a person may call, by code; a reference is none of them."""
    if report.job is None:
        return {}
    labels = report.job.model_version.card["labels"]
    return {
        label["code"]: label["display"] for label in labels if label["role"] == Finding.Role.FINDING
    }
