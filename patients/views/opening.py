"""How every page about one patient begins."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from aicare.errors import NotAllowed
from patients.models import Patient

LONGEST_TEXT = 200


def open_record(request, patient_id: UUID) -> Patient:
    """Return a patient whom the reader may see; times are told in the zone of the site."""
    visible = Patient.objects.visible_to(request.user).select_related("site")
    patient = get_object_or_404(visible, pk=patient_id)
    timezone.activate(patient.site.zone)
    return patient


def require(request, permission: str) -> None:
    """Raise NotAllowed unless the reader's role includes ``permission``."""
    if not request.user.has_perm(permission):
        raise NotAllowed("Your role does not allow this.")


def sent(request):
    """Return what was posted, even if nothing was filled in, or None for a fresh form."""
    return request.POST if request.method == "POST" else None


def asked(request, name: str) -> str:
    """Return a text of the address, short and without the character that databases refuse."""
    return request.GET.get(name, "").replace("\0", "")[:LONGEST_TEXT]


def is_uuid(text: str) -> bool:
    """Tell whether ``text`` could be the id of a row."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
