"""All stays of a patient; admit, move, discharge, and take back what was a mistake."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aicare.audit import record_access
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
from patients.views.acting import Act, answer_act
from patients.views.opening import asked, is_uuid, open_record, require, sent
from patients.views.paging import page_before

PAGE_SIZE = 50


@require_safe
def encounters(request, patient_id):
    """List the stays and visits, the last one first, with where the patient lay."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_encounter")
    found = Encounter.objects.visible_to(request.user).filter(patient=patient)
    rows, following = page_before(
        found.select_related("created_by"),
        asked(request, "before"),
        by="started_at",
        size=PAGE_SIZE,
    )
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
    return answer_act(request, patient, form, act, words)


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
    return answer_act(request, patient, form, act, words)


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
    return answer_act(request, patient, form, act, words)


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
    return answer_act(request, patient, form, act, words)


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
    return answer_act(request, patient, form, act, words)


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
