"""Problems, allergies, medication: add, end, mark as wrong."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Model
from django.forms import Form
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from aicare.audit import record_access
from aicare.once import act_once
from patients.banner import banner_of
from patients.forms.facts import AllergyForm, ConditionForm, EndFactForm, MedicationForm
from patients.models import Allergy, Condition, Medication
from patients.services import change_fact, record_allergy, record_condition, record_medication
from patients.views.opening import open_record, require, sent


@dataclass(frozen=True)
class Kind:
    """One kind of fact: its table, form, service, permission and the word for it."""

    model: type[Model]
    form: type[Form]
    record: object
    word: str

    def permission(self, act: str) -> str:
        return f"patients.{act}_{self.model._meta.model_name}"


KINDS = {
    "conditions": Kind(Condition, ConditionForm, record_condition, "problem"),
    "allergies": Kind(Allergy, AllergyForm, record_allergy, "allergy"),
    "medications": Kind(Medication, MedicationForm, record_medication, "medication"),
}


def new_fact(request, patient_id, kind):
    """Add a problem, an allergy or a medication."""
    patient, known = open_record(request, patient_id), KINDS[kind]
    require(request, known.permission("add"))
    form = known.form(sent(request))

    def act():
        return known.record(patient=patient, recorded_by=request.user, **form.fact())

    if request.method == "POST" and form.carry_out(lambda: act_once(request, act)):
        messages.success(request, f"{known.word.capitalize()} added.")
        return redirect("patients:summary", patient_id=patient.pk)
    return _show(request, patient, form, f"Add {_with_article(known.word)}", "Add")


def end_fact(request, patient_id, kind, fact_id):
    """Say that a fact no longer holds, or never did."""
    patient, known = open_record(request, patient_id), KINDS[kind]
    fact = get_object_or_404(
        known.model.objects.visible_to(request.user).active().filter(patient=patient), pk=fact_id
    )
    require(request, known.permission("change"))
    form = EndFactForm(sent(request))

    def act():
        change = {name: form.cleaned_data[name] for name in ("status", "ended_on")}
        return change_fact(fact=fact, changed_by=request.user, **change)

    if request.method == "POST" and form.carry_out(lambda: act_once(request, act)):
        messages.success(request, "Changed.")
        return redirect("patients:summary", patient_id=patient.pk)
    return _show(request, patient, form, f"End {known.word}: {fact.display}", "Save")


def _with_article(word: str) -> str:
    return {"problem": "a problem", "allergy": "an allergy", "medication": "a medication"}[word]


def _show(request, patient, form, title, button):
    banner = banner_of(patient, now=timezone.now())
    context = {"form": form, "banner": banner, "heading": title, "button": button}
    response = render(request, "patients/act.html", context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
