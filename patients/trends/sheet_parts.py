"""The parts of the paper chart: cells in rows in groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from aicare.locale_formats import number_text
from patients.models import VitalSigns
from patients.vital_signs_table import BY_FIELD


@dataclass(frozen=True)
class Cell:
    """What stands in one column of a row, and what it scores."""

    text: str = ""
    points: int | None = None


EMPTY = Cell()


@dataclass(frozen=True)
class Row:
    """One line of the chart; ``points`` are those of its band."""

    text: str
    cells: tuple[Cell, ...]
    points: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Group:
    """The rows of one sign."""

    label: str
    rows: tuple[Row, ...]
    letter: str = ""
    unit: str = ""


def plain_row(text: str, sets: Sequence[VitalSigns], field: str) -> Row:
    """Return the values of a sign that is not scored."""
    places = BY_FIELD[field].places
    return Row(text, tuple(Cell(number_text(getattr(one, field), places)) for one in sets))
