"""Admit, move, discharge."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from aicare.audit import record_access
from aicare.once import act_once
from patients.banner import banner_of
from patients.forms.stays import AdmitForm, DischargeForm, MoveForm
from patients.services import end_encounter, move_encounter, start_encounter
from patients.views.opening import open_record, require, sent


def admit(request, patient_id):
    """Start a stay or a visit."""
    patient = open_record(request, patient_id)
    require(request, "patients.add_encounter")
    form = AdmitForm(sent(request))

    def act():
        place = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        return start_encounter(patient=patient, started_by=request.user, **place)

    return _answer(request, patient, form, act, "Admit", "Admit", "Admitted.")


def move(request, patient_id):
    """Change ward or bed."""
    patient = open_record(request, patient_id)
    require(request, "patients.change_encounter")
    stay = _open_stay(patient)
    form = MoveForm(sent(request), initial={"ward": stay.ward, "bed": stay.bed})

    def act():
        place = {name: form.cleaned_data[name] for name in ("ward", "bed")}
        return move_encounter(encounter=stay, moved_by=request.user, **place)

    return _answer(request, patient, form, act, "Move to another bed", "Move", "Moved.")


def discharge(request, patient_id):
    """End the stay."""
    patient = open_record(request, patient_id)
    require(request, "patients.change_encounter")
    stay = _open_stay(patient)
    form = DischargeForm(sent(request))

    def act():
        ended_at = form.cleaned_data["ended_at"]
        return end_encounter(encounter=stay, ended_by=request.user, ended_at=ended_at)

    return _answer(request, patient, form, act, "Discharge", "Discharge", "Discharged.")


def _open_stay(patient):
    stay = patient.encounters.open().first()
    if stay is None:
        raise Http404("no open stay")
    return stay


def _answer(request, patient, form, act, title, button, done):
    if request.method == "POST" and form.carry_out(lambda: act_once(request, act)):
        messages.success(request, done)
        return redirect("patients:summary", patient_id=patient.pk)
    banner = banner_of(patient, now=timezone.now())
    context = {"form": form, "banner": banner, "heading": title, "button": button}
    response = render(request, "patients/act.html", context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
