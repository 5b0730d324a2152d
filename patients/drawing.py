"""Small drawings as numbers: the score over time and the line below each sign."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from patients.models import VitalSigns

WIDTH, HEIGHT = 760, 212
LEFT, RIGHT, TOP, BOTTOM = 62, 748, 48, 182
LOWEST_TOP_SCORE = 10
LABEL_STEP, MOST_LABELS = 13, 3
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
    """An image in the chart; ``y`` is where its label stands, if it has one."""

    x: float
    y: float | None
    text: str
    voice: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """What the template draws; ``bands`` are (risk, top, height), ``ticks`` (x, text)."""

    points: tuple[Point, ...]
    ranges: tuple[Point, ...]
    marks: tuple[Mark, ...]
    bands: tuple[tuple[str, float, float], ...]
    ticks: tuple[tuple[float, str], ...]
    text: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


class Scale:
    """Where a moment and a score lie in the drawing."""

    def __init__(self, start: datetime.datetime, end: datetime.datetime, top_score: int):
        self.start, self.top_score = start, top_score
        self.seconds = max((end - start).total_seconds(), 1)

    def x(self, moment: datetime.datetime) -> float:
        share = (moment - self.start).total_seconds() / self.seconds
        return round(LEFT + 8 + share * (RIGHT - LEFT - 16), 1)

    def y(self, score: int) -> float:
        share = min(score, self.top_score) / self.top_score
        return round(BOTTOM - share * (BOTTOM - TOP), 1)


def draw_chart(
    sets: Sequence[VitalSigns],
    images: Sequence[tuple[datetime.datetime, str, str]],
    *,
    start: datetime.datetime,
    end: datetime.datetime,
) -> Chart | None:
    """Return the drawing of the sets (oldest first) between two moments, or None without any.

    ``images`` are (moment, text, voice).
    """
    scored = [one for one in sets if one.score_min is not None and start <= one.measured_at <= end]
    if not scored:
        return None
    scale = Scale(start, end, max(LOWEST_TOP_SCORE, *(one.score_min + 1 for one in scored)))
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
        yield Mark(x, y, text, voice, "end" if x > (LEFT + RIGHT) / 2 else "start")


def _ticks(scale: Scale, start, end):
    """Yield midnights, or for a day every four hours, at most eight."""
    hours = (end - start).total_seconds() / 3600
    if hours <= 30:
        step, form = datetime.timedelta(hours=4), "{:%H:%M}"
    else:
        days = max(1, round(hours / 24 / 7))
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
