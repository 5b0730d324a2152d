"""Open a record of another site in an emergency; see afterwards who did."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aicare.audit import record_access
from aicare.errors import InvalidInput
from patients.break_glass.opened_records import keep_in_session
from patients.break_glass.review import grants_for_review, number_not_looked_at, reviewed
from patients.break_glass.search import find_anywhere
from patients.forms.break_glass import (
    EmergencySearchForm,
    OpenForm,
    VerdictForm,
    patient_found,
)
from patients.models import BreakGlassGrant, Patient
from patients.services.break_glass import (
    JUDGE,
    OPEN,
    break_the_glass,
    close_the_glass,
    judge_opening,
)
from patients.views.opening import asked, require, sent
from patients.views.paging import page_before

SEE = "patients.view_breakglassgrant"
PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def find(request):
    """Find one person of another site by what is known for certain."""
    require(request, OPEN)
    form, found = EmergencySearchForm(sent(request)), None
    if request.method == "POST":
        found = form.carry_out(lambda: find_anywhere(user=request.user, sought=form.sought()))
    return _show_found(request, form, found)


@require_POST
def open_found(request):
    """Open the record of somebody whom the reader has just found."""
    require(request, OPEN)
    form, patient = OpenForm(request.POST), _found_before(request)
    if patient is None:
        again = EmergencySearchForm({})
        again.refuse(InvalidInput(_("That search was too long ago. Search once more.")))
        return _show_found(request, again, None)

    def act():
        with transaction.atomic():
            return break_the_glass(
                user=request.user, patient=patient, reason=form.cleaned_data["reason"]
            )

    grant = form.carry_out(act)
    if grant is None:
        form.auto_id = f"id_{patient.pk.hex}_%s"
        return _show_found(request, EmergencySearchForm(), [patient], refused=form)
    keep_in_session(request, grant)
    return redirect("patients:summary", patient_id=patient.pk)


@require_POST
def close(request, grant_id):
    """End the reader's own leave at once."""
    grant = get_object_or_404(BreakGlassGrant.objects.of(request.user), pk=grant_id)
    close_the_glass(grant=grant, closed_by=request.user)
    messages.success(request, _("The record is closed. What you did in it stays on record."))
    return redirect("patients:list")


@require_safe
def openings(request):
    """List every record that was opened in an emergency, newest first, without a name."""
    require(request, SEE)
    grants, following = page_before(
        grants_for_review(), asked(request, "before"), by="granted_at", size=PAGE_SIZE
    )
    context = {
        "openings": reviewed(grants),
        "following": following,
        "waiting": number_not_looked_at(),
    }
    response = render(request, "patients/break_glass/openings.html", context)
    record_access(
        user=request.user,
        action="break-glass.listed",
        patient_ids=[grant.patient_id for grant in grants],
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request, grant_id):
    """Look at one opening and say what was found."""
    require(request, SEE)
    grant = get_object_or_404(grants_for_review(), pk=grant_id)
    if request.method == "POST":
        require(request, JUDGE)
    form = VerdictForm(sent(request))
    if request.method == "POST" and form.carry_out(
        lambda: judge_opening(
            grant=grant, looked_at_by=request.user, verdict=form.cleaned_data["verdict"]
        )
    ):
        messages.success(request, _("Noted. Thank you for looking."))
        return redirect("patients:break_glass_openings")
    (opening,) = reviewed([grant])
    context = {
        "opening": opening,
        "form": form,
        "may_judge": request.user.has_perm(JUDGE) and grant.user_id != request.user.pk,
    }
    response = render(request, "patients/break_glass/opening.html", context, status=form.status)
    record_access(user=request.user, action="break-glass.read", patient_id=grant.patient_id)
    return response


def _found_before(request) -> Patient | None:
    patient_id = patient_found(request.POST.get("found", ""), user=request.user)
    if patient_id is None:
        return None
    return Patient.objects.select_related("site").standing().filter(pk=patient_id).first()


def _show_found(request, form, found, *, refused=None):
    own = set(request.user.sites.values_list("pk", flat=True))
    rows = [
        (
            patient,
            patient.site_id in own,
            refused or OpenForm.about(patient, user=request.user),
        )
        for patient in found or []
    ]
    context = {"form": form, "found": rows, "has_searched": found is not None}
    status = refused.status if refused else form.status
    return render(request, "patients/break_glass/find.html", context, status=status)
