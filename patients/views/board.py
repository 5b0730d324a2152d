"""The ward board as a page that updates itself."""

from django.shortcuts import render
from django.utils import timezone

from aicare.audit import record_access, record_live_read
from patients.views.opening import asked, require
from patients.ward import build_board, wards_of

# Beyond this many open stays the reader chooses a ward first.
MOST_AT_ONCE = 100
SECONDS_BETWEEN_UPDATES = 20


def ward(request):
    """Show who is on the wards, the most urgent first."""
    require(request, "patients.view_encounter")
    now, wards = timezone.now(), wards_of(request.user)
    chosen = asked(request, "ward") if "ward" in request.GET else None
    must_choose = chosen is None and sum(count for _, count in wards) > MOST_AT_ONCE
    board = [] if must_choose else build_board(request.user, now=now, ward=chosen)
    context = {
        "wards": wards,
        "chosen": chosen,
        "must_choose": must_choose,
        "board": board,
        "overdue": sum(one.is_overdue for one in board),
        "now": now,
        "seconds": SECONDS_BETWEEN_UPDATES,
    }
    template = "patients/components/board.html" if request.htmx else "patients/ward.html"
    response = render(request, template, context)
    recorded = record_live_read if request.htmx else record_access
    recorded(
        user=request.user,
        action="ward.read",
        patient_ids=[one.patient.pk for one in board],
    )
    return response
