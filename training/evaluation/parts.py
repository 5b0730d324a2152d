"""What a section of the report is made of: each part knows its template."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from training.evaluation.examples import Example
from training.evaluation.plots import Figure

SHADES = 5
DASH = "–"
NUMBER = re.compile(r"[-–−+]?|[-−+]?[\d.,]+\s?(%|s|ms|kB|MB)?( \([^a-z]*\))?")
TO = "–\u2060"
"""The word joiner keeps an interval on one line where a narrow column breaks."""


@dataclass(frozen=True)
class Words:
    template: ClassVar = "training/parts/words.html"
    lines: Sequence[str]
    muted: bool = False


@dataclass(frozen=True)
class Heading:
    template: ClassVar = "training/parts/heading.html"
    text: str


@dataclass(frozen=True)
class Limits:
    template: ClassVar = "training/parts/limits.html"
    lines: Sequence[str]


@dataclass(frozen=True)
class Headline:
    name: str
    value: str
    interval: str
    says: str


@dataclass(frozen=True)
class Headlines:
    template: ClassVar = "training/parts/headlines.html"
    rows: Sequence[Headline]


@dataclass(frozen=True)
class Row:
    cells: Sequence[str]
    mark: str = ""
    """total, chosen or nothing"""


@dataclass(frozen=True)
class Table:
    template: ClassVar = "training/parts/table.html"
    caption: str
    header: Sequence[str]
    rows: Sequence[Row]
    words: int = 1
    """how many columns from the left hold words, not numbers"""


@dataclass(frozen=True)
class Cell:
    count: int
    share: str
    shade: int
    right: bool


@dataclass(frozen=True)
class Confusion:
    template: ClassVar = "training/parts/confusion.html"
    caption: str
    corner: str
    header: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True)
class Tables:
    """Tables beside each other where there is room."""

    template: ClassVar = "training/parts/tables.html"
    tables: Sequence[Any]


@dataclass(frozen=True)
class Figures:
    template: ClassVar = "training/parts/figures.html"
    figures: Sequence[Figure]
    layout: str = "two"


@dataclass(frozen=True)
class Pairs:
    template: ClassVar = "training/parts/pairs.html"
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Examples:
    template: ClassVar = "training/parts/examples.html"
    examples: Sequence[Example]


@dataclass(frozen=True)
class Gate:
    template: ClassVar = "training/parts/verdict.html"
    anchor: str
    title: str
    passed: bool
    says: str
    table: Table | None


@dataclass(frozen=True)
class Recipe:
    template: ClassVar = "training/parts/recipe.html"
    text: str


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    parts: Sequence[Any]
    new_sheet: bool = False
    """begins on a new sheet when printed"""


def words_before_numbers(rows: Sequence[Sequence[str]]) -> int:
    """Return after how many columns only numbers follow."""
    columns = [
        all(NUMBER.fullmatch(cell.strip()) for cell in one) for one in zip(*rows, strict=True)
    ]
    while columns and columns[-1]:
        columns.pop()
    return max(1, len(columns))


def shown(figure: Mapping[str, Any] | None, *, per_cent: bool = False) -> str:
    """Return a figure with its interval in one cell, a dash where there is none."""
    if not figure or figure["value"] is None:
        return DASH
    value = one(figure["value"], per_cent)
    if figure["low"] is None:
        return value
    ends = (one(figure[end], per_cent).removesuffix(" %") for end in ("low", "high"))
    unit = " %" if per_cent else ""
    return f"{value} ({TO.join(ends)}{unit})"


def one(value: float, per_cent: bool = False) -> str:
    return f"{value * 100:.0f} %" if per_cent else f"{value:.3f}"


def confusion_part(
    caption: str,
    corner: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
    right: Sequence[int | None],
) -> Confusion:
    """Return counts with per cent of the row; ``right`` is each row's right column, if any."""
    table = []
    for (name, counts), place in zip(rows, right, strict=True):
        total = sum(counts)
        shares = [count / total if total else 0.0 for count in counts]
        cells = [
            Cell(count, one(share, True) if total else DASH, round(share * SHADES), index == place)
            for index, (count, share) in enumerate(zip(counts, shares, strict=True))
        ]
        table.append((f"{name} ({total})", cells))
    return Confusion(caption, corner, columns, table)
