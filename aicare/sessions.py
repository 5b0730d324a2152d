"""How long somebody stays signed in: 15 minutes without a touch, 12 hours in all.

A page's updates of itself are not the person's doing and never count. Programs with tokens have no
session. (OWASP Session Management: idle and absolute time-outs.)
"""

import math
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access

IDLE = timedelta(minutes=15)
AT_MOST = timedelta(seconds=settings.SESSION_COOKIE_AGE)
# The row of the session is written at most so often.
GRAIN = timedelta(minutes=1)
BEGUN, SEEN = "signed-in-at", "seen-at"
READS = {"GET", "HEAD", "OPTIONS"}


def begin(request) -> None:
    """Start counting; called when somebody has signed in."""
    request.session[BEGUN] = timezone.now().timestamp()


def seconds_left(request) -> float:
    """Return how long the session still lasts if nobody touches anything."""
    begun, seen = _begun(request), _seen(request)
    until = min(seen + IDLE.total_seconds(), begun + AT_MOST.total_seconds())
    return until - timezone.now().timestamp()


def extend(request) -> None:
    """Count from now on, at the price of one write a minute."""
    now = timezone.now().timestamp()
    if now - _seen(request) >= GRAIN.total_seconds():
        request.session.setdefault(BEGUN, _begun(request))
        request.session[SEEN] = now


def _begun(request) -> float:
    last_login = request.user.last_login or timezone.now()
    return request.session.get(BEGUN, last_login.timestamp())


def _seen(request) -> float:
    return request.session.get(SEEN, _begun(request))


def is_by_hand(request) -> bool:
    """Tell whether a person did this: opened a page or sent something, not the page by itself."""
    if request.method not in READS:
        return True
    is_background = request.htmx or request.path.startswith("/api/")
    return not is_background and request.path != reverse("session")


class SessionLimitMiddleware:
    """Sign out whoever was away too long, before the view sees who it was."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        if seconds_left(request) <= 0:
            end(request)
            if request.path.startswith("/api/"):
                return session_expired()
        elif is_by_hand(request):
            extend(request)
        return self.get_response(request)


def end(request) -> None:
    """Sign out and say so on the page that follows."""
    was_idle = timezone.now().timestamp() - _seen(request) >= IDLE.total_seconds()
    record_access(user=request.user, action="session.expired", object_id=request.user.pk)
    logout(request)
    if was_idle:
        why = _("You were signed out because nothing was done for 15 minutes.")
    else:
        why = _("You were signed out: a session lasts 12 hours at most.")
    messages.info(request, why)


def session_expired() -> JsonResponse:
    """Return what a page's script or a program with a cookie gets from then on."""
    error = {
        "code": "session_expired",
        "detail": _("The session has ended. Sign in again."),
        "attr": None,
    }
    return JsonResponse({"type": "client_error", "errors": [error]}, status=401)


def whole_seconds_left(request) -> int:
    return max(0, math.floor(seconds_left(request)))
