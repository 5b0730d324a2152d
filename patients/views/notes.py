"""Notes: read, write, correct, withdraw."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from aicare.once import act_once
from patients.banner import banner_of
from patients.forms.notes import NoteCorrectionForm, NoteForm, NoteWithdrawalForm
from patients.models import Note
from patients.notes import told, without_corrected
from patients.services import correct_note, withdraw_note, write_note
from patients.views.conflict import conflict_page
from patients.views.opening import asked, is_uuid, open_record, require, sent

PAGE_SIZE = 20


@require_safe
def notes(request, patient_id):
    """List the notes, the newest first; ``kind`` chooses one kind."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_note")
    kind = asked(request, "kind")
    kind = kind if kind in Note.Kind.values else ""
    found = without_corrected(_visible(request, patient).newest_first())
    rows, following = _page(found.filter(kind=kind) if kind else found, asked(request, "before"))
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "notes": told(rows),
        "kinds": Note.Kind.choices,
        "chosen": kind,
        "following": following,
    }
    response = render(request, "patients/notes.html", context)
    record_access(user=request.user, action="notes.listed", patient_id=patient.pk)
    return response


@require_safe
def one_note(request, patient_id, note_id):
    """Show a whole note."""
    patient, note = _note(request, patient_id, note_id)
    require(request, "patients.view_note")
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "notes": told([note]),
        "is_whole": True,
    }
    response = render(request, "patients/notes.html", context)
    record_access(user=request.user, action="note.read", patient_id=patient.pk, object_id=note.pk)
    return response


def new_note(request, patient_id):
    """Write a note."""
    patient = open_record(request, patient_id)
    require(request, "patients.add_note")
    is_clinician = request.user.has_perm("patients.add_condition")
    usual = Note.Kind.PROGRESS if is_clinician else Note.Kind.NURSING
    form = NoteForm(sent(request), initial={"kind": usual})

    def act():
        return write_note(patient=patient, written_by=request.user, **form.note())

    if request.method == "POST" and form.carry_out(lambda: act_once(request, act)):
        messages.success(request, _("Note saved."))
        return redirect("patients:notes", patient_id=patient.pk)
    return _show(request, patient, form, _("Write a note"), _("Save"))


def correct(request, patient_id, note_id):
    """Put a corrected note in the place of one that was wrong; both stay on record."""
    patient, note = _note(request, patient_id, note_id)
    require(request, "patients.change_note")
    form = NoteCorrectionForm(sent(request), record=note)

    def act():
        return correct_note(
            note=note,
            corrected_by=request.user,
            reason=form.cleaned_data["reason"],
            edition=form.cleaned_data["expected_version"],
            **form.note(),
        )

    return _answer(request, patient, form, act, _("Correct the note"), _("Save correction"))


def withdraw(request, patient_id, note_id):
    """Mark a note as entered in error."""
    patient, note = _note(request, patient_id, note_id)
    require(request, "patients.change_note")
    form = NoteWithdrawalForm(sent(request), record=note)

    def act():
        return withdraw_note(
            note=note,
            withdrawn_by=request.user,
            reason=form.cleaned_data["reason"],
            edition=form.cleaned_data["expected_version"],
        )

    return _answer(request, patient, form, act, _("Withdraw the note"), _("Withdraw"))


def _visible(request, patient):
    visible = Note.objects.visible_to(request.user).filter(patient=patient)
    return visible.select_related("written_by", "replaces__written_by")


def _note(request, patient_id, note_id):
    patient = open_record(request, patient_id)
    return patient, get_object_or_404(_visible(request, patient), pk=note_id)


def _page(found, before: str):
    """Return one page, and the id of its last note if there are more."""
    last = found.filter(pk=before).first() if is_uuid(before) else None
    if last:
        found = found.filter(
            Q(written_at__lt=last.written_at) | Q(written_at=last.written_at, pk__lt=last.pk)
        )
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else ""


def _answer(request, patient, form, act, heading: str, button: str):
    if request.method == "POST":
        if form.carry_out(lambda: act_once(request, act)):
            messages.success(request, _("Changed."))
            return redirect("patients:notes", patient_id=patient.pk)
        if form.is_conflict:
            banner = banner_of(patient, now=timezone.now())
            back = reverse("patients:notes", args=[patient.pk])
            return conflict_page(request, form, banner=banner, heading=heading, back=back)
    return _show(request, patient, form, heading, button)


def _show(request, patient, form, heading: str, button: str):
    context = {
        "form": form,
        "banner": banner_of(patient, now=timezone.now()),
        "heading": heading,
        "button": button,
        "back": reverse("patients:notes", args=[patient.pk]),
    }
    response = render(request, "patients/act.html", context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response
