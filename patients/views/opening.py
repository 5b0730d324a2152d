"""How every page about one patient begins."""

from typing import NoReturn
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.errors import Moved, NotAllowed
from patients.models import Patient
from patients.services.locking import refuse_if_merged

LONGEST_TEXT = 200


def open_record(request, patient_id: UUID) -> Patient:
    """Return a patient whom the reader may see; times are told in the zone of the site.

    A record that was merged leads to the one that stands for it: reading goes on there, writing is
    refused and told where to.
    """
    visible = Patient.objects.visible_to(request.user).select_related("site")
    patient = get_object_or_404(visible, pk=patient_id)
    if patient.merged_into_id:
        lead_to_standing(request, patient)
    timezone.activate(patient.site.zone)
    return patient


def lead_to_standing(request, merged: Patient) -> NoReturn:
    """Send a reader to the same page of the record that stands, or answer 409 to a writer."""
    if request.method == "POST":
        refuse_if_merged(merged)
    match = request.resolver_match
    address = reverse(match.view_name, kwargs=match.kwargs | {"patient_id": merged.merged_into_id})
    if not request.htmx:
        said = {"number": merged.medical_record_number}
        messages.info(request, _("Record %(number)s was merged into this one.") % said)
    raise Moved(f"{address}?{query}" if (query := request.META["QUERY_STRING"]) else address)


def require(request, permission: str) -> None:
    """Raise NotAllowed unless the reader's role includes ``permission``."""
    if not request.user.has_perm(permission):
        raise NotAllowed(_("Your role does not allow this."))


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
