"""List every set of vital signs of a patient, those that were entered in error too."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from patients.banner import banner_of
from patients.history.of_sets import with_history
from patients.models import VitalSigns
from patients.views.opening import asked, open_record, require
from patients.views.paging import page_before

PAGE_SIZE = 50


@require_safe
def sets(request, patient_id):
    """List the sets, newest first, those entered in error struck through."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_vitalsigns")
    visible = VitalSigns.objects.visible_to(request.user).filter(patient=patient)
    whole = visible.select_related("recorded_by", "replaces", "replaced_by__recorded_by")
    rows, following = page_before(whole, asked(request, "before"), by="measured_at", size=PAGE_SIZE)
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "sets": with_history(rows),
        "following": following,
    }
    response = render(request, "patients/sets.html", context)
    record_access(user=request.user, action="vital-signs.read", patient_id=patient.pk)
    return response
