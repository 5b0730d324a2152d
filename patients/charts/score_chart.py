"""The score and the images of a patient on one time axis, as numbers for a drawing.

The score lies above, each image in a lane below in its speaker's voice, a fine line from one to the
other. Where a note points out a disagreement, its letter stands at the image and at the set.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aicare.templatetags.clock import in_words
from patients.early_warning import HIGH, LOW, MEDIUM, risk_of
from patients.trends.ticks import ticks

WIDTH, NARROW = 760, 360
LEFT, MARGIN, INSET = 62, 12, 8
TOP, BOTTOM = 20, 150
ROW = 20
FOOT = 26
CHIP_WIDTH, CHIP_HEIGHT = 28, 16
LOWEST_TOP_SCORE = 10
LABELLED = 3
MOST_DOTS = 60
LETTER_WIDTH = 6.4
MOST_TICKS, MOST_TICKS_NARROW = 7, 4
CHIP_TEXTS = {"person": "✓", "machine": "AI", "abstain": "AI ?", "waiting": "…"}
# From the top of the chart down; where each band begins and ends is the rule's.
BANDS = (HIGH, MEDIUM, LOW)


@dataclass(frozen=True)
class ScoreSeen:
    """The score of one set or of a stretch of time; a partial one is what it can be."""

    at: datetime.datetime
    low: int
    high: int
    is_complete: bool
    sets: int = 1


@dataclass(frozen=True)
class ImageMark:
    """An image: when it was taken, in whose voice it speaks, what it says in few words."""

    at: datetime.datetime
    voice: str
    text: str
    letter: str = ""


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    y_high: float
    text: str
    label: str = ""


@dataclass(frozen=True)
class Chip:
    """An image in its lane; ``label`` is as much of ``text`` as there is room for beside it."""

    x: float
    y: float
    voice: str
    mark: str
    text: str
    label: str
    label_x: float
    anchor: str

    @property
    def left(self) -> float:
        return self.x - CHIP_WIDTH / 2

    @property
    def top(self) -> float:
        return self.y - CHIP_HEIGHT / 2

    @property
    def baseline(self) -> float:
        return self.y + 4


@dataclass(frozen=True)
class Letter:
    """Names a note, at its image and at its set."""

    x: float
    y: float
    letter: str

    @property
    def baseline(self) -> float:
        return self.y + 4


@dataclass(frozen=True)
class Band:
    risk: str
    y: float
    height: float
    label: str


@dataclass(frozen=True)
class ScoreChart:
    """What the template and the paper draw."""

    width: int
    height: int
    points: tuple[Point, ...]
    ranges: tuple[Point, ...]
    chips: tuple[Chip, ...]
    letters: tuple[Letter, ...]
    bands: tuple[Band, ...]
    ticks: tuple[tuple[float, str], ...]
    axis_y: float
    text: str
    left: int = LEFT
    top: int = TOP
    bottom: int = BOTTOM
    chip_width: int = CHIP_WIDTH
    chip_height: int = CHIP_HEIGHT

    @property
    def plot_width(self) -> int:
        return self.width - LEFT - MARGIN

    @property
    def right(self) -> int:
        return self.width - MARGIN

    @property
    def dots(self) -> tuple[Point, ...]:
        """The points that are drawn one by one: of very many the line says enough."""
        return self.points if len(self.points) <= MOST_DOTS else self.points[-1:]

    @property
    def line(self) -> str:
        return " ".join(f"{one.x},{one.y_high}" for one in self.points)


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
) -> ScoreChart | None:
    """Return the drawing of the scores (oldest first) and images between two moments.

    ``letters`` names the moments of the sets that notes are about. Letters keep their size, so a
    phone needs a drawing of its own, ``NARROW`` wide. None where there is nothing to draw.
    """
    images = [one for one in images if start <= one.at <= end]
    if not scores and not images:
        return None
    top_score = max([LOWEST_TOP_SCORE, *(one.high + 1 for one in scores if one.is_complete)])
    scale = Scale(start, end, top_score, width)
    chips = tuple(_chips(images, scale))
    axis_y = max([BOTTOM, *(chip.y + ROW / 2 for chip in chips)])
    most = MOST_TICKS if width == WIDTH else MOST_TICKS_NARROW
    whole = [one for one in scores if one.is_complete]
    return ScoreChart(
        width=width,
        height=round(axis_y + FOOT),
        points=tuple(_points(whole, scale, now)),
        ranges=tuple(_point(one, scale, now) for one in scores if not one.is_complete),
        chips=chips,
        letters=tuple(_letters(scores, images, letters or {}, scale)),
        bands=tuple(_bands(top_score, scale)),
        ticks=tuple((scale.x(one.moment), one.text) for one in ticks(start, end, most=most)),
        axis_y=axis_y,
        text=_in_words(scores, images, now),
    )


def _points(whole: Sequence[ScoreSeen], scale: Scale, now):
    for number, one in enumerate(whole, start=1):
        label = _label(one) if number == len(whole) else ""
        yield _point(one, scale, now, label)


def _label(one: ScoreSeen) -> str:
    """Return the newest score; of several sets together all that they scored, not the highest."""
    return str(one.high) if one.low == one.high else f"{one.low}–{one.high}"


def _point(one: ScoreSeen, scale: Scale, now, label: str = "") -> Point:
    text = f"{in_words(one.at, now=now)}: {_score_words(one)}"
    return Point(scale.x(one.at), scale.y(one.low), scale.y(one.high), text, label)


def _letters(scores, images, named: Mapping[datetime.datetime, str], scale: Scale):
    """Yield the letters of the notes: above the image's line, and beside the point of the set."""
    for image in images:
        if image.letter:
            yield Letter(scale.x(image.at), TOP - 10, image.letter)
    for one in scores:
        if one.at in named:
            y = max(scale.y(one.high if one.is_complete else one.low), TOP + 10)
            yield Letter(max(scale.x(one.at) - 15, LEFT + 8), y, named[one.at])


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


def _chips(images: Sequence[ImageMark], scale: Scale):
    """Yield the images, newest first: a row each for the newest ones, one row for the others."""
    newest_first = sorted(images, key=lambda one: one.at, reverse=True)
    for number, one in enumerate(newest_first):
        row = min(number, LABELLED)
        x, half = scale.x(one.at), CHIP_WIDTH / 2 + 5
        room = {"start": scale.width - MARGIN - x - half, "end": x - half - 4}
        anchor = max(
            room, key=lambda side: (room[side] >= len(one.text) * LETTER_WIDTH, room[side])
        )
        label = _fitting(one.text, room[anchor]) if row < LABELLED else ""
        yield Chip(
            x=x,
            y=BOTTOM + 12 + ROW * row + ROW / 2,
            voice=one.voice,
            mark=CHIP_TEXTS.get(one.voice, "…"),
            text=one.text,
            label=label,
            label_x=round(x + half if anchor == "start" else x - half, 1),
            anchor=anchor,
        )


def _fitting(text: str, room: float) -> str:
    most = max(int(room / LETTER_WIDTH), 1)
    return text if len(text) <= most else f"{text[: most - 1]}…"


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
