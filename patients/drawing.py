"""Small drawings as numbers: the score over time and the line below each sign."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from patients.models import VitalSigns

WIDTH, NARROW, HEIGHT = 760, 360, 212
LEFT, TOP, BOTTOM = 62, 48, 182
MARGIN = 12
LOWEST_TOP_SCORE = 10
LABEL_STEP, MOST_LABELS, LETTER = 13, 3, 6.5
LABEL_WIDTH = 60
SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 100, 26, 3
MOST_IN_SPARK = 12


@dataclass(frozen=True)
class Point:
    """A set in the chart; a partial one is a range."""

    x: float
    y: float
    text: str
    y_max: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """An image in the chart; ``label`` is as much of ``text`` as fits, if there is room at all."""

    x: float
    y: float | None
    text: str
    voice: str
    anchor: str
    label: str
    label_x: float


@dataclass(frozen=True)
class Chart:
    """What the template draws; ``bands`` are (risk, top, height), ``ticks`` (x, text)."""

    points: tuple[Point, ...]
    ranges: tuple[Point, ...]
    marks: tuple[Mark, ...]
    bands: tuple[tuple[str, float, float], ...]
    ticks: tuple[tuple[float, str], ...]
    text: str
    width: int
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    bottom: int = BOTTOM

    @property
    def plot_width(self) -> int:
        return self.width - LEFT - MARGIN

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


class Scale:
    """Where a moment and a score lie in the drawing."""

    def __init__(self, start, end, top_score: int, width: int):
        self.start, self.top_score, self.width = start, top_score, width
        self.seconds = max((end - start).total_seconds(), 1)

    def x(self, moment: datetime.datetime) -> float:
        share = (moment - self.start).total_seconds() / self.seconds
        return round(LEFT + 8 + share * (self.width - MARGIN - LEFT - 16), 1)

    def y(self, score: int) -> float:
        share = min(score, self.top_score) / self.top_score
        return round(BOTTOM - share * (BOTTOM - TOP), 1)


def draw_chart(
    sets: Sequence[VitalSigns],
    images: Sequence[tuple[datetime.datetime, str, str]],
    *,
    start: datetime.datetime,
    end: datetime.datetime,
    width: int = WIDTH,
) -> Chart | None:
    """Return the drawing of the sets (oldest first) between two moments, or None without any.

    ``images`` are (moment, text, voice). Letters keep their size, so a phone needs a drawing of
    its own, ``NARROW`` wide.
    """
    scored = [one for one in sets if one.score_min is not None and start <= one.measured_at <= end]
    if not scored:
        return None
    top_score = max(LOWEST_TOP_SCORE, *(one.score_min + 1 for one in scored))
    scale = Scale(start, end, top_score, width)
    whole = [one for one in scored if one.score is not None]
    points = tuple(
        Point(
            scale.x(one.measured_at),
            scale.y(one.score),
            f"{_time(one.measured_at)}: {one.score}, {one.get_risk_display()}",
            label=str(one.score) if one is whole[-1] else "",
        )
        for one in whole
    )
    ranges = tuple(
        Point(
            scale.x(one.measured_at),
            scale.y(one.score_min),
            f"{_time(one.measured_at)}: {one.score_min} to {one.score_max}, incomplete",
            y_max=scale.y(one.score_max),
        )
        for one in scored
        if one.score is None
    )
    return Chart(
        points=points,
        ranges=ranges,
        marks=tuple(_marks(images, scale, start, end)),
        bands=tuple(_bands(scale)),
        ticks=tuple(_ticks(scale, start, end)),
        text=_in_words(scored),
        width=width,
    )


def _bands(scale: Scale):
    for risk, low, high in (("high", 7, scale.top_score), ("medium", 5, 7), ("low", 0, 5)):
        yield risk, scale.y(high), round(scale.y(low) - scale.y(high), 1)


def _marks(images, scale: Scale, start, end):
    """Yield the images; the newest ones have their label on a line of its own."""
    shown = sorted((one for one in images if start <= one[0] <= end), reverse=True)
    for number, (moment, text, voice) in enumerate(shown):
        x = scale.x(moment)
        y = 11 + LABEL_STEP * (MOST_LABELS - 1 - number) if number < MOST_LABELS else None
        label = _fitting(text, scale.width - MARGIN)
        length = len(label) * LETTER
        if x > (LEFT + scale.width) / 2:
            anchor, label_x = "end", max(x, length)
        else:
            anchor, label_x = "start", min(x, scale.width - length)
        yield Mark(x, y, text, voice, anchor, label, round(label_x, 1))


def _fitting(text: str, room: float) -> str:
    most = int(room / LETTER)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _ticks(scale: Scale, start, end):
    """Yield midnights, or for a day every four hours, no more than there is room for."""
    hours = (end - start).total_seconds() / 3600
    if hours <= 30:
        step, form = datetime.timedelta(hours=4), "{:%H:%M}"
    else:
        most = (scale.width - LEFT) // LABEL_WIDTH
        days = max(1, math.ceil(hours / 24 / most))
        step, form = datetime.timedelta(days=days), "{0.day} {0:%b}"
    moment = timezone.localtime(start).replace(hour=0, minute=0, second=0, microsecond=0)
    while moment < start:
        moment += step
    while moment <= end:
        yield scale.x(moment), form.format(moment)
        moment += step


def _time(moment) -> str:
    return f"{timezone.localtime(moment):%d %b %H:%M}"


def _in_words(scored: Sequence[VitalSigns]) -> str:
    def score(one):
        return str(one.score) if one.score is not None else f"{one.score_min} to {one.score_max}"

    first, last = scored[0], scored[-1]
    return (
        f"NEWS2 from {score(first)} ({_time(first.measured_at)}) to {score(last)} "
        f"({_time(last.measured_at)}), {len(scored)} sets"
    )


def draw_spark(values: Sequence) -> str:
    """Return the points of a line through the newest values (oldest first), or nothing for one."""
    shown = [float(value) for value in values[-MOST_IN_SPARK:]]
    if len(shown) < 2:
        return ""
    low, high = min(shown), max(shown)
    spread = high - low or 1
    room = SPARK_HEIGHT - 2 * SPARK_MARGIN
    step = SPARK_WIDTH / (len(shown) - 1)

    def y(value):
        share = (value - low) / spread if high > low else 0.5
        return SPARK_HEIGHT - SPARK_MARGIN - share * room

    return " ".join(
        f"{round(number * step, 1)},{round(y(value), 1)}" for number, value in enumerate(shown)
    )
