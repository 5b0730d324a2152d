"""Record, correct, withdraw and list sets of vital signs."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from aicare.audit import record_access, record_live_read
from aicare.once import act_once
from patients import entry
from patients.banner import banner_of, short_time
from patients.forms.vital_signs import CorrectionForm, VitalSignsForm
from patients.models import VitalSigns
from patients.newest_values import sets_with_newest_values
from patients.running_score import running_score
from patients.services import correct_vital_signs, record_vital_signs, withdraw_vital_signs
from patients.views.opening import is_uuid, open_record, require, sent
from patients.vital_signs_table import MEASUREMENT_FIELDS
from patients.wording import badge_of_set

LOOKED_BACK = 50
SHOWN_BESIDE = 5
PAGE_SIZE = 50


def record(request, patient_id):
    """Record a set; what is impossible is refused with a hint, what is odd is asked."""
    patient = open_record(request, patient_id)
    require(request, "patients.add_vitalsigns")
    form = VitalSignsForm(entry.with_suggestion(sent(request)))

    def act():
        return record_vital_signs(
            patient=patient,
            recorded_by=request.user,
            measured_at=form.cleaned_data["measured_at"] or timezone.now(),
            measurements=form.measurements(),
            confirmed=form.confirmed(),
            note=form.cleaned_data["note"],
        )

    if entry.is_to_be_saved(request):
        made = form.carry_out(lambda: act_once(request, act))
        if made:
            messages.success(request, saved_text(VitalSigns.objects.get(pk=made)))
            return redirect("patients:summary", patient_id=patient.pk)
    return show_form(request, patient, form, "patients/record_set.html")


def correct(request, patient_id, set_id):
    """Put a corrected set in the place of a wrong one; the wrong one stays in the history."""
    patient = open_record(request, patient_id)
    old = get_object_or_404(standing_sets(request, patient), pk=set_id)
    require(request, "patients.change_vitalsigns")
    form = CorrectionForm(entry.with_suggestion(sent(request)), initial=entry.initial_of(old))

    def act():
        return correct_vital_signs(
            vital_signs=old,
            corrected_by=request.user,
            reason=form.cleaned_data["reason"],
            measurements=dict.fromkeys(MEASUREMENT_FIELDS) | form.measurements(),
            measured_at=form.cleaned_data["measured_at"],
            confirmed=form.confirmed(),
            note=form.cleaned_data["note"],
        )

    if entry.is_to_be_saved(request):
        made = form.carry_out(lambda: act_once(request, act))
        if made:
            messages.success(request, f"Corrected. {saved_text(VitalSigns.objects.get(pk=made))}")
            return redirect("patients:vital_signs", patient_id=patient.pk)
    return show_form(request, patient, form, "patients/correct_set.html", old=old)


@require_POST
def withdraw(request, patient_id, set_id):
    """Mark a set as entered in error with nothing in its place."""
    patient = open_record(request, patient_id)
    old = get_object_or_404(standing_sets(request, patient), pk=set_id)
    require(request, "patients.change_vitalsigns")
    withdraw_vital_signs(
        vital_signs=old, withdrawn_by=request.user, reason=request.POST.get("reason", "")[:400]
    )
    messages.success(request, "Withdrawn. The set stays in the history, struck through.")
    return redirect("patients:vital_signs", patient_id=patient.pk)


@require_POST
def score(request, patient_id):
    """Say what the values entered so far score; nothing is kept."""
    patient = open_record(request, patient_id)
    require(request, "patients.add_vitalsigns")
    badge = running_score(patient, VitalSignsForm(request.POST), now=timezone.now())
    response = render(request, "patients/components/running_score.html", {"badge": badge})
    record_live_read(user=request.user, action="patient.read", patient_id=patient.pk)
    return response


def sets(request, patient_id):
    """List every set, newest first, those entered in error struck through."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_vitalsigns")
    visible = VitalSigns.objects.visible_to(request.user).filter(patient=patient)
    rows, following = page_of(visible, request.GET.get("before", ""))
    banner = banner_of(patient, now=timezone.now())
    context = {"patient": patient, "banner": banner, "sets": rows, "following": following}
    response = render(request, "patients/sets.html", context)
    record_access(user=request.user, action="vital-signs.read", patient_id=patient.pk)
    return response


def page_of(visible, before: str):
    """Return one page of sets, and the last one's id if there are older ones."""
    ordered = visible.select_related("recorded_by", "replaced_by__recorded_by").newest_first()
    last = visible.filter(pk=before).first() if is_uuid(before) else None
    if last:
        ordered = ordered.filter(
            Q(measured_at__lt=last.measured_at) | Q(measured_at=last.measured_at, id__lt=last.pk)
        )
    rows = list(ordered[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else ""


def standing_sets(request, patient):
    return VitalSigns.objects.visible_to(request.user).final().filter(patient=patient)


def saved_text(vital_signs: VitalSigns) -> str:
    """Return what was saved, in a sentence."""
    badge = badge_of_set(vital_signs)
    at = f"{timezone.localtime(vital_signs.measured_at):%H:%M}"
    return f"Set of {at} saved. NEWS2 {badge.number}, {badge.word}."


def show_form(request, patient, form, template, **more):
    """Answer with the form, each field beside the value known before."""
    now = timezone.now()
    newest_first = list(patient.vital_signs.final().newest_first()[:LOOKED_BACK])
    newest = sets_with_newest_values(newest_first)

    def clock(moment):
        return short_time(moment, now)

    rows = entry.rows_of(form, entry.FIRST_ROWS, newest, clock)
    more_rows = entry.rows_of(form, entry.MORE_ROWS, newest, clock)
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=now),
        "form": form,
        "rows": rows,
        "marked": [row for row in (*rows, *more_rows) if row.asked or row.errors],
        "earlier": newest_first[:SHOWN_BESIDE],
        "more_rows": more_rows,
        "more_is_open": any(row.is_filled for row in more_rows) or bool(form["note"].value()),
        "previous_consciousness": newest.get("consciousness"),
        "loose": entry.asked_loosely(form),
        "now": now,
        **more,
    }
    response = render(request, template, context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
