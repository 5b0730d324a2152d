"""Where signs and calls on images do not fit together: what the rules are given, and the words."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.locale_formats import number_text
from aicare.templatetags.clock import in_words
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Review
from inference.reviews import standing_calls
from patients import concordance
from patients.concordance import Disagreement, ImageSeen, ReportSeen, SetSeen
from patients.models import Patient, VitalSigns
from patients.models.vital_signs import FoundAs
from patients.monitoring import EarlyWarning


@dataclass(frozen=True)
class ConcordanceNote:
    """One disagreement in words: what was seen on each side, when, and who must look."""

    code: str
    title: str
    text: str
    study_id: UUID
    report_id: UUID | None
    set_id: UUID
    image_at: datetime.datetime
    measured_at: datetime.datetime
    letter: str
    """names the note, its image and its set on the drawing"""


def concordance_notes(
    patient: Patient,
    studies: Sequence[ImagingStudy],
    warning: EarlyWarning | None,
    *,
    now: datetime.datetime,
) -> list[ConcordanceNote]:
    """Return the notes about studies that come with jobs, reports and findings, in two queries."""
    recent = [one for one in studies if one.started_at >= now - concordance.LOOK_BACK]
    sets = _sets_near(patient, recent)
    for one in (warning.latest_complete, warning.decisive) if warning else ():
        if one is not None:
            sets[one.pk] = one
    seen = [_set_seen(one) for one in sets.values() if one.score_min is not None]
    found = concordance.disagreements([_image_seen(one) for one in recent], seen, now=now)
    by_id = {one.pk: one for one in recent}
    return [
        _in_words(note, by_id[note.image.study_id], sets, chr(ord("A") + number), now)
        for number, note in enumerate(found)
    ]


def _sets_near(patient: Patient, studies: Iterable[ImagingStudy]) -> dict[UUID, VitalSigns]:
    """Return the sets nearest to each study, whole and of any kind; each is a seek in an index."""
    scored = VitalSigns.objects.final().filter(patient=patient.pk)
    complete = scored.filter(found_as=FoundAs.COMPLETE)
    nearest = {
        "complete_before": _last_before(complete),
        "complete_after": _first_after(complete),
        "any_before": _last_before(scored),
        "any_after": _first_after(scored),
    }
    rows = (
        ImagingStudy.objects.filter(pk__in=[one.pk for one in studies])
        .order_by()
        .annotate(**nearest)
        .values_list(*nearest)
    )
    return VitalSigns.objects.in_bulk({pk for row in rows for pk in row} - {None})


def _last_before(sets) -> Subquery:
    earlier = sets.filter(measured_at__lte=OuterRef("started_at"))
    return Subquery(earlier.newest_first().values("pk")[:1])


def _first_after(sets) -> Subquery:
    later = sets.filter(measured_at__gt=OuterRef("started_at"))
    return Subquery(later.order_by("measured_at", "id").values("pk")[:1])


def _set_seen(one: VitalSigns) -> SetSeen:
    return SetSeen(one.pk, one.measured_at, one.score, one.score_min, one.points)


def _image_seen(study: ImagingStudy) -> ImageSeen:
    return ImageSeen(
        study_id=study.pk,
        taken_at=study.started_at,
        is_chest=study.body_part == ImagingStudy.BodyPart.CHEST,
        reports=tuple(_report_seen(one) for one in study.reports.all()),
        is_under_way=any(not job.has_ended for job in study.jobs.all()),
    )


def _report_seen(report: DiagnosticReport) -> ReportSeen:
    comments = [
        review.comment.strip()
        for review in report.reviews.all()
        if review.decision != Review.Decision.CANNOT_TELL
    ]
    return ReportSeen(
        id=report.pk,
        calls=standing_calls(report),
        is_signed=report.is_signed,
        has_words=bool(report.conclusion or any(comments)),
        could_not_tell=report.needs_second_reader,
    )


def _in_words(note: Disagreement, study, sets, letter: str, now) -> ConcordanceNote:
    title, says = WORDS[note.code]
    vital_signs = sets[note.vital_signs.id]
    return ConcordanceNote(
        code=note.code,
        title=str(title),
        text=says(note, study, sets, now),
        study_id=study.pk,
        report_id=note.report.id if note.report else None,
        set_id=vital_signs.pk,
        image_at=study.started_at,
        measured_at=vital_signs.measured_at,
        letter=letter,
    )


def _about_calm_signs(note: Disagreement, study, sets, now) -> str:
    one = sets[note.vital_signs.id]
    return f"{_image(note, study, now)} " + _(
        "The set of %(measured)s has no points for respiration, saturation, oxygen and temperature"
        " (%(signs)s). A doctor must look at the patient and at the image."
    ) % {"measured": in_words(one.measured_at, now=now), "signs": _breathing(one)}


def _about_unexplained_score(note: Disagreement, study, sets, now) -> str:
    return f"{_image(note, study, now)} " + _(
        "The set of %(measured)s scores NEWS2 %(score)s. A doctor must look at the patient and at"
        " the image."
    ) % _scored(sets[note.vital_signs.id], now)


def _about_outdated_film(note: Disagreement, study, sets, now) -> str:
    then = sets[note.earlier.id]
    return f"{_image(note, study, now)} " + _(
        "NEWS2 was %(before)s at %(then)s and is %(score)s at %(measured)s: the image is older than"
        " the deterioration. A doctor must look and think of repeating it."
    ) % {
        "before": then.score,
        "then": in_words(then.measured_at, now=now),
        **_scored(sets[note.vital_signs.id], now),
    }


def _about_unjudged_image(note: Disagreement, study, sets, now) -> str:
    image = {"image": str(study), "taken": in_words(study.started_at, now=now)}
    if any(report.could_not_tell for report in note.image.reports):
        said = _("%(image)s, %(taken)s: neither AI nor a reader could judge it.") % image
    elif note.report:
        said = _("%(image)s, %(taken)s: AI could not judge it and nobody has read it.") % image
    else:
        said = _("%(image)s, %(taken)s: not analysed, and nobody has read it.") % image
    return f"{said} " + _(
        "The set of %(measured)s scores NEWS2 %(score)s. A doctor must read the image."
    ) % _scored(sets[note.vital_signs.id], now)


def _image(note: Disagreement, study: ImagingStudy, now) -> str:
    """Return what is called on the image, by whom; a clear one with what was not assessed."""
    words = {
        "image": str(study),
        "taken": in_words(study.started_at, now=now),
        "patterns": ", ".join(_displays(note, study)),
    }
    return SAYS[note.code == concordance.CALM_SIGNS, note.report.is_signed] % words


def _displays(note: Disagreement, study: ImagingStudy) -> list[str]:
    """Return the names of the labels that the note is about."""
    is_pattern = note.code == concordance.CALM_SIGNS
    labels = note.report.patterns if is_pattern else tuple(note.report.calls)
    report = next(one for one in study.reports.all() if one.pk == note.report.id)
    names = {one.label: one.display for one in report.findings.all()}
    return [names.get(label, label) for label in labels]


def _scored(one: VitalSigns, now) -> dict[str, str]:
    if one.is_complete:
        score = str(one.score)
    else:
        score = _("at least %(score)d") % {"score": one.score_min}
    return {"measured": in_words(one.measured_at, now=now), "score": score}


def _breathing(one: VitalSigns) -> str:
    return _("respiration %(rate)s/min, SpO₂ %(saturation)s %% on air, %(temperature)s °C") % {
        "rate": number_text(one.respiratory_rate_per_min, 0),
        "saturation": number_text(one.oxygen_saturation_percent, 0),
        "temperature": number_text(one.temperature_celsius, 1),
    }


# Whether a pattern is called, and whether a person has signed.
SAYS = {
    (True, True): gettext_lazy("%(image)s, %(taken)s: signed as %(patterns)s."),
    (True, False): gettext_lazy("%(image)s, %(taken)s: AI, unsigned, calls %(patterns)s."),
    (False, True): gettext_lazy(
        "%(image)s, %(taken)s: signed, no pattern of %(patterns)s; other disease was not assessed."
    ),
    (False, False): gettext_lazy(
        "%(image)s, %(taken)s: AI, unsigned, found no pattern of %(patterns)s above its threshold;"
        " other disease was not assessed."
    ),
}
WORDS = {
    concordance.CALM_SIGNS: (
        gettext_lazy("Pneumonia pattern called, breathing without points"),
        _about_calm_signs,
    ),
    concordance.SCORE_UNEXPLAINED: (
        gettext_lazy("Score raised, no pattern on the image"),
        _about_unexplained_score,
    ),
    concordance.FILM_OUTDATED: (
        gettext_lazy("Score has risen since the image"),
        _about_outdated_film,
    ),
    concordance.NOBODY_JUDGED: (
        gettext_lazy("High score, and nobody has judged the image"),
        _about_unjudged_image,
    ),
}
