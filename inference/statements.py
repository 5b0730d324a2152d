"""What a report says, in sentences: one place, so that page, summary and REST never differ.

A signed report speaks with its signer's calls, an unsigned one with the machine's and says so. A
reference label such as normal is never a sentence of its own: where nothing was found, the sentence
names what was looked for and that nothing else was.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.locale_formats import in_sentence
from inference.cautions import cautions, either
from inference.models import DiagnosticReport, Finding, Review
from inference.reviews import standing_calls

UNSIGNED = gettext_lazy("Machine result, not signed")
ABSTENTIONS = {
    "outside_intended_use": gettext_lazy("The classifier was not made for this patient or picture"),
    "unlike_training_data": gettext_lazy(
        "The picture is unlike those that the classifier has learnt"
    ),
    "blank_image": gettext_lazy("The picture shows nothing that could be analysed"),
}


@dataclass(frozen=True)
class Statement:
    """One sentence of a report and who answers for it."""

    speaker: str
    """machine, person or abstained"""
    text: str
    signed: bool
    sentence: str = ""
    """The text without the notice that nobody has signed it, for places that say so themselves"""
    label: str = ""
    call: str = ""
    probability: float | None = None
    differs_from_machine: bool = False


def statements(report: DiagnosticReport) -> list[Statement]:
    """Return what the report says now; nothing for one that was withdrawn.

    Reads ``report.findings``, ``report.reviews`` and ``report.job.model_version``: prefetch them
    (``DiagnosticReport.objects.with_content()``) where there are many.
    """
    if report.status in {report.Status.CANCELLED, report.Status.ENTERED_IN_ERROR}:
        return []
    said = _about_calls(report)
    if report.abstained_because and not report.is_signed:
        reason = abstention(report.abstained_because)
        said.insert(0, Statement("abstained", reason, signed=False, sentence=reason))
    words = [report.conclusion, *_comments(report)] if report.is_signed else []
    return said + [Statement("person", text, signed=True, sentence=text) for text in words if text]


def attention_of(report: DiagnosticReport) -> tuple[str, str]:
    """Return title and text of the alert that an unsigned report raises; needs ``study``."""
    text = " ".join(one.text for one in statements(report))
    study = {"study": report.study}
    if report.needs_second_reader:
        asked = _("A reader could not tell. %(text)s") % {"text": text}
        return _("%(study)s: a second reader is needed") % study, asked
    return _("%(study)s: read and sign") % study, text


def cautions_of(report: DiagnosticReport) -> list[str]:
    """Return what must be known of the model beside its answer; nothing for a person's report."""
    return cautions(report.job.model_version.card) if report.job else []


def abstention(code: str) -> str:
    """Return the sentence for the reason why a classifier gave no result."""
    reason = ABSTENTIONS.get(code) or _("The classifier could not read this picture")
    return _("No machine result. %(reason)s.") % {"reason": reason}


def nothing_found(displays: list[str]) -> str:
    """Return the sentence for findings all below their thresholds; it clears nothing else."""
    names = either([in_sentence(display) for display in displays])
    return _("No pattern of %(names)s above its threshold; other disease was not assessed.") % {
        "names": names
    }


def _about_calls(report: DiagnosticReport) -> list[Statement]:
    calls = standing_calls(report)
    found = {one.label: one for one in report.findings.all() if one.role == Finding.Role.FINDING}
    displays = _displays(report)
    clear = [
        label
        for label, call in calls.items()
        if call == Finding.Call.NEGATIVE and label in found and found[label].call == call
    ]
    said = [
        _statement(report, label, displays.get(label, label), call, found.get(label))
        for label, call in calls.items()
        if label not in clear
    ]
    # Beside another finding the negative ones go without saying: they would read as a clearance.
    if clear and not said:
        text = nothing_found([displays.get(label, label) for label in clear])
        said.append(_spoken(report, text, call=str(Finding.Call.NEGATIVE)))
    return said


def _comments(report: DiagnosticReport) -> list[str]:
    """Return what the signers added, from the last correction on."""
    comments = []
    for review in sorted(report.reviews.all(), key=lambda one: (one.created_at, one.pk)):
        if review.decision == Review.Decision.DISAGREE:
            comments = []
        if review.decision != Review.Decision.CANNOT_TELL:
            comments.append(review.comment.strip())
    return [comment for comment in comments if comment and comment != report.conclusion]


def _statement(
    report: DiagnosticReport, label: str, display: str, call: str, finding: Finding | None
) -> Statement:
    overruled = finding is not None and finding.call != call
    if call == Finding.Call.POSITIVE:
        text = f"{_positive_text(report, label, display)}."
    elif call == Finding.Call.NEGATIVE:
        text = _not_seen(display, overruled)
    else:
        text = _("Uncertain about %(finding)s.") % {"finding": in_sentence(display)}
    return _spoken(
        report,
        text,
        label=label,
        call=call,
        probability=finding.probability if finding and not overruled else None,
        differs_from_machine=overruled,
    )


def _spoken(report: DiagnosticReport, text: str, **more) -> Statement:
    if report.is_signed:
        return Statement("person", text, signed=True, sentence=text, **more)
    text = in_sentence(text)
    return Statement("machine", f"{UNSIGNED}: {text}", signed=False, sentence=text, **more)


def _not_seen(display: str, overruled: bool) -> str:
    if overruled:
        text = _("%(finding)s: not seen by the reader, unlike by the machine.")
    else:
        text = _("%(finding)s: not seen by the reader.")
    return text % {"finding": display}


def _positive_text(report: DiagnosticReport, label: str, display: str) -> str:
    return next(
        (one["positive_text"].rstrip(".") for one in _labels(report) if one["code"] == label),
        display,
    )


def _displays(report: DiagnosticReport) -> dict[str, str]:
    return {one["code"]: one["display"] for one in _labels(report)}


def _labels(report: DiagnosticReport) -> list[dict]:
    return report.job.model_version.card["labels"] if report.job else []
