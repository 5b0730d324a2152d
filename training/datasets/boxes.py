"""Boxes around findings: from the numbers of a CSV file to fractions of the picture."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.datasets.columns import find_box_columns, find_columns
from training.datasets.dataset import Box
from training.datasets.row import Row
from training.datasets.survey import Survey
from training.datasets.tables import read_table
from training.datasets.words import Vocabulary
from training.errors import TrainingError

OVER_THE_EDGE = 0.02
"""Boxes drawn by hand may stick out so much; more means that the numbers are something else."""


def box_from(
    cells: Sequence[str], columns: tuple[tuple[int, ...], bool], code: str, where: str
) -> tuple[Box, ...]:
    """Return the box in ``cells``, in the file's own units; nothing where they are empty."""
    positions, gives_size = columns
    texts = [cells[index] for index in positions]
    if not any(texts):
        return ()
    try:
        left, top, third, fourth = (float(text) for text in texts)
    except ValueError:
        raise TrainingError(f"{where}: {' '.join(texts)!r} is no box of four numbers.") from None
    width, height = (third, fourth) if gives_size else (third - left, fourth - top)
    is_box = width > 0 and height > 0 and all(map(math.isfinite, (left, top, width, height)))
    if not is_box:
        raise TrainingError(f"{where}: the box {' '.join(texts)} has no area.")
    return (Box(code, left, top, width, height),)


def read_box_file(path: Path) -> dict[str, tuple[Box, ...]]:
    """Return the boxes of a CSV file by the file's name of the picture; codes are label words."""
    header, lines = read_table(path)
    at, columns = find_columns(header, str(path)), find_box_columns(header)
    if "file" not in at or columns is None:
        raise TrainingError(
            f"{path} is no list of boxes: it needs the columns file, xmin, ymin, xmax, ymax "
            "(or file, x, y, w, h)."
        )
    boxes: dict[str, tuple[Box, ...]] = {}
    for line, cells in lines:
        word = cells[at["label"]] if "label" in at else ""
        found = box_from(cells, columns, word, f"{path}, line {line}")
        file = cells[at["file"]].replace("\\", "/")
        boxes[file] = boxes.get(file, ()) + found
    return boxes


def with_boxes(rows: Sequence[Row], boxes: Mapping[str, tuple[Box, ...]]) -> list[Row]:
    """Return the rows with the boxes of a separate list; the boxes of other files are dropped."""
    return [replace(row, boxes=row.boxes + boxes.get(row.file, ())) for row in rows]


def as_fractions(
    boxes: Mapping[str, tuple[Box, ...]], sizes: Mapping[str, tuple[int, int]], place: str
) -> dict[str, tuple[Box, ...]]:
    """Return ``boxes`` as fractions of the pictures' ``sizes`` (rows, columns).

    Numbers above 1 anywhere mean that the whole list counts in pixels of the pictures as they are.
    """
    in_pixels = any(
        max(box.left + box.width, box.top + box.height) > 1 + OVER_THE_EDGE
        for of_one in boxes.values()
        for box in of_one
    )
    return {
        file: tuple(_fraction(box, sizes[file] if in_pixels else (1, 1), file, place) for box in of)
        for file, of in boxes.items()
    }


def _fraction(box: Box, size: tuple[int, int], file: str, place: str) -> Box:
    rows, columns = size
    left, right = box.left / columns, (box.left + box.width) / columns
    top, bottom = box.top / rows, (box.top + box.height) / rows
    if min(left, top) < -OVER_THE_EDGE or max(right, bottom) > 1 + OVER_THE_EDGE:
        raise TrainingError(
            f"{place}: a box of {file} lies outside the picture of {columns} x {rows} pixels. "
            "If the pictures were made smaller, give the boxes as fractions of width and height."
        )
    left, top = max(left, 0.0), max(top, 0.0)
    sides = left, top, min(right, 1.0) - left, min(bottom, 1.0) - top
    return Box(box.code, *(round(side, 6) for side in sides))


def boxes_by_code(
    rows: Sequence[Row],
    targets: np.ndarray,
    seen: Survey,
    vocabulary: Vocabulary,
    name: str,
    remarks: list[str],
) -> dict[str, tuple[Box, ...]]:
    sizes = dict(zip(seen.files.tolist(), seen.sizes.tolist(), strict=True))
    given = {row.file: row.boxes for row in rows if row.boxes}
    present = {row.file: target == 1 for row, target in zip(rows, targets, strict=True)}
    boxes, dropped = {}, 0
    for file, of_one in as_fractions(given, sizes, name).items():
        here = [
            code for code, is_here in zip(vocabulary.codes, present[file], strict=True) if is_here
        ]
        named = [
            replace(box, code=vocabulary.meaning(box.code) if box.code else "".join(here[:1]))
            for box in of_one
            if box.code or len(here) == 1
        ]
        boxes[file] = tuple(box for box in named if box.code in here)
        dropped += len(of_one) - len(boxes[file])
    if dropped:
        remarks.append(f"{dropped} boxes left out: their picture does not bear their label.")
    return {file: of_one for file, of_one in boxes.items() if of_one}
