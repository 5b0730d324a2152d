"""The strip on every page about a record that break-glass opened; who opened it, in its history."""

from django import template
from django.db.models import Q
from django.utils import timezone

from aicare.request_context import opening_of
from patients.break_glass.review import grants_for_review

register = template.Library()
SHOWN_IN_HISTORY = 20


@register.inclusion_tag("patients/components/break_glass_strip.html", takes_context=True)
def break_glass_strip(context, patient):
    """Say that the record is open in an emergency and for how long; nothing for an own one."""
    opening = opening_of(patient.pk)
    seconds = (opening.expires_at - timezone.now()).total_seconds() if opening else 0
    return {
        "opening": opening,
        "minutes": max(0, round(seconds / 60)),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("patients/break_glass/in_history.html")
def break_glass_history(patient):
    """Tell the record's own people who of another site opened it, the newest first."""
    opened = Q(patient=patient) | Q(patient__merged_into=patient)
    return {"grants": grants_for_review().filter(opened)[:SHOWN_IN_HISTORY]}
