"""Where the signs of a patient and the calls on images do not fit together: rules, no wording.

A note only points out a disagreement. It never says which side is right, and nothing is said where
both sides agree: a machine that is told to be right is believed too easily.

| code | image | signs | why a person must look |
|---|---|---|---|
| calm_signs | a pneumonia pattern is called on the chest, by machine or signer | the nearest complete set has no points for respiration, saturation, oxygen and temperature | a pattern without any of the signs that usually come with it |
| score_unexplained | every pattern asked for is below its threshold on the chest | score high, or medium with points for respiration or saturation | other disease was not assessed |
| film_outdated | the newest chest image, read as above, up to 7 days old | score has risen by 3 or more since | the image is older than the deterioration |
| nobody_judged | no opinion: abstained, failed, or not read; nothing is under way | score high | neither machine nor person has said anything |

- Sets count within 12 hours of the image, the longest interval between two sets in NEWS2 (Royal
  College of Physicians 2017, chart 4); "no points", "medium" and "high" are the bands of
  ``patients.early_warning``. The rise of 3 and the 7 days are choices of this product.
- A partial set counts by its minimum and by the points that are certain, so it can raise a score or
  break the calm, and never lower or calm.
- An abstention and a reference label such as "normal" are no negative call. A signed call stands
  before the machine's. What a signer wrote in words no rule can compare: then there is no note.
"""  # noqa: E501  a table

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from patients.early_warning import AIR_OR_OXYGEN, HIGH, MEDIUM, SATURATION, risk_of

WINDOW = datetime.timedelta(hours=12)
LOOK_BACK = datetime.timedelta(days=7)
RISE = 3

RESPIRATION, TEMPERATURE = "respiratory_rate_per_min", "temperature_celsius"
CALM = (RESPIRATION, SATURATION, AIR_OR_OXYGEN, TEMPERATURE)
BREATHING = (RESPIRATION, SATURATION)
PNEUMONIA_WORDS = {"pneumonia", "covid"}

CALM_SIGNS, SCORE_UNEXPLAINED = "calm_signs", "score_unexplained"
FILM_OUTDATED, NOBODY_JUDGED = "film_outdated", "nobody_judged"
CODES = (CALM_SIGNS, SCORE_UNEXPLAINED, FILM_OUTDATED, NOBODY_JUDGED)

PATTERN, NOTHING, NOBODY, OTHER = "pattern", "nothing", "nobody", "other"


@dataclass(frozen=True)
class SetSeen:
    """What the rules need of one scored set; ``points`` holds what is certain of it."""

    id: UUID
    measured_at: datetime.datetime
    score: int | None
    at_least: int
    points: Mapping[str, int]

    @property
    def is_complete(self) -> bool:
        return self.score is not None


@dataclass(frozen=True)
class ReportSeen:
    """The calls of one standing report by label; with words of a signer, rules keep silent."""

    id: UUID
    calls: Mapping[str, str]
    is_signed: bool
    has_words: bool = False
    could_not_tell: bool = False
    """a reader looked at it in vain"""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The labels of a pneumonia that are called positive."""
        return tuple(
            label
            for label, call in self.calls.items()
            if call == "positive" and is_pneumonia(label)
        )


@dataclass(frozen=True)
class ImageSeen:
    """One standing study with its standing reports."""

    study_id: UUID
    taken_at: datetime.datetime
    is_chest: bool
    reports: tuple[ReportSeen, ...]
    is_under_way: bool = False

    @property
    def calls(self) -> tuple[str, ...]:
        return tuple(call for report in self.reports for call in report.calls.values())

    @property
    def opinion(self) -> str:
        """What the image says as a whole, as far as a rule can tell."""
        if any(report.is_signed and report.has_words for report in self.reports):
            return OTHER
        if any(report.patterns for report in self.reports):
            return PATTERN
        if not self.calls:
            is_open = self.is_under_way or any(report.is_signed for report in self.reports)
            return OTHER if is_open else NOBODY
        return NOTHING if set(self.calls) == {"negative"} else OTHER


@dataclass(frozen=True)
class Disagreement:
    """One note: which rule, which image and report, which set; ``earlier`` is what it rose from."""

    code: str
    image: ImageSeen
    report: ReportSeen | None
    vital_signs: SetSeen
    earlier: SetSeen | None = None


def is_pneumonia(label: str) -> bool:
    """Tell whether a label names a pattern of pneumonia, of any cause."""
    return bool(PNEUMONIA_WORDS & set(label.lower().replace("_", "-").split("-")))


def disagreements(
    images: Iterable[ImageSeen], sets: Sequence[SetSeen], *, now: datetime.datetime
) -> list[Disagreement]:
    """Return where images of the last days and sets do not fit together, the newest image first.

    ``sets`` need hold no more than the nearest ones of each image, complete and of any kind, and
    those that give the score of today.
    """
    recent = [one for one in images if now - LOOK_BACK <= one.taken_at <= now]
    recent.sort(key=lambda one: one.taken_at, reverse=True)
    newest_film = next((one for one in recent if one.is_chest), None)
    found = []
    for image in recent:
        notes = _notes(image, sets, is_newest_film=image is newest_film)
        found += [note for note in [next(notes, None)] if note]
    return found


def _notes(
    image: ImageSeen, sets: Sequence[SetSeen], *, is_newest_film: bool
) -> Iterator[Disagreement]:
    """Yield what the rules say about one image; the first is told."""
    opinion = image.opinion
    near = [one for one in sets if abs(one.measured_at - image.taken_at) <= WINDOW]
    worst = _worst_of_nearest(image, near)
    if opinion == NOBODY:
        if worst and _risk(worst) == HIGH:
            yield _note(NOBODY_JUDGED, image, worst)
    elif image.is_chest and opinion == PATTERN:
        calm = _calm(image, near)
        if calm:
            yield _note(CALM_SIGNS, image, calm)
    elif image.is_chest and opinion == NOTHING:
        if worst and _is_alarming(worst):
            yield _note(SCORE_UNEXPLAINED, image, worst)
        if is_newest_film:
            yield from _risen(image, near, sets)


def _note(code: str, image: ImageSeen, one: SetSeen, earlier=None) -> Disagreement:
    # An abstention beside another report has nothing to say about what was found or not found.
    reports = sorted(image.reports, key=lambda report: (not report.patterns, not report.calls))
    return Disagreement(code, image, reports[0] if reports else None, one, earlier)


def _nearest(image: ImageSeen, sets: Iterable[SetSeen]) -> SetSeen | None:
    return min(sets, key=lambda one: abs(one.measured_at - image.taken_at), default=None)


def _nearest_complete(image: ImageSeen, near: Sequence[SetSeen]) -> SetSeen | None:
    return _nearest(image, [one for one in near if one.is_complete])


def _worst_of_nearest(image: ImageSeen, near: Sequence[SetSeen]) -> SetSeen | None:
    """Return the nearest complete set, or a nearer partial one that says more at least."""
    complete, nearest = _nearest_complete(image, near), _nearest(image, near)
    candidates = [one for one in (complete, nearest) if one]
    return max(candidates, key=lambda one: one.at_least, default=None)


def _calm(image: ImageSeen, near: Sequence[SetSeen]) -> SetSeen | None:
    """Return the nearest complete set if nothing near has points for breathing or temperature."""
    complete = _nearest_complete(image, near)
    if complete is None or any(complete.points.get(name) != 0 for name in CALM):
        return None
    partial = [one for one in near if not one.is_complete]
    breaks = any(one.points.get(name, 0) > 0 for one in partial for name in CALM)
    return None if breaks else complete


def _risk(one: SetSeen) -> str:
    return risk_of(one.at_least, any_three=False)


def _is_alarming(one: SetSeen) -> bool:
    breathes_badly = any(one.points.get(name, 0) > 0 for name in BREATHING)
    return _risk(one) == HIGH or (_risk(one) == MEDIUM and breathes_badly)


def _risen(image: ImageSeen, near: Sequence[SetSeen], sets: Sequence[SetSeen]):
    """Yield a note where the score of now is well above the one at the time of the image."""
    then = _nearest_complete(image, near)
    latest = max((one for one in sets if one.is_complete), key=_moment, default=None)
    if then is None or latest is None:
        return
    later = [one for one in sets if not one.is_complete and _moment(one) > _moment(latest)]
    worst = max([latest, *later], key=lambda one: one.at_least)
    is_later = worst.measured_at > max(image.taken_at, then.measured_at)
    if is_later and worst.at_least - then.at_least >= RISE:
        yield _note(FILM_OUTDATED, image, worst, earlier=then)


def _moment(one: SetSeen):
    return one.measured_at, one.id
