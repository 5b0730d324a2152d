"""How a set travels from the page: sent by the page's script or by the browser, once, by whom."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.errors import Conflict
from patients.entry.questions import with_suggestion
from patients.models import Patient

LONGEST_WAY_BACK = 300


def as_sent(request):
    """Return what was sent, or None for a fresh form; a pressed suggestion is in its field.

    From the first press of Save on the form holds its moment: questions and a lost connection do
    not make the measurement later than it was.
    """
    if request.method != "POST":
        return None
    check_sender(request)
    data = with_suggestion(request.POST).copy()
    if not data.get("pressed_at"):
        data["pressed_at"] = timezone.now().isoformat()
    return data


def is_to_be_saved(request) -> bool:
    """Tell whether the form was sent to save it, not to take over a suggested value."""
    return request.method == "POST" and "use" not in request.POST


def check_sender(request) -> None:
    """Refuse what one person entered and another one, signed in here since, would send."""
    entered_by = request.POST.get("entered_by")
    if entered_by and entered_by != str(request.user.pk):
        raise Conflict(
            _("These values were entered by somebody else who was signed in on this device."),
            code="entered_by_another",
        )


def way_back(request, patient: Patient) -> str:
    """Return where the reader goes on after saving: the ward board if they came from it."""
    came_from = request.POST.get("back") or request.headers.get("Referer", "")
    board, parts = reverse("patients:ward"), urlsplit(came_from[:LONGEST_WAY_BACK])
    if parts.path == board and parts.netloc in ("", request.get_host()):
        return f"{board}?{parts.query}" if parts.query else board
    return reverse("patients:summary", args=[patient.pk])


def say_once(request, text: str) -> None:
    """Tell the reader what was done; a repeated delivery does not say it twice."""
    said = messages.get_messages(request)
    is_said = any(message.message == text for message in said)
    said.used = False
    if not is_said:
        messages.success(request, text)


def saved_answer(request, address: str):
    """Send the reader on; a page that sends by script is told that it was saved, and where to."""
    if not request.htmx:
        return redirect(address)
    return HttpResponse(status=201, headers={"Location": address})
