"""People read and sign: every decision is a new row, the report's status follows from it."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, InvalidInput, NotAllowed, Problem, StaleVersion
from aicare.models import User
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding, InferenceJob, Review

Status = DiagnosticReport.Status
Decision = Review.Decision
ACTIONS = {
    Decision.AGREE: "report.signed",
    Decision.DISAGREE: "report.corrected",
    Decision.CANNOT_TELL: "report.second-reader-asked",
}
CLOSED = {Status.CANCELLED, Status.ENTERED_IN_ERROR}
STATE = ["version", "status", "needs_second_reader", "signed_by", "signed_at", "conclusion"]


@transaction.atomic
def review_report(
    *,
    report: DiagnosticReport,
    reviewer: User,
    decision: str,
    findings: Mapping[str, str] | None = None,
    comment: str = "",
    expected_version: int | None = None,
) -> Review:
    """Record a person's decision about the report as it stands now.

    The first signature (agree or disagree) makes it final, a later one that changes a call or the
    conclusion makes it amended, cannot-tell asks for a second reader. ``findings`` names the
    person's calls; a label that is not named stays as it stands. The stored review holds the call
    of every label, so that each row can be read for itself.
    """
    _require_signer(reviewer)
    report = _locked(report)
    if report.status in CLOSED:
        raise Conflict(_("This report was withdrawn; it cannot be signed."), code="report_closed")
    if report.study.status != ImagingStudy.Status.AVAILABLE:
        raise Conflict(_("The study was withdrawn."), code="study_withdrawn")
    if report.job and report.job.purpose == InferenceJob.Purpose.SHADOW:
        raise Conflict(_("Shadow results are not for signing."), code="shadow_report")
    if expected_version is not None and expected_version != report.version:
        raise StaleVersion(_("Somebody signed or changed this report meanwhile. Read it again."))
    standing = standing_calls(report)
    findings = dict(findings or {})
    _check_decision(decision)
    _check_labels(findings, labels_to_call(report))
    _check_agreement(report, decision, findings, standing, comment)
    review = Review.objects.create(
        report=report,
        reviewer=reviewer,
        decision=decision,
        findings={} if decision == Decision.CANNOT_TELL else standing | findings,
        comment=comment,
    )
    _follow(report, review, standing=standing)
    record_access(
        user=reviewer,
        action=ACTIONS[decision],
        patient_id=report.study.patient_id,
        object_id=report.pk,
        detail=decision,
    )
    return review


def report_without_ai(
    *,
    study: ImagingStudy,
    reviewer: User,
    conclusion: str,
    findings: Mapping[str, str] | None = None,
) -> DiagnosticReport:
    """Store and sign a person's own report; a study has at most one, later words amend it."""
    _require_signer(reviewer)
    if findings:
        raise InvalidInput(
            _("A report without AI has no labels: say it in the conclusion."), attr="findings"
        )
    if not conclusion.strip():
        raise InvalidInput(
            _("Write what you see. An empty report says nothing."),
            code="required",
            attr="conclusion",
        )
    try:
        with transaction.atomic():
            return _write_own_report(study, reviewer, conclusion.strip())
    except IntegrityError as error:
        raise Conflict(
            _("The study already has a report by a person. Change that one."), code="report_exists"
        ) from error


def standing_calls(report: DiagnosticReport) -> dict[str, str]:
    """Return the call per label that stands: a person's if one signed, else the machine's."""
    # Sorted here and not in the database, so that a prefetched list serves.
    signed = [one for one in report.reviews.all() if one.decision != Decision.CANNOT_TELL]
    if signed:
        return dict(max(signed, key=lambda one: (one.created_at, one.pk)).findings)
    return {one.label: one.call for one in report.findings.all() if one.call}


def labels_to_call(report: DiagnosticReport) -> set[str]:
    """Return the labels that a person may call: findings only, never a reference such as normal."""
    if report.job is None:
        return set()
    labels = report.job.model_version.card["labels"]
    return {label["code"] for label in labels if label["role"] == Finding.Role.FINDING}


def _write_own_report(study: ImagingStudy, reviewer: User, conclusion: str) -> DiagnosticReport:
    study = ImagingStudy.objects.select_for_update(no_key=True).get(pk=study.pk)
    if study.status != ImagingStudy.Status.AVAILABLE:
        raise Conflict(_("The study was withdrawn."), code="study_withdrawn")
    report = DiagnosticReport.objects.create(
        study=study,
        created_by=reviewer,
        status=Status.FINAL,
        conclusion=conclusion,
        signed_by=reviewer,
        signed_at=timezone.now(),
    )
    Review.objects.create(
        report=report, reviewer=reviewer, decision=Decision.AGREE, comment=conclusion
    )
    record_access(
        user=reviewer,
        action="report.signed",
        patient_id=study.patient_id,
        object_id=report.pk,
        detail="without AI",
    )
    return report


def _locked(report: DiagnosticReport) -> DiagnosticReport:
    """Return the row as it is now, ours until the transaction ends: two signers take turns."""
    return (
        DiagnosticReport.objects.select_for_update(of=("self",))
        .select_related("study", "job__model_version")
        .get(pk=report.pk)
    )


def _require_signer(user: User) -> None:
    if not user.has_perm("inference.sign_diagnosticreport"):
        raise NotAllowed(_("Your role may read reports but not sign them."))


def _check_decision(decision: str) -> None:
    if decision not in Decision.values:
        text = _("Choose one of %(choices)s.") % {"choices": ", ".join(Decision.values)}
        raise InvalidInput(text, code="invalid_choice", attr="decision")


def _check_labels(findings: Mapping[str, str], known: set[str]) -> None:
    problems = []
    for label, call in findings.items():
        if label not in known:
            text = _("This report has no finding to call by this name. It has: %(known)s.") % {
                "known": _listed(known)
            }
            problems.append(Problem("unknown_label", text, "findings"))
        elif call not in Finding.Call.values:
            choices = ", ".join(Finding.Call.values)
            text = _("Call %(label)s one of %(choices)s.") % {"label": label, "choices": choices}
            problems.append(Problem("invalid_choice", text, f"findings.{label}"))
    if problems:
        raise InvalidInput(problems=problems)


def _check_agreement(
    report: DiagnosticReport,
    decision: str,
    findings: Mapping[str, str],
    standing: Mapping[str, str],
    comment: str,
) -> None:
    """Refuse a decision that contradicts the calls that come with it."""
    differs = {label for label, call in findings.items() if standing.get(label) != call}
    has_words = bool(comment.strip())
    if decision == Decision.CANNOT_TELL and findings:
        raise InvalidInput(
            _("Cannot tell comes without calls: a second reader will give them."),
            code="calls_with_cannot_tell",
            attr="findings",
        )
    if decision == Decision.AGREE and standing and differs:
        raise InvalidInput(
            _("You call %(labels)s otherwise: choose disagree to correct the report.")
            % {"labels": _listed(differs)},
            code="calls_differ",
            attr="findings",
        )
    if decision == Decision.DISAGREE and standing and not findings:
        raise InvalidInput(_("Say how you call it."), code="required", attr="findings")
    if decision == Decision.DISAGREE and standing and not differs:
        raise InvalidInput(
            _("These are the calls of the report. Choose agree to sign them."),
            code="nothing_changed",
            attr="findings",
        )
    nothing_to_sign = not standing and not findings and not report.conclusion
    changes_words = decision == Decision.DISAGREE and report.conclusion
    if decision != Decision.CANNOT_TELL and (nothing_to_sign or changes_words) and not has_words:
        raise InvalidInput(_("Write what you see."), code="required", attr="comment")


def _follow(report: DiagnosticReport, review: Review, *, standing: Mapping[str, str]) -> None:
    """Bring the report to the state that the new review implies."""
    report.version += 1
    if review.decision == Decision.CANNOT_TELL:
        report.needs_second_reader = True
    else:
        _sign(report, review, standing)
    report.save(update_fields=STATE)


def _sign(report: DiagnosticReport, review: Review, standing: Mapping[str, str]) -> None:
    conclusion = _conclusion_after(report, review, standing)
    changes = review.findings != standing or conclusion != report.conclusion
    if not report.is_signed:
        report.status = Status.FINAL
    elif changes:
        report.status = Status.AMENDED
    if report.signed_by_id is None or changes:
        report.signed_by, report.signed_at = review.reviewer, review.created_at
    report.conclusion = conclusion
    if _is_second_reader(report, review):
        report.needs_second_reader = False


def _conclusion_after(report: DiagnosticReport, review: Review, standing: Mapping[str, str]) -> str:
    """Return the conclusion: where there are no calls to sign, it is the reader's own words."""
    words = review.comment.strip()
    may_be_rewritten = not report.conclusion or review.decision == Decision.DISAGREE
    return words if words and not standing and may_be_rewritten else report.conclusion


def _is_second_reader(report: DiagnosticReport, review: Review) -> bool:
    """Tell whether somebody else than who could not tell has now told."""
    undecided = report.reviews.filter(decision=Decision.CANNOT_TELL).order_by("-created_at").first()
    return undecided is None or undecided.reviewer_id != review.reviewer_id


def _listed(labels) -> str:
    return ", ".join(sorted(labels)) or _("none")
