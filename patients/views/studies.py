"""All images of a patient, also those that the summary has no room for."""

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from imaging.models import ImagingStudy
from patients.banner import banner_of
from patients.summary import studies_with_results
from patients.views.opening import is_uuid, open_record
from patients.views.study_cards import study_cards

PAGE_SIZE = 20


@require_safe
def studies(request, patient_id):
    """List every standing study of a patient, newest first, a page at a time."""
    patient = open_record(request, patient_id)
    visible = ImagingStudy.objects.visible_to(request.user).filter(patient=patient)
    rows, following = page_of(studies_with_results(patient), visible, request.GET.get("before", ""))
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "cards": study_cards(rows),
        "following": following,
    }
    response = render(request, "patients/studies.html", context)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response


def page_of(ordered, visible, before: str):
    """Return one page of studies, and the last one's id if there are older ones."""
    last = visible.filter(pk=before).first() if is_uuid(before) else None
    if last:
        ordered = ordered.filter(
            Q(started_at__lt=last.started_at) | Q(started_at=last.started_at, id__lt=last.pk)
        )
    rows = list(ordered[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else ""
