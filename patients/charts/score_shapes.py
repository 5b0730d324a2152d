"""What the drawing of score and images consists of, for the page and for paper."""

import datetime
from dataclasses import dataclass

from patients.charts.image_lane import CHIP_HEIGHT, CHIP_WIDTH, Chip

WIDTH, NARROW = 760, 360
LEFT, MARGIN = 62, 12
TOP, BOTTOM = 28, 158
LETTER_HEIGHT = 16
MOST_DOTS = 60


@dataclass(frozen=True)
class ScoreSeen:
    """The score of one set or of a stretch of time; a partial one is what it can be."""

    at: datetime.datetime
    low: int
    high: int
    is_complete: bool
    sets: int = 1


@dataclass(frozen=True)
class Point:
    """A score; ``label_x`` is the middle of its label, which stays inside the drawing."""

    x: float
    y: float
    y_high: float
    text: str
    label: str = ""
    label_x: float = 0


@dataclass(frozen=True)
class Letter:
    """Names a note, at its image and at its set; several notes stand in one frame."""

    x: float
    y: float
    letter: str

    @property
    def width(self) -> int:
        return frame_width(self.letter)

    @property
    def height(self) -> int:
        return LETTER_HEIGHT

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        return self.y - LETTER_HEIGHT / 2

    @property
    def baseline(self) -> float:
        return self.y + 4


def frame_width(letters: str) -> int:
    return LETTER_HEIGHT + 8 * (len(letters) - 1)


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
    runs: tuple[tuple[Point, ...], ...]
    """the complete scores that a line joins: none goes across a gap"""
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
    def points(self) -> tuple[Point, ...]:
        return tuple(point for run in self.runs for point in run)

    @property
    def dots(self) -> tuple[Point, ...]:
        """The points that are drawn one by one: of very many the lines say enough."""
        points = self.points
        if len(points) <= MOST_DOTS:
            return points
        return tuple(run[0] for run in self.runs[:-1] if len(run) == 1) + points[-1:]

    @property
    def lines(self) -> tuple[str, ...]:
        joined = (run for run in self.runs if len(run) > 1)
        return tuple(" ".join(f"{one.x},{one.y_high}" for one in run) for run in joined)
