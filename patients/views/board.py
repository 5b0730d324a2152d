"""The ward board as a page that updates itself."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aicare.audit import record_access, record_live_read
from patients.services import call_ward_own, leave_own_ward
from patients.views.opening import asked, is_uuid, require
from patients.ward import build_board, by_ward, places_of, scope_of

SECONDS_BETWEEN_UPDATES = 20
LONGEST_WARD = 80


@require_safe
def ward(request):
    """Show who is on the wards, the most urgent first."""
    require(request, "patients.view_encounter")
    now, places = timezone.now(), places_of(request.user)
    scope = scope_of(
        places,
        ward=asked(request, "ward") if "ward" in request.GET else None,
        site_id=_site_asked(request.GET.get("site", "")),
        wants_all=request.GET.get("wards") == "all",
    )
    board = [] if scope.must_choose else build_board(request.user, scope, now=now)
    only_overdue = request.GET.get("overdue") == "yes"
    shown = [one for one in board if one.is_overdue or not only_overdue]
    context = {
        "all_wards": places,
        "scope": scope,
        "address": _address(scope),
        "has_own": any(place.is_own for place in places),
        "has_sites": len({place.site_id for place in places}) > 1,
        "board": board,
        "left_out": 0 if scope.must_choose else max(0, scope.patients - len(board)),
        "wards": by_ward(shown, scope),
        "shown": len(shown),
        "only_overdue": only_overdue,
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
        patient_ids=[one.patient.pk for one in shown],
    )
    return response


@require_POST
def own_ward(request):
    """Call a ward one's own, or no longer: the board opens with own wards."""
    require(request, "patients.view_encounter")
    site_id = _site_asked(request.POST.get("site", ""))
    site = get_object_or_404(request.user.sites, pk=site_id)
    name = request.POST.get("ward", "").replace("\0", "").strip()
    if len(name) > LONGEST_WARD:
        raise Http404("no ward has so long a name")
    if request.POST.get("own") == "yes":
        call_ward_own(user=request.user, site=site, ward=name)
        messages.success(request, _("Your board opens with this ward now."))
    else:
        leave_own_ward(user=request.user, site=site, ward=name)
        messages.success(request, _("This is no longer your ward."))
    return redirect(f"{reverse('patients:ward')}?{urlencode({'ward': name, 'site': site.pk})}")


def _site_asked(text: str) -> UUID | None:
    return UUID(text) if is_uuid(text) else None


def _address(scope) -> str:
    """Return the parameters that show ``scope`` again."""
    if scope.chosen is not None:
        site = {"site": scope.only.site_id} if scope.only else {}
        return urlencode({"ward": scope.chosen} | site)
    return "" if scope.is_own else urlencode({"wards": "all"})
