"""What the reading room, the reading list and the model pages say, in words and small drawings."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.locale_formats import number_text
from inference.cautions import override_text
from inference.models import Finding, InferenceJob, ModelVersion
from inference.statements import abstention, cautions_of, nothing_found, statements

register = template.Library()
FAILURES = {
    InferenceJob.FailureCode.UNREADABLE_IMAGE: gettext_lazy("The picture could not be read."),
    InferenceJob.FailureCode.INVALID_OUTPUT: gettext_lazy("The network’s answer was not usable."),
    InferenceJob.FailureCode.POISON_INPUT: gettext_lazy(
        "The analysis broke down twice over this picture."
    ),
    InferenceJob.FailureCode.ATTEMPTS_EXHAUSTED: gettext_lazy("The analysis failed three times."),
    InferenceJob.FailureCode.TIMED_OUT: gettext_lazy("The analysis took too long and was stopped."),
    InferenceJob.FailureCode.MODEL_UNAVAILABLE: gettext_lazy(
        "The network could not be loaded for a day."
    ),
}
PERSON_CALLS = {
    Finding.Call.POSITIVE: gettext_lazy("present"),
    Finding.Call.NEGATIVE: gettext_lazy("absent"),
    Finding.Call.UNCERTAIN: gettext_lazy("unsure"),
}


# --- pictures ------------------------------------------------------------------------------------
@register.filter
def preview_url(instance) -> str:
    return reverse("instance-preview", args=[instance.pk])


@register.filter
def thumbnail_url(instance) -> str:
    return reverse("instance-thumbnail", args=[instance.pk])


@register.filter
def file_url(instance) -> str:
    return reverse("instance-file", args=[instance.pk])


@register.filter
def picture_label(instance, reading) -> str:
    """Name a picture for who cannot see it."""
    study, pictures = reading.study, reading.pictures
    kind = f"{study.get_body_part_display()}, {study.get_modality_display()}"
    if not pictures[1:]:
        return kind
    which = {"number": pictures.index(instance) + 1, "count": len(pictures)}
    return f"{kind}, " + _("picture %(number)d of %(count)d") % which


# --- the machine ---------------------------------------------------------------------------------
@register.filter
def shown_findings(report) -> list[Finding]:
    """The findings; a reference label such as normal is none."""
    return [one for one in report.findings.all() if one.role == Finding.Role.FINDING]


@register.filter
def call_in_words(finding: Finding) -> str:
    """Say where the probability lies among the limits that were used."""
    limits = {
        "above": number_text(finding.threshold, 2),
        "below": number_text(finding.negative_below or 0, 2),
    }
    if finding.call == Finding.Call.POSITIVE:
        return _("over the threshold %(above)s") % limits
    if finding.call == Finding.Call.NEGATIVE:
        return _("below %(below)s, the lower threshold") % limits
    return _("between the thresholds %(below)s and %(above)s: cannot be excluded") % limits


@register.filter
def nothing_found_text(report) -> str:
    """The sentence for findings that are all below their thresholds; empty if one is not."""
    found = shown_findings(report)
    if not found or any(one.call != Finding.Call.NEGATIVE for one in found):
        return ""
    return nothing_found([one.display for one in found])


@register.filter
def abstention_text(code: str) -> str:
    return abstention(code)


@register.filter
def cautions_about(report) -> list[str]:
    """What must be known of the model beside its answer."""
    return cautions_of(report)


@register.filter
def threshold_rules(report) -> list[str]:
    """How the thresholds that were used were chosen, each way once."""
    point = report.operating_point
    if point:
        own = {"number": point.number, "reason": point.reason}
        return [_("Thresholds of this installation, number %(number)d: %(reason)s") % own]
    labels = report.job.model_version.card["labels"]
    return list(dict.fromkeys(one["threshold_rule"] for one in labels if one["threshold_rule"]))


@register.filter
def waiting_text(job, progress) -> str:
    """Say how far a request is: "being analysed" or its place, and about how long."""
    known = progress.get(job.pk)
    if job.model_version.is_broken:
        return _("waiting: the network cannot be loaded at the moment, somebody has been told")
    place = known.position if known else None
    is_again = job.attempts > 1 or (job.attempts and place)
    if place and is_again:
        text = _("waiting to be analysed again: place %(place)d in the queue") % {"place": place}
    elif place:
        text = _("waiting to be analysed: place %(place)d in the queue") % {"place": place}
    else:
        text = _("being analysed again") if is_again else _("being analysed")
    if not known:
        return text
    about = {"text": text, "time": seconds_in_words(known.expected_seconds)}
    return _("%(text)s, about %(time)s") % about


@register.filter
def why_not_analysed(job) -> str:
    if job.status == InferenceJob.Status.CANCELLED:
        return _("The network was taken out of use before it came to this study.")
    return FAILURES.get(job.failure_code) or _("The analysis failed.")


def seconds_in_words(seconds: float | None) -> str:
    if seconds is None:
        return _("a few seconds")
    if seconds < 90:
        return _("%(seconds)d s") % {"seconds": max(1, round(seconds))}
    return _("%(minutes)d min") % {"minutes": round(seconds / 60)}


@register.inclusion_tag("inference/room/meter.html")
def meter(finding: Finding):
    """Draw the probability with the limits that were used; attributes alone, no inline style."""
    return {
        "probability": round(finding.probability * 100, 2),
        "threshold": round((finding.threshold or 0) * 100, 2),
        "below": round((finding.negative_below or 0) * 100, 2),
        "between": round(((finding.threshold or 0) - (finding.negative_below or 0)) * 100, 2),
    }


# --- people --------------------------------------------------------------------------------------
@register.filter
def said_of(report):
    """The report's sentences as they stand (see ``inference.statements``)."""
    return statements(report)


@register.filter
def person_calls(review) -> list[tuple[str, str]]:
    """A person's calls with the displays of the labels, for the history of a report."""
    report = review.report
    labels = report.job.model_version.card["labels"] if report.job else []
    displays = {one["code"]: one["display"] for one in labels}
    return [
        (displays.get(code, code), PERSON_CALLS.get(call, call))
        for code, call in review.findings.items()
    ]


@register.filter
def machine_had_said(report) -> str:
    """One line of what the machine had said before a person signed."""
    if report.abstained_because:
        return _("no result")
    return ", ".join(
        f"{one.display} {number_text(one.probability, 2)} ({MACHINE_CALLS[one.call]})"
        for one in shown_findings(report)
    )


MACHINE_CALLS = {
    Finding.Call.POSITIVE: gettext_lazy("over the threshold"),
    Finding.Call.NEGATIVE: gettext_lazy("below the threshold"),
    Finding.Call.UNCERTAIN: gettext_lazy("unsure"),
}


# --- model cards ---------------------------------------------------------------------------------
@register.filter
def figure(value) -> str:
    """A figure with its 95 % interval: "0.85 (0.80 to 0.90)"."""
    if not value or value.get("value") is None:
        return "–"
    if value.get("low") is None:
        return number_text(value["value"], 2)
    return _("%(value)s (%(low)s to %(high)s)") % {
        name: number_text(value[name], 2) for name in ("value", "low", "high")
    }


@register.filter
def percent(share) -> str:
    return "–" if share is None else f"{number_text(share * 100, 1)} %"


@register.filter
def entry(mapping, key):
    """``mapping[key]`` for templates, or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def published_despite(card) -> str:
    """Which checks failed and why the model was published all the same, or nothing."""
    return override_text(card)


@register.filter
def looks_for(card) -> str:
    return ", ".join(one["display"] for one in card["labels"] if one["role"] == "finding")


@register.filter
def state_in_words(version: ModelVersion) -> str:
    return STATES[version.state]


@register.filter
def act_in_words(state: str) -> str:
    return ACTS[state]


STATES = {
    ModelVersion.State.ACTIVE: gettext_lazy("in use"),
    ModelVersion.State.SHADOW: gettext_lazy("on trial, results not shown"),
    ModelVersion.State.DRAFT: gettext_lazy("published, not in use"),
    ModelVersion.State.RETIRED: gettext_lazy("retired"),
}
ACTS = {
    ModelVersion.State.ACTIVE: gettext_lazy("Put in use"),
    ModelVersion.State.SHADOW: gettext_lazy("Put on trial"),
    ModelVersion.State.RETIRED: gettext_lazy("Retire"),
}
