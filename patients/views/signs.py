"""Record, correct, withdraw and list sets of vital signs."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aicare.audit import record_access, record_live_read
from aicare.once import act_once
from patients.banner import banner_of
from patients.entry import rows as entry
from patients.entry.meanwhile import brought_up_to_date, typed_otherwise
from patients.entry.running_score import running
from patients.forms.vital_signs import CorrectionForm, VitalSignsForm, WithdrawalForm
from patients.history.of_sets import changes_of, standing_in_place_of
from patients.models import VitalSigns
from patients.services import correct_vital_signs, record_vital_signs, withdraw_vital_signs
from patients.set_wording import saved_text
from patients.views.entry_page import show_form
from patients.views.opening import is_uuid, open_record, require, sent
from patients.views.sending import as_sent, is_to_be_saved, saved_answer, say_once, way_back
from patients.vital_signs_table import MEASUREMENT_FIELDS


def record(request, patient_id):
    """Record a set; what is impossible is refused with a hint, what is odd is asked."""
    patient = open_record(request, patient_id)
    require(request, "patients.add_vitalsigns")
    form, back = VitalSignsForm(as_sent(request)), way_back(request, patient)

    def act():
        return record_vital_signs(
            patient=patient,
            recorded_by=request.user,
            measured_at=form.measured_moment(now=timezone.now()),
            measurements=form.measurements(),
            absent_reasons=form.absent_reasons(),
            confirmed=form.confirmed(),
            note=form.cleaned_data["note"],
        )

    if is_to_be_saved(request):
        made = form.carry_out(lambda: act_once(request, act))
        if made:
            name = "" if str(patient.pk) in back else patient.name
            say_once(request, saved_text(VitalSigns.objects.get(pk=made), name=name))
            return saved_answer(request, back)
    return show_form(request, patient, form, "patients/record_set.html", back=back)


def correct(request, patient_id, set_id):
    """Put a corrected set in the place of a wrong one; the wrong one stays in the history."""
    patient = open_record(request, patient_id)
    old = get_object_or_404(all_sets(request, patient), pk=set_id)
    require(request, "patients.change_vitalsigns")
    initial = entry.initial_of(old)
    if "complete" in request.GET:
        initial["reason"] = _("Missing values added")
    form = CorrectionForm(as_sent(request), initial=initial)

    def act():
        return correct_vital_signs(
            vital_signs=old,
            corrected_by=request.user,
            reason=form.cleaned_data["reason"],
            measurements=dict.fromkeys(MEASUREMENT_FIELDS) | form.measurements(),
            measured_at=form.cleaned_data["measured_at"],
            absent_reasons=form.absent_reasons(),
            confirmed=form.confirmed(),
            note=form.cleaned_data["note"],
        )

    if is_to_be_saved(request):
        made = form.carry_out(lambda: act_once(request, act))
        if made:
            said = _("Corrected. %(saved)s") % {
                "saved": saved_text(VitalSigns.objects.get(pk=made))
            }
            say_once(request, said)
            return saved_answer(request, reverse("patients:vital_signs", args=[patient.pk]))
        old.refresh_from_db()
    if old.status != VitalSigns.Status.FINAL:
        return show_conflict(request, patient, form, old)
    return show_form(request, patient, form, "patients/correct_set.html", old=old)


def show_conflict(request, patient, form, old):
    """Answer that somebody else was first: what they did, and what was typed here, still there.

    What is saved from here corrects the set that stands now; after a withdrawal it is a new one.
    What was left alone here is as the other one saved it: nobody's correction is undone unseen.
    """
    standing, meanwhile = standing_in_place_of(old), {}
    if standing and form.is_bound:
        form = brought_up_to_date(form, old, standing)
        meanwhile = typed_otherwise(form, standing)
    elif standing:
        form = CorrectionForm(initial=entry.initial_of(standing))
    form.start_again()
    return show_form(
        request,
        patient,
        form,
        "patients/correct_set.html",
        meanwhile=meanwhile,
        old=standing or old,
        changes=changes_of(old),
        is_withdrawn=standing is None,
        address=address_of_next(patient, standing),
    )


def address_of_next(patient, standing) -> str:
    if standing is None:
        return reverse("patients:record_vital_signs", args=[patient.pk])
    return reverse("patients:correct_vital_signs", args=[patient.pk, standing.pk])


def withdraw(request, patient_id, set_id):
    """Mark a set as entered in error with nothing in its place, after asking why."""
    patient = open_record(request, patient_id)
    old = get_object_or_404(all_sets(request, patient), pk=set_id)
    require(request, "patients.change_vitalsigns")
    form = WithdrawalForm(sent(request))

    def act():
        return withdraw_vital_signs(
            vital_signs=old, withdrawn_by=request.user, reason=form.cleaned_data["reason"]
        )

    if request.method == "POST" and form.carry_out(lambda: act_once(request, act)):
        said = _("Withdrawn. The set stays in the history, struck through.")
        say_once(request, said)
        return saved_answer(request, reverse("patients:vital_signs", args=[patient.pk]))
    old.refresh_from_db()
    if old.status != VitalSigns.Status.FINAL:
        form.status = 409
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "form": form,
        "old": old,
        "changes": changes_of(old),
    }
    response = render(request, "patients/withdraw_set.html", context, status=form.status)
    record_access(user=request.user, action="vital-signs.read", patient_id=patient.pk)
    return response


def all_sets(request, patient):
    """Return every set of the patient, standing or not: a double click finds its first result."""
    return VitalSigns.objects.visible_to(request.user).filter(patient=patient)


@require_POST
def score(request, patient_id):
    """Say what the values entered so far amount to; nothing is kept.

    A correction is scored as it will be stored: on the scale and at the time of the old set.
    """
    patient = open_record(request, patient_id)
    require(request, "patients.add_vitalsigns")
    form, scale = VitalSignsForm(request.POST), patient.saturation_scale
    if is_uuid(corrected := request.GET.get("set", "")):
        old = get_object_or_404(all_sets(request, patient), pk=corrected)
        form = CorrectionForm(request.POST, initial=entry.initial_of(old))
        scale = old.saturation_scale
    shown = running(patient, form, saturation_scale=scale, now=timezone.now())
    response = render(request, "patients/components/running_score.html", {"running": shown})
    record_live_read(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
