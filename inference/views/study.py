"""The reading room's addresses: look, sign, report, ask again, withdraw, see the evidence."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aicare.audit import record_access, record_live_read
from inference import services
from inference.forms import CANNOT_TELL, OwnReportForm, ReviewForm, WithdrawForm
from inference.models import DiagnosticReport, Finding, InferenceJob
from inference.overlay import evidence_overlay
from inference.views.permissions import RERUN, SIGN, WITHDRAW, require
from inference.views.room import changing_part, visible_study, whole_page


@require_GET
def study(request, study_id):
    """One study to look at, to read and to sign."""
    one = visible_study(request, study_id)
    answer = whole_page(request, one)
    record_access(
        user=request.user, action="study.read", patient_id=one.patient_id, object_id=one.pk
    )
    return answer


@require_GET
def live(request, study_id):
    """What changed while the page is open: the network's part, then the person's."""
    one = visible_study(request, study_id)
    answer = render(request, "inference/room/live.html", changing_part(request, one))
    record_live_read(
        user=request.user, action="study.read", patient_id=one.patient_id, object_id=one.pk
    )
    return answer


@require_POST
def review(request, report_id):
    """Sign a report, correct it, or ask for a second reader."""
    reports = DiagnosticReport.objects.visible_to(request.user).with_content()
    report = get_object_or_404(reports, pk=report_id)
    require(request, SIGN)
    form = ReviewForm(request.POST, report=report)
    done = form.carry_out(
        lambda: services.review_report(
            report=report,
            reviewer=request.user,
            decision=form.cleaned_data["decision"],
            findings=form.calls(),
            comment=form.cleaned_data["comment"],
            expected_version=form.cleaned_data["version"],
        )
    )
    if done is None:
        return whole_page(request, visible_study(request, report.study_id), refused=form)
    messages.success(request, confirmation_of(done))
    return redirect("inference:study", report.study_id)


@require_POST
def report(request, study_id):
    """Sign a report that a person wrote without the network."""
    one = visible_study(request, study_id)
    require(request, SIGN)
    form = OwnReportForm(request.POST)
    done = form.carry_out(
        lambda: services.report_without_ai(
            study=one, reviewer=request.user, conclusion=form.cleaned_data["conclusion"]
        )
    )
    if done is None:
        return whole_page(request, one, refused=form)
    messages.success(request, _("Signed. Your report is in the record."))
    return redirect("inference:study", one.pk)


@require_POST
def analyse_again(request, study_id):
    """Have one classifier look at the study again."""
    one = visible_study(request, study_id)
    require(request, RERUN)
    asked = InferenceJob.objects.visible_to(request.user).filter(
        study=one, model_version__classifier=request.POST.get("classifier", "")[:80]
    )
    newest = get_object_or_404(asked.order_by("-created_at", "-pk")[:1])
    services.request_rerun(job=newest, requested_by=request.user)
    return redirect("inference:study", one.pk)


@require_http_methods(["GET", "POST"])
def withdraw(request, study_id):
    """Take a study out of the record: another patient's, or unusable."""
    one = visible_study(request, study_id)
    require(request, WITHDRAW)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.carry_out(
        lambda: services.withdraw_study(
            study=one, withdrawn_by=request.user, reason=form.cleaned_data["reason"]
        )
    ):
        messages.success(request, _("Withdrawn. The pictures are no longer part of the record."))
        return redirect("patients:summary", one.patient_id)
    context = {"study": one, "patient": one.patient, "form": form}
    answer = render(request, "inference/withdraw.html", context, status=form.status)
    record_access(
        user=request.user, action="study.read", patient_id=one.patient_id, object_id=one.pk
    )
    return answer


@require_GET
def evidence(request, finding_id):
    """Where the network reacted, as a transparent picture over the whole frame."""
    reports = DiagnosticReport.objects.visible_to(request.user)
    findings = Finding.objects.filter(report__in=reports, evidence__isnull=False)
    finding = get_object_or_404(findings.select_related("report__study"), pk=finding_id)
    answer = HttpResponse(evidence_overlay(bytes(finding.evidence)), content_type="image/png")
    record_live_read(
        user=request.user, action="study.read", patient_id=finding.report.study.patient_id
    )
    return answer


def confirmation_of(review) -> str:
    if review.decision == CANNOT_TELL:
        return _("Noted: you could not tell. A second reader is asked; nothing is signed.")
    return _("Signed. Your reading is in the record.")
