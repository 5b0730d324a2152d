"""All stays of a patient; admit, move, discharge, and take back what was a mistake."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from aicare.once import act_once
from patients.banner import banner_of
from patients.forms.stays import AdmitForm, DischargeForm, MoveForm, TakeBackForm
from patients.models import Encounter
from patients.services import (
    end_encounter,
    move_encounter,
    reopen_encounter,
    start_encounter,
    withdraw_encounter,
)
from patients.stays import places_in_use, stays_of
from patients.views.conflict import conflict_page
from patients.views.opening import asked, is_uuid, open_record, require, sent

PAGE_SIZE = 50


@dataclass(frozen=True)
class Act:
    """What a form is about: its heading, its button, what is said when it was done."""

    heading: str
    button: str
    done: str
    told: str = ""


@require_safe
def encounters(request, patient_id):
    """List the stays and visits, the last one first, with where the patient lay."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_encounter")
    found = Encounter.objects.visible_to(request.user).filter(patient=patient)
    rows, following = _page(found.select_related("created_by"), asked(request, "before"))
    # A discharge can be taken back while no other stay follows it.
    last = found.final().first()
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "stays": stays_of(rows),
        "following": following,
        "reopenable": last.pk if last and last.ended_at and not patient.deceased_at else None,
        "is_admitted": bool(last and last.ended_at is None),
    }
    response = render(request, "patients/encounters.html", context)
    record_access(user=request.user, action="encounters.listed", patient_id=patient.pk)
    return response


def _page(found, before: str):
    """Return one page, and the id of its last row if there are more."""
    last = found.filter(pk=before).first() if is_uuid(before) else None
    if last:
        found = found.filter(started_at__lte=last.started_at).exclude(
            started_at=last.started_at, pk__gte=last.pk
        )
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else ""


def admit(request, patient_id):
    """Start a stay or a visit."""
    patient = open_record(request, patient_id)
    require(request, "patients.add_encounter")
    form = AdmitForm(sent(request), places=places_in_use(patient.site))

    def act():
        place = {
            name: form.cleaned_data[name]
            for name in ("encounter_class", "ward", "bed", "started_at")
        }
        return start_encounter(
            patient=patient, started_by=request.user, confirmed=form.confirmed, **place
        )

    words = Act(_("Admit"), _("Admit"), _("Admitted."))
    return _answer(request, patient, form, act, words)


def move(request, patient_id):
    """Change ward, bed or kind of stay."""
    patient = open_record(request, patient_id)
    require(request, "patients.change_encounter")
    stay = _open_stay(request, patient)
    form = MoveForm(sent(request), record=stay, places=places_in_use(patient.site))

    def act():
        place = {name: form.cleaned_data[name] for name in ("encounter_class", "ward", "bed")}
        return move_encounter(
            encounter=stay,
            moved_by=request.user,
            expected_version=form.cleaned_data["expected_version"],
            confirmed=form.confirmed,
            **place,
        )

    words = Act(_("Move to another bed"), _("Move"), _("Moved."))
    return _answer(request, patient, form, act, words)


def discharge(request, patient_id):
    """End the stay."""
    patient = open_record(request, patient_id)
    require(request, "patients.change_encounter")
    stay = _open_stay(request, patient)
    form = DischargeForm(sent(request), record=stay)

    def act():
        return end_encounter(
            encounter=stay,
            ended_by=request.user,
            ended_at=form.cleaned_data["ended_at"],
            expected_version=form.cleaned_data["expected_version"],
        )

    words = Act(_("Discharge"), _("Discharge"), _("Discharged."))
    return _answer(request, patient, form, act, words)


def withdraw(request, patient_id, encounter_id):
    """Say that the patient was never admitted."""
    patient, stay = _stay(request, patient_id, encounter_id)
    form = TakeBackForm(sent(request), record=stay)

    def act():
        return withdraw_encounter(
            encounter=stay,
            withdrawn_by=request.user,
            reason=form.cleaned_data["reason"],
            expected_version=form.cleaned_data["expected_version"],
        )

    words = Act(
        _("Admitted by mistake"),
        _("Take the admission back"),
        _("The admission was taken back."),
        _("The stay remains on record, marked as entered in error."),
    )
    return _answer(request, patient, form, act, words)


def reopen(request, patient_id, encounter_id):
    """Say that the patient was not discharged."""
    patient, stay = _stay(request, patient_id, encounter_id)
    form = TakeBackForm(sent(request), record=stay)

    def act():
        return reopen_encounter(
            encounter=stay,
            reopened_by=request.user,
            reason=form.cleaned_data["reason"],
            expected_version=form.cleaned_data["expected_version"],
            confirmed=form.confirmed,
        )

    words = Act(
        _("Discharged by mistake"),
        _("Take the discharge back"),
        _("The discharge was taken back."),
        _("The stay goes on as if it had not ended."),
    )
    return _answer(request, patient, form, act, words)


def _stay(request, patient_id, encounter_id):
    patient = open_record(request, patient_id)
    visible = Encounter.objects.visible_to(request.user).filter(patient=patient)
    stay = get_object_or_404(visible, pk=encounter_id)
    require(request, "patients.change_encounter")
    return patient, stay


def _open_stay(request, patient) -> Encounter:
    """Return the open stay, or the one that a form was about when it was opened."""
    named = request.POST.get("stay", "")
    if is_uuid(named):
        return get_object_or_404(patient.encounters, pk=named)
    stay = patient.encounters.open().first()
    if stay is None:
        raise Http404("no open stay")
    return stay


def _answer(request, patient, form, act, words: Act):
    if request.method == "POST" and form.carry_out(lambda: act_once(request, act)):
        messages.success(request, words.done)
        return redirect("patients:summary", patient_id=patient.pk)
    banner = banner_of(patient, now=timezone.now())
    back = reverse("patients:summary", args=[patient.pk])
    if getattr(form, "is_conflict", False):
        return conflict_page(request, form, banner=banner, heading=words.heading, back=back)
    context = {
        "form": form,
        "banner": banner,
        "heading": words.heading,
        "button": words.button,
        "told": words.told,
        "back": back,
    }
    response = render(request, "patients/act.html", context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
