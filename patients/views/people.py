"""Find, register and change patients."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from aicare.once import act_once
from patients.banner import banner_of
from patients.forms.people import NewPatientForm, PatientForm
from patients.models import Encounter, Patient
from patients.services import change_patient, register_patient
from patients.services.patients import AUTHORISE_SCALE_2
from patients.views.opening import asked, is_uuid, open_record, require, sent
from patients.wording import age_words

PAGE_SIZE = 50


@require_safe
def patients(request):
    """List the patients whom the reader may see, or those that match ``q``, a page at a time."""
    require(request, "patients.view_patient")
    words = asked(request, "q").strip()
    found = Patient.objects.visible_to(request.user).matching(words)
    rows, after = page_of(found, request.GET.get("after", ""))
    open_encounters = {
        encounter.patient_id: encounter
        for encounter in Encounter.objects.visible_to(request.user)
        .open()
        .filter(patient__in=[patient.pk for patient in rows])
    }
    today = timezone.localdate()
    people = [(one, age_words(one, today), open_encounters.get(one.pk)) for one in rows]
    following = urlencode({"q": words, "after": after}) if after else ""
    context = {"people": people, "words": words, "following": following, "hide_find": True}
    response = render(request, "patients/list.html", context)
    record_access(
        user=request.user,
        action="patient.searched" if words else "patient.listed",
        patient_ids=[patient.pk for patient in rows],
    )
    return response


def page_of(found, after: str):
    """Return one page by name, and the last row's id if there are more rows, else nothing."""
    ordered = found.order_by("family_name", "given_names", "id")
    last = found.filter(pk=after).first() if is_uuid(after) else None
    if last:
        ordered = ordered.filter(rows_after(last))
    rows = list(ordered[: PAGE_SIZE + 1])
    has_more = len(rows) > PAGE_SIZE
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if has_more else ""


def rows_after(last: Patient) -> Q:
    """Return the condition for what follows ``last`` in the order of names."""
    same_family = Q(family_name=last.family_name)
    same_name = same_family & Q(given_names=last.given_names)
    return (
        Q(family_name__gt=last.family_name)
        | same_family & Q(given_names__gt=last.given_names)
        | same_name & Q(id__gt=last.id)
    )


def new_patient(request):
    """Register a person who is not in the record yet."""
    require(request, "patients.add_patient")
    form = NewPatientForm(sent(request), user=request.user)
    if request.method == "POST":
        made = form.carry_out(
            lambda: act_once(
                request, lambda: register_patient(registered_by=request.user, **form.person())
            )
        )
        if made:
            return redirect("patients:summary", patient_id=made)
    return render(request, "patients/new.html", {"form": form}, status=form.status)


def change(request, patient_id):
    """Change who a patient is; a change that somebody else made meanwhile is never overwritten."""
    patient = open_record(request, patient_id)
    require(request, "patients.change_patient")
    form = PatientForm(
        sent(request),
        patient=patient,
        may_authorise_scale=request.user.has_perm(AUTHORISE_SCALE_2),
    )
    if request.method == "POST":
        changed = form.carry_out(
            lambda: change_patient(
                patient=patient,
                changed_by=request.user,
                expected_version=form.cleaned_data["expected_version"],
                **form.person(),
            )
        )
        if changed:
            messages.success(request, "Changed.")
            return redirect("patients:summary", patient_id=patient.pk)
    banner = banner_of(patient, now=timezone.now())
    context = {"patient": patient, "form": form, "banner": banner}
    response = render(request, "patients/change.html", context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
