"""One patient on one page."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare import request_context
from aicare.audit import record_access, record_live_read
from patients.allergies import most_dangerous_first
from patients.banner import make_banner
from patients.charts.directions import direction
from patients.charts.latest_signs import figures
from patients.summary import PatientSummary, build_summary
from patients.views.opening import open_record
from patients.views.study_cards import study_cards
from patients.views.time_axis import USUAL, time_axis

# How many of a kind are read at once; the others open with a press.
AT_ONCE = 5


@require_safe
def summary(request, patient_id):
    """Show score, signs, images with their findings, problems and alerts of one patient."""
    patient = open_record(request, patient_id)
    now = timezone.now()
    shown = build_summary(patient, now=now)
    cards = study_cards(shown.studies)
    context = {
        "patient": patient,
        "summary": shown,
        "banner": banner_of_summary(shown),
        "known_allergies": most_dangerous_first(shown.allergies),
        "alerts": shown.alerts[:AT_ONCE],
        "more_alerts": shown.alerts[AT_ONCE:],
        "disagreements": shown.concordance[:AT_ONCE],
        "more_disagreements": shown.concordance[AT_ONCE:],
        "figures": figures_with_directions(shown),
        "axis": time_axis(shown, cards, request.GET.get("period", USUAL)),
        "unread": _at_once([card for card in cards if not card.is_read]),
        "read": _at_once([card for card in cards if card.is_read]),
        "is_pending": any(card.is_pending for card in cards),
        "may_export": request_context.opening_of(patient.pk) is None,
        "now": now,
    }
    response = render(request, "patients/summary.html", context)
    recorded = record_live_read if request.htmx else record_access
    recorded(user=request.user, action="patient.read", patient_id=patient.pk)
    return response


def _at_once(cards: list) -> tuple[list, list] | None:
    return (cards[:AT_ONCE], cards[AT_ONCE:]) if cards else None


def banner_of_summary(shown: PatientSummary):
    """Return the banner from what the summary has read already."""
    return make_banner(
        shown.patient,
        encounter=shown.encounter,
        allergies=shown.allergies,
        early_warning=shown.early_warning,
        now=shown.generated_at,
        image_alerts=shown.alerts_of_images,
    )


def figures_with_directions(shown: PatientSummary) -> list[tuple]:
    """Return each figure of the newest signs with where it is heading, if that is known."""
    return [(one, direction(shown.signs, one.field)) for one in figures(shown.signs)]
