"""The images below the score: the newest with their words, no mark over another.

Marks that lie over each other could hide which of them a person has signed.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

ROW = 20
CHIP_WIDTH, CHIP_HEIGHT, GAP = 28, 16, 2
LABELLED = 3
LETTER_WIDTH = 6.4
MACHINE = gettext_lazy("AI")
CHIP_TEXTS = {
    "person": "✓",
    "machine": MACHINE,
    "abstain": format_lazy("{} ?", MACHINE),
    "waiting": "…",
}


@dataclass(frozen=True)
class ImageMark:
    """An image: when it was taken, in whose voice it speaks, what it says in few words."""

    at: datetime.datetime
    voice: str
    text: str
    letter: str = ""


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


def chips(
    images: Sequence[ImageMark], x_of: Callable[[datetime.datetime], float], *, top: int, right: int
) -> Iterator[Chip]:
    """Yield the images, newest first: a row each for the newest ones, as few as fit for others."""
    newest_first = sorted(images, key=lambda one: one.at, reverse=True)
    rows: list[float] = []
    for number, one in enumerate(newest_first):
        x, half = x_of(one.at), CHIP_WIDTH / 2 + 5
        row = number if number < LABELLED else LABELLED + _free_row(rows, x)
        room = {"start": right - x - half, "end": x - half - 4}
        anchor = max(
            room, key=lambda side: (room[side] >= len(one.text) * LETTER_WIDTH, room[side])
        )
        yield Chip(
            x=x,
            y=top + ROW * row + ROW / 2,
            voice=one.voice,
            mark=str(CHIP_TEXTS.get(one.voice, "…")),
            text=one.text,
            label=_fitting(one.text, room[anchor]) if number < LABELLED else "",
            label_x=round(x + half if anchor == "start" else x - half, 1),
            anchor=anchor,
        )


def _free_row(rows: list[float], x: float) -> int:
    """Take the first row where there is room left of its last mark; ``rows`` hold those."""
    for number, last in enumerate(rows):
        if last - x >= CHIP_WIDTH + GAP:
            rows[number] = x
            return number
    rows.append(x)
    return len(rows) - 1


def _fitting(text: str, room: float) -> str:
    most = max(int(room / LETTER_WIDTH), 1)
    return text if len(text) <= most else f"{text[: most - 1]}…"
