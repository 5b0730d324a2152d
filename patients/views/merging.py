"""Merge two records of one person, side by side, and undo it."""

from django.contrib import messages
from django.db.models import Model
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aicare.audit import record_access
from aicare.errors import NotAllowed
from aicare.once import act_once
from imaging.models import Instance
from patients.banner import banner_of
from patients.finding.people import Search
from patients.finding.possible_duplicates import possible_duplicates
from patients.forms.merging import MergeForm, UndoMergeForm
from patients.merging.preview import preview_of
from patients.models import Patient, PatientMerge
from patients.services.locking import refuse_if_merged
from patients.services.merging import merge_patients, undo_merge
from patients.views.opening import asked, is_uuid, open_record, require, sent
from patients.views.people import with_stays

MOST_FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, patient_id):
    """Choose the other record of a person, look at both side by side, merge."""
    survivor = _own_record(request, patient_id)
    duplicate = _other_record(request)
    if duplicate is None or duplicate.pk == survivor.pk:
        return _choose(request, survivor)
    preview = preview_of(survivor, duplicate)
    form = MergeForm(sent(request), preview=preview)
    if request.method == "POST":
        made = form.carry_out(
            lambda: act_once(
                request,
                lambda: merge_patients(
                    survivor=survivor,
                    duplicate=duplicate,
                    merged_by=request.user,
                    **form.decisions(),
                ),
            )
        )
        if made:
            said = {"number": duplicate.medical_record_number}
            messages.success(request, _("Merged: record %(number)s leads here now.") % said)
            return redirect("patients:summary", patient_id=survivor.pk)
    context = {
        "patient": survivor,
        "banner": banner_of(survivor, now=timezone.now()),
        "preview": preview,
        "form": form,
        "share_a_picture": _share_a_picture(survivor, duplicate),
        "swapped": f"{reverse('patients:merge', args=[duplicate.pk])}?with={survivor.pk}",
    }
    return _shown(request, "merge.html", context, form.status, duplicate)


def _choose(request, survivor: Patient):
    """Show who looks like the same person, a search, and what was merged before."""
    words = asked(request, "q").strip()
    search = Search(request.user, words, today=timezone.localdate())
    hits = search.page(size=MOST_FOUND).hits if words else []
    context = {
        "patient": survivor,
        "banner": banner_of(survivor, now=timezone.now()),
        "words": words,
        "found": [hit.patient for hit in hits if hit.patient.pk != survivor.pk],
        "alike": with_stays(request.user, possible_duplicates(survivor)),
        "merges": survivor.merges.select_related("duplicate", "created_by", "undone_by"),
    }
    shown = [*context["found"], *(one.patient for one, _stay in context["alike"])]
    return _shown(request, "merge_choose.html", context, 200, *shown)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, patient_id, merge_id):
    """Take a merge back."""
    survivor = _own_record(request, patient_id)
    merges = PatientMerge.objects.select_related("duplicate", "survivor", "created_by")
    merge = get_object_or_404(merges, pk=merge_id, survivor=survivor)
    form = UndoMergeForm(sent(request))
    if request.method == "POST":
        done = form.carry_out(
            lambda: act_once(
                request,
                lambda: undo_merge(
                    merge=merge, undone_by=request.user, reason=form.cleaned_data["reason"]
                ),
            )
        )
        if done:
            said = {"number": merge.duplicate.medical_record_number}
            messages.success(request, _("Undone: record %(number)s stands again.") % said)
            return redirect("patients:summary", patient_id=merge.duplicate_id)
    context = {
        "patient": survivor,
        "banner": banner_of(survivor, now=timezone.now()),
        "merge": merge,
        "form": form,
    }
    return _shown(request, "merge_undo.html", context, form.status, merge.duplicate)


def _own_record(request, patient_id) -> Patient:
    """Return a record of the reader's own sites that stands; break-glass is for reading."""
    patient = open_record(request, patient_id)
    require(request, "patients.change_patient")
    if not Patient.objects.of_own_sites(request.user).filter(pk=patient.pk).exists():
        raise NotAllowed(_("Records are merged by people of their own site."))
    refuse_if_merged(patient)
    return patient


def _other_record(request) -> Patient | None:
    """Return the record that the address names; a reader gets the one into which it was merged."""
    named = request.GET.get("with", "")
    known = Patient.objects.of_own_sites(request.user).select_related("site", "merged_into__site")
    other = known.filter(pk=named).first() if is_uuid(named) else None
    # A second click must meet the record that the first one merged.
    return other if other is None or request.method == "POST" else other.standing


def _share_a_picture(one: Patient, other: Patient) -> bool:
    """Tell whether both records hold the same picture."""
    pixels = Instance.objects.filter(series__study__patient=other).values("pixel_sha256")
    return Instance.objects.filter(series__study__patient=one, pixel_sha256__in=pixels).exists()


def _shown(request, template: str, context: dict, status: int, *others: Model):
    response = render(request, f"patients/{template}", context, status=status)
    record_access(
        user=request.user,
        action="patient.read",
        patient_id=context["patient"].pk,
        patient_ids=dict.fromkeys(other.pk for other in others),
    )
    return response
