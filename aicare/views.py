"""Pages that belong to no app: start, about, audit trail, health."""

import sys

from django.contrib.auth.decorators import login_not_required, permission_required
from django.db import OperationalError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.exceptions import APIException

from aicare.audit import record_access
from aicare.forms import AuditSearchForm
from aicare.languages import choose_language
from aicare.models import AuditEvent
from aicare.rest.errors import StorageBusy
from aicare.sessions import whole_seconds_left
from aicare.trail import find_events

EVENTS_PER_PAGE = 100


@require_safe
def home(request):
    """Send people where their work is."""
    if request.user.has_perm("patients.view_patient"):
        return redirect("patients:ward")
    if request.user.has_perm("aicare.view_auditevent"):
        return redirect("audit")
    return redirect("about")


@login_not_required
def page_not_found(request, exception):
    """Answer an unknown address: programs get the error shape, people a page."""
    if request.path.startswith("/api/"):
        error = {
            "code": "not_found",
            "detail": _("There is nothing at this address."),
            "attr": None,
        }
        return JsonResponse({"type": "client_error", "errors": [error]}, status=404)
    return render(request, "404.html", status=404)


@login_not_required
def page_broken(request):
    """Answer what is our mistake; where the database was busy or away, the same may come again.

    Pages that send by script do so by themselves. Nothing here asks the database.
    """
    is_busy = isinstance(sys.exc_info()[1], OperationalError)
    headers = {"Retry-After": str(StorageBusy.wait)} if is_busy else {}
    if request.path.startswith("/api/"):
        refused = StorageBusy() if is_busy else APIException()
        error = {"code": refused.default_code, "detail": str(refused.detail), "attr": None}
        body = {"type": "server_error", "errors": [error]}
        return JsonResponse(body, status=refused.status_code, headers=headers)
    return HttpResponse(
        render_to_string("500.html"), status=503 if is_busy else 500, headers=headers
    )


@login_not_required
@require_safe
def about(request):
    return render(request, "about.html")


@login_not_required
@require_POST
def language(request):
    """Change the language of the pages; before signing in for this browser only."""
    return choose_language(request)


@require_http_methods(["GET", "HEAD", "POST"])
def session(request):
    """Tell a page how long its session lasts; POST says that a person is there."""
    return JsonResponse({"seconds_left": whole_seconds_left(request)})


@permission_required("aicare.view_auditevent", raise_exception=True)
@require_safe
def audit(request):
    """Show who read or changed what, a page at a time; looking is itself put on record."""
    form = AuditSearchForm(request.GET or None)
    events = AuditEvent.objects.none()
    if not form.is_bound:
        events = find_events()
    elif form.is_valid():
        events = find_events(**form.conditions())
        if before := form.cleaned_data["before"]:
            events = events.filter(pk__lt=before)
    events = list(events[: EVENTS_PER_PAGE + 1])
    record_access(user=request.user, action="audit.searched")
    context = {"form": form, "events": events[:EVENTS_PER_PAGE]}
    if len(events) > EVENTS_PER_PAGE:
        query = request.GET.copy()
        query["before"] = events[EVENTS_PER_PAGE - 1].pk
        context["older"] = query.urlencode()
    return render(request, "audit.html", context, status=400 if form.errors else 200)


@login_not_required
@require_safe
def health(request):
    """Say whether this process can reach the database; without the cache it works on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
