"""The score and the images of a patient on one time axis, as numbers for a drawing.

The score lies above, each image in a lane below in its speaker's voice, a fine line from one to the
other. Where a note points out a disagreement, its letter stands at the image and at the set.
"""

import datetime
from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aicare.templatetags.clock import in_words
from patients.charts.image_lane import ROW, ImageMark, chips
from patients.charts.score_shapes import (
    BOTTOM,
    LEFT,
    LETTER_HEIGHT,
    MARGIN,
    TOP,
    WIDTH,
    Band,
    Letter,
    Point,
    ScoreChart,
    ScoreSeen,
    frame_width,
)
from patients.early_warning import HIGH, LOW, MEDIUM, risk_of
from patients.trends.axes import spread_out
from patients.trends.plans import JOINED_WITHIN
from patients.trends.ticks import ticks

INSET, FOOT = 8, 26
# The width of a figure of the label.
FIGURE = 9
LOWEST_TOP_SCORE = 10
MOST_TICKS, MOST_TICKS_NARROW = 7, 4
# Above the bands, clear of the newest score.
LETTERS_AT = 10
# From the top of the chart down; where each band begins and ends is the rule's.
BANDS = (HIGH, MEDIUM, LOW)


class Scale:
    """Where a moment and a score lie in the drawing."""

    def __init__(self, start, end, top_score: int, width: int):
        self.start, self.top_score, self.width = start, top_score, width
        self.seconds = max((end - start).total_seconds(), 1)

    def x(self, moment: datetime.datetime) -> float:
        share = (moment - self.start).total_seconds() / self.seconds
        room = self.width - MARGIN - LEFT - 2 * INSET
        return round(LEFT + INSET + share * room, 1)

    def y(self, score: int) -> float:
        share = min(score, self.top_score) / self.top_score
        return round(BOTTOM - share * (BOTTOM - TOP), 1)


def draw(
    scores: Sequence[ScoreSeen],
    images: Sequence[ImageMark],
    *,
    start: datetime.datetime,
    end: datetime.datetime,
    now: datetime.datetime,
    letters: Mapping[datetime.datetime, str] | None = None,
    width: int = WIDTH,
    joined_within: datetime.timedelta = JOINED_WITHIN,
) -> ScoreChart | None:
    """Return the drawing of the scores (oldest first) and images between two moments.

    ``letters`` names the moments of the sets that notes are about. Letters keep their size, so a
    phone needs a drawing of its own, ``NARROW`` wide. Scores further apart than ``joined_within``
    are not joined. None where there is nothing to draw.
    """
    images = [one for one in images if start <= one.at <= end]
    if not scores and not images:
        return None
    top_score = max([LOWEST_TOP_SCORE, *(_certain(one) + 1 for one in scores)])
    scale = Scale(start, end, top_score, width)
    lane = tuple(chips(images, scale.x, top=BOTTOM + 12, right=width - MARGIN))
    axis_y = max([BOTTOM, *(chip.y + ROW / 2 for chip in lane)])
    most = MOST_TICKS if width == WIDTH else MOST_TICKS_NARROW
    whole = [one for one in scores if one.is_complete]
    return ScoreChart(
        width=width,
        height=round(axis_y + FOOT),
        runs=tuple(_runs(whole, scale, now, joined_within)),
        ranges=tuple(_ranges(scores, scale, now)),
        chips=lane,
        letters=tuple(_letters(scores, images, letters or {}, scale)),
        bands=tuple(_bands(top_score, scale)),
        ticks=tuple((scale.x(one.moment), one.text) for one in ticks(start, end, most=most)),
        axis_y=axis_y,
        text=_in_words(scores, images, now),
    )


def _certain(one: ScoreSeen) -> int:
    """Return the score that must be in sight; what a partial set can be at most may lie above."""
    return one.high if one.is_complete else one.low


def _ranges(scores: Sequence[ScoreSeen], scale: Scale, now):
    """Yield what the partial sets can be; the newest set of all is labelled, whole or not."""
    for number, one in enumerate(scores, start=1):
        if not one.is_complete:
            yield _point(one, scale, now, _label(one) if number == len(scores) else "")


def _runs(whole: Sequence[ScoreSeen], scale: Scale, now, joined_within):
    """Yield the points that a line joins; the newest one of all is labelled."""
    run: list[Point] = []
    for number, one in enumerate(whole):
        if run and one.at - whole[number - 1].at > joined_within:
            yield tuple(run)
            run = []
        run.append(_point(one, scale, now, _label(one) if number == len(whole) - 1 else ""))
    if run:
        yield tuple(run)


def _label(one: ScoreSeen) -> str:
    """Return the newest score; of several sets together all that they scored, not the highest."""
    return str(one.high) if one.low == one.high else f"{one.low}–{one.high}"


def _point(one: ScoreSeen, scale: Scale, now, label: str = "") -> Point:
    text = f"{in_words(one.at, now=now)}: {_score_words(one)}"
    x, half = scale.x(one.at), len(label) * FIGURE / 2
    label_x = min(x, scale.width - half - 1)
    return Point(x, scale.y(one.low), scale.y(one.high), text, label, label_x)


def _letters(scores, images, named: Mapping[datetime.datetime, str], scale: Scale):
    """Yield the letters of the notes: above the image's line, and beside the point of the set."""
    marked = sorted((one for one in images if one.letter), key=lambda one: one.at)
    apart = LETTER_HEIGHT + 1
    places = spread_out([scale.x(one.at) for one in marked], apart=apart, height=scale.width - 9)
    for x, image in zip(places, marked, strict=True):
        yield Letter(x, LETTERS_AT, image.letter)
    for one in scores:
        if one.at in named:
            half = frame_width(named[one.at]) / 2
            y = max(scale.y(one.high if one.is_complete else one.low), TOP + LETTER_HEIGHT / 2)
            yield Letter(max(scale.x(one.at) - half - 7, LEFT + half), y, named[one.at])


def _score_words(one: ScoreSeen) -> str:
    if one.low == one.high:
        said = str(one.high)
    else:
        said = _("%(low)d to %(high)d") % {"low": one.low, "high": one.high}
    return said if one.is_complete else _("%(score)s, incomplete") % {"score": said}


def _bands(top_score: int, scale: Scale):
    """Yield the bands of risk by the sum alone, as ``early_warning`` draws them."""
    risks = [risk_of(score, any_three=False) for score in range(top_score + 1)]
    first = {risk: risks.index(risk) for risk in BANDS}
    edges = [top_score, first[HIGH], first[MEDIUM], 0]
    labels = (_("high ≥ %(score)d") % {"score": first[HIGH]},
              f"{first[MEDIUM]}–{first[HIGH] - 1}", f"0–{first[MEDIUM] - 1}")  # fmt: skip
    for risk, label, (high, low) in zip(BANDS, labels, pairwise(edges), strict=True):
        y = scale.y(high)
        yield Band(risk, y, round(scale.y(low) - y, 1), label)


def _in_words(scores: Sequence[ScoreSeen], images: Sequence[ImageMark], now) -> str:
    pictures = ngettext("%(count)d image", "%(count)d images", len(images)) % {"count": len(images)}
    if not scores:
        return pictures
    first, last, count = scores[0], scores[-1], sum(one.sets for one in scores)
    sets = ngettext("%(count)d set", "%(count)d sets", count) % {"count": count}
    return _("NEWS2 from %(first)s (%(then)s) to %(last)s (%(now)s), %(sets)s, %(images)s") % {
        "first": _score_words(first),
        "then": in_words(first.at, now=now),
        "last": _score_words(last),
        "now": in_words(last.at, now=now),
        "sets": sets,
        "images": pictures,
    }
