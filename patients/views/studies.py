"""All images of a patient, also those that the summary has no room for."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from imaging.models import ImagingStudy
from patients.banner import banner_of
from patients.summary import studies_with_results
from patients.views.opening import asked, open_record
from patients.views.paging import page_before
from patients.views.study_cards import study_cards

PAGE_SIZE = 20


@require_safe
def studies(request, patient_id):
    """List every standing study of a patient, newest first, a page at a time."""
    patient = open_record(request, patient_id)
    visible = ImagingStudy.objects.visible_to(request.user).filter(patient=patient)
    rows, following = page_before(
        studies_with_results(patient),
        asked(request, "before"),
        by="started_at",
        size=PAGE_SIZE,
        known=visible,
    )
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "cards": study_cards(rows),
        "following": following,
    }
    response = render(request, "patients/studies.html", context)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
