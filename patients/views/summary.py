"""One patient on one page."""

import datetime

from django.shortcuts import render
from django.utils import timezone

from aicare.audit import record_access, record_live_read
from patients.banner import make_banner
from patients.drawing import NARROW, WIDTH, draw_chart
from patients.latest_signs import figures
from patients.summary import build_summary
from patients.views.opening import open_record
from patients.views.study_cards import study_cards

PERIODS = {"24h": ("24 h", 1), "3d": ("3 days", 3), "all": ("all", None)}
USUAL = "3d"


def summary(request, patient_id):
    """Show score, signs, images with their findings, problems and alerts of one patient."""
    patient = open_record(request, patient_id)
    now = timezone.now()
    shown = build_summary(patient, now=now)
    cards = study_cards(shown.studies)
    period = request.GET.get("period", USUAL)
    period = period if period in PERIODS else USUAL
    banner = make_banner(
        patient,
        encounter=shown.encounter,
        allergies=shown.allergies,
        early_warning=shown.early_warning,
        now=now,
    )
    context = {
        "patient": patient,
        "summary": shown,
        "banner": banner,
        "figures": figures(shown.trend),
        "chart": chart_of(shown, cards, period, now, WIDTH),
        "narrow_chart": chart_of(shown, cards, period, now, NARROW),
        "periods": [(key, label, key == period) for key, (label, _) in PERIODS.items()],
        "unread": [card for card in cards if not card.is_read],
        "read": [card for card in cards if card.is_read],
        "is_pending": any(card.is_pending for card in cards),
        "now": now,
    }
    response = render(request, "patients/summary.html", context)
    recorded = record_live_read if request.htmx else record_access
    recorded(user=request.user, action="patient.read", patient_id=patient.pk)
    return response


def chart_of(shown, cards, period: str, now, width: int):
    """Return the drawing of the score in the chosen period, or None where there is nothing."""
    if not shown.trend:
        return None
    days = PERIODS[period][1]
    oldest = shown.trend[-1].measured_at
    start = now - datetime.timedelta(days=days) if days else oldest
    return draw_chart(
        tuple(reversed(shown.trend)),
        [card.on_chart for card in cards],
        start=start,
        end=now,
        width=width,
    )
