"""A short form about one patient: it acts, is shown again, or leads to both versions."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from aicare.audit import record_access
from aicare.once import act_once
from patients.banner import banner_of
from patients.views.conflict import conflict_page

SUMMARY = "patients:summary"


@dataclass(frozen=True)
class Act:
    """What a form is about: its heading, its button, what is said when it was done."""

    heading: str
    button: str
    done: str
    told: str = ""


def answer_act(
    request, patient, form, act, words: Act, *, then: str = SUMMARY, unchanged: str = ""
):
    """Do ``act`` once and go to the page ``then``, or show the form with what speaks against it.

    ``unchanged`` names the page of who leaves a conflict as it is, if that is another one.
    """
    if request.method == "POST" and form.carry_out(lambda: act_once(request, act)):
        messages.success(request, words.done)
        return redirect(then, patient_id=patient.pk)
    banner = banner_of(patient, now=timezone.now())
    if getattr(form, "is_conflict", False):
        back = reverse(unchanged or then, args=[patient.pk])
        return conflict_page(request, form, banner=banner, heading=words.heading, back=back)
    context = {
        "form": form,
        "banner": banner,
        "heading": words.heading,
        "button": words.button,
        "told": words.told,
        "back": reverse(then, args=[patient.pk]),
    }
    response = render(request, "patients/act.html", context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
