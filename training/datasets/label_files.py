"""From a label file to rows: one column of labels, or a column per label."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from training.datasets.boxes import box_from
from training.datasets.columns import find_box_columns, find_columns
from training.datasets.row import UNCERTAIN, Row
from training.datasets.tables import read_table
from training.datasets.words import IGNORED, WITHOUT, Vocabulary
from training.errors import TrainingError

PATIENT_IN_PATH = re.compile(r"(?:^|/)(patient\d+)/")
"""CheXpert names the patient in the path only."""
MARKS = {"1": 1.0, "1.0": 1.0, "0": 0.0, "0.0": 0.0, "": 0.0, "-1": UNCERTAIN, "-1.0": UNCERTAIN}
"""An empty cell is a finding that the report does not mention, so it counts as absent."""


def read_label_file(path: Path, vocabulary: Vocabulary) -> list[Row]:
    """Return the rows of ``path``; what is wrong with it is one line that names the place."""
    header, lines = read_table(path)
    at = find_columns(header, str(path))
    if "file" not in at:
        raise TrainingError(f"{path} lacks a column for the file: call it file or Image Index.")
    marks_of = _marks_reader(header, at, path, vocabulary)
    boxes = find_box_columns(header)
    rows: dict[str, tuple[int, Row]] = {}
    for line, cells in lines:
        where = f"{path}, line {line}"

        def cell(kind: str, cells: Sequence[str] = cells) -> str:
            return cells[at[kind]] if kind in at else ""

        if not cell("file"):
            raise TrainingError(f"{where}: no file is named.")
        row = Row(
            file=cell("file").replace("\\", "/"),
            marks=marks_of(cells, where),
            patient=cell("patient") or _patient_in(cell("file")),
            source=cell("source"),
            split=cell("split"),
            view=cell("view") or cell("direction"),
            age=cell("age"),
            sex=cell("sex"),
            sha256=cell("sha256").lower(),
            boxes=box_from(cells, boxes, "", where) if boxes else (),
        )
        if row.file in rows:
            row = _joined(rows[row.file], row, where)
        rows[row.file] = (rows.get(row.file, (line,))[0], row)
    if not rows:
        raise TrainingError(f"{path} lists no picture.")
    return [row for _, row in rows.values()]


def _joined(first: tuple[int, Row], again: Row, where: str) -> Row:
    """A file may come twice only where each line gives it another box."""
    line, row = first
    boxless = {"boxes": ()}
    same = {**vars(row), **boxless} == {**vars(again), **boxless}
    if not (same and again.boxes and not set(again.boxes) & set(row.boxes)):
        raise TrainingError(
            f"{where}: {row.file} was listed before, on line {line}. Keep one of them."
        )
    return Row(**{**vars(row), "boxes": row.boxes + again.boxes})


def _patient_in(file: str) -> str:
    found = PATIENT_IN_PATH.search(file.replace("\\", "/"))
    return found.group(1) if found else ""


def _marks_reader(
    header: Sequence[str], at: dict[str, int], path: Path, vocabulary: Vocabulary
) -> Callable[[Sequence[str], str], dict[str, float]]:
    if "label" in at:
        return lambda cells, where: _marks_in_one(cells[at["label"]], vocabulary, where)
    columns = {word: index for index, word in enumerate(header) if vocabulary.meaning(word)}
    known = {vocabulary.meaning(word) for word in columns} - {IGNORED, WITHOUT}
    if not known:
        raise TrainingError(
            f"{path} has neither a column of labels (label, Finding Labels) nor one per label "
            f"({', '.join(vocabulary.words)})."
        )
    if lacking := set(vocabulary.codes) - known:
        raise TrainingError(f"{path} lacks a column for {', '.join(sorted(lacking))}.")
    return lambda cells, where: _marks_in_many(cells, columns, where)


def _marks_in_one(cell: str, vocabulary: Vocabulary, where: str) -> dict[str, float]:
    """Read "Mass|?Hernia": words with | between, a question mark before an uncertain one."""
    words = [word.strip() for word in cell.split("|") if word.strip()]
    if not words:
        raise TrainingError(f"{where}: no label. Write the word for no finding, or drop the line.")
    if words == ["uncertain"] and vocabulary.meaning("uncertain") is None:
        return dict.fromkeys(vocabulary.words, UNCERTAIN)
    marks: dict[str, float] = {}
    for word in words:
        is_uncertain = word.startswith("?") and vocabulary.meaning(word) is None
        marks[word.lstrip("?") if is_uncertain else word] = UNCERTAIN if is_uncertain else 1.0
    return marks


def _marks_in_many(cells: Sequence[str], columns: dict[str, int], where: str) -> dict[str, float]:
    marks = {}
    for word, index in columns.items():
        cell = cells[index].casefold()
        if cell not in MARKS and cell != "uncertain":
            raise TrainingError(
                f"{where}: {cells[index]!r} under {word} is none of 1, 0, -1 and empty."
            )
        marks[word] = MARKS.get(cell, UNCERTAIN)
    return marks
