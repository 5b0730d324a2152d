"""List every set of vital signs of a patient, those that were entered in error too."""

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from patients.banner import banner_of
from patients.history.of_sets import with_history
from patients.models import VitalSigns
from patients.views.opening import is_uuid, open_record, require

PAGE_SIZE = 50


@require_safe
def sets(request, patient_id):
    """List the sets, newest first, those entered in error struck through."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_vitalsigns")
    visible = VitalSigns.objects.visible_to(request.user).filter(patient=patient)
    rows, following = page_of(visible, request.GET.get("before", ""))
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "sets": with_history(rows),
        "following": following,
    }
    response = render(request, "patients/sets.html", context)
    record_access(user=request.user, action="vital-signs.read", patient_id=patient.pk)
    return response


def page_of(visible, before: str):
    """Return one page of sets, and the last one's id if there are older ones."""
    ordered = visible.select_related(
        "recorded_by", "replaces", "replaced_by__recorded_by"
    ).newest_first()
    last = visible.filter(pk=before).first() if is_uuid(before) else None
    if last:
        ordered = ordered.filter(
            Q(measured_at__lt=last.measured_at) | Q(measured_at=last.measured_at, id__lt=last.pk)
        )
    rows = list(ordered[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else ""
