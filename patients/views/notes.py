"""Notes: read, write, correct, withdraw."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from patients.banner import banner_of
from patients.forms.notes import NoteCorrectionForm, NoteForm, NoteWithdrawalForm
from patients.models import Note
from patients.notes import told, without_corrected
from patients.services import correct_note, withdraw_note, write_note
from patients.views.acting import Act, answer_act
from patients.views.opening import asked, open_record, require, sent
from patients.views.paging import page_before

PAGE_SIZE = 20
NOTES = "patients:notes"


@require_safe
def notes(request, patient_id):
    """List the notes, the newest first; ``kind`` chooses one kind."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_note")
    kind = asked(request, "kind")
    kind = kind if kind in Note.Kind.values else ""
    found = without_corrected(_visible(request, patient))
    found = found.filter(kind=kind) if kind else found
    rows, following = page_before(found, asked(request, "before"), by="written_at", size=PAGE_SIZE)
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

    words = Act(_("Write a note"), _("Save"), _("Note saved."))
    return answer_act(request, patient, form, act, words, then=NOTES)


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

    words = Act(_("Correct the note"), _("Save correction"), _("Changed."))
    return answer_act(request, patient, form, act, words, then=NOTES)


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

    words = Act(_("Withdraw the note"), _("Withdraw"), _("Changed."))
    return answer_act(request, patient, form, act, words, then=NOTES)


def _visible(request, patient):
    visible = Note.objects.visible_to(request.user).filter(patient=patient)
    return visible.select_related("written_by", "replaces__written_by")


def _note(request, patient_id, note_id):
    patient = open_record(request, patient_id)
    return patient, get_object_or_404(_visible(request, patient), pk=note_id)
