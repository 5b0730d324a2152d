"""Pages that belong to no app: start, about, audit trail, health."""

from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.shortcuts import redirect, render

from aicare.models import AuditEvent


def home(request):
    """Send people where their work is."""
    if request.user.has_perm("patients.view_patient"):
        return redirect("patients:ward")
    if request.user.has_perm("aicare.view_auditevent"):
        return redirect("audit")
    return redirect("about")


@login_not_required
def about(request):
    return render(request, "about.html")


@permission_required("aicare.view_auditevent", raise_exception=True)
def audit(request):
    return render(request, "audit.html", {"events": AuditEvent.objects.all()[:100]})


@login_not_required
def health(request):
    """Say whether this process can reach the database and the cache."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    cache.get("health")
    return JsonResponse({"status": "ok"})
