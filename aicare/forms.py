"""The search form of the audit trail."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aicare.models import AuditEvent


class AuditSearchForm(forms.Form):
    """Everything optional; days are days of the server's zone."""

    patient = forms.UUIDField(
        label=_("Patient id"),
        required=False,
        error_messages={"invalid": _("This is not the id of a patient.")},
    )
    user = forms.CharField(label=_("User name"), max_length=150, required=False)
    action = forms.CharField(label=_("Action starts with"), max_length=60, required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("any")), *AuditEvent.Outcome.choices],
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def conditions(self) -> dict:
        """Return the arguments of ``find_events``; nothing is filtered by a field in error."""
        data = self.cleaned_data
        until = data.get("until")
        return {
            "patient_id": data.get("patient"),
            "username": data.get("user", ""),
            "action": data.get("action", ""),
            "outcome": data.get("outcome", ""),
            "since": _start_of(data.get("since")),
            "until": _start_of(until + datetime.timedelta(days=1) if until else None),
        }


def _start_of(day: datetime.date | None) -> datetime.datetime | None:
    zone = timezone.get_default_timezone()
    return datetime.datetime.combine(day, datetime.time(), zone) if day else None
