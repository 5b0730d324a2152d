"""The page with the form of a set: each field beside the value known before."""

from django.shortcuts import render
from django.utils import timezone

from aicare.audit import record_access
from patients.banner import banner_of
from patients.entry import rows as entry
from patients.entry.questions import asked_loosely
from patients.entry.running_score import when_text
from patients.models import Patient, VitalSigns
from patients.newest_values import sets_behind, sets_with_newest_values

LOOKED_BACK = 50
SHOWN_BESIDE = 5


def show_form(request, patient: Patient, form, template: str, *, old=None, meanwhile=None, **more):
    """Answer with the form; ``meanwhile`` says what somebody else saved in which field.

    Beside a correction of the set ``old`` stands what was known before that set.
    """
    now, meanwhile = timezone.now(), meanwhile or {}
    sets = patient.vital_signs.final()
    if old:
        sets = sets.filter(measured_at__lt=old.measured_at)
    newest_first = list(sets.newest_first()[:LOOKED_BACK])
    behind = sets_behind(patient, newest_first, read=LOOKED_BACK)
    newest = sets_with_newest_values([*newest_first, *behind])
    rows = entry.rows_of(form, entry.FIRST_ROWS, newest, now, meanwhile)
    more_rows = entry.rows_of(form, entry.MORE_ROWS, newest, now, meanwhile)
    absent = entry.absent_rows(form)
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=now),
        "form": form,
        "old": old,
        "rows": rows,
        "marked": [row for row in (*rows, *more_rows) if row.is_marked],
        "earlier": newest_first[:SHOWN_BESIDE],
        "unfinished": _unfinished(newest_first),
        "more_rows": more_rows,
        "more_is_open": any(row.is_filled for row in more_rows)
        or bool(form["note"].value())
        or "note" in meanwhile,
        "absent": absent,
        "absent_is_open": any(field.value() for _name, field in absent)
        or bool(form["absent_rest"].value()),
        "previous_consciousness": newest.get("consciousness"),
        "meanwhile": meanwhile,
        "loose": asked_loosely(form),
        "when": when_text(form, now),
        "now": now,
        "address": request.path,
        **more,
    }
    response = render(request, template, context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response


def _unfinished(newest_first: list[VitalSigns]) -> VitalSigns | None:
    """Return the newest set of signs where parts of its score are missing."""
    newest = next((one for one in newest_first if one.holds_a_part_of_the_score), None)
    return newest if newest and newest.missing else None
