"""Read a CSV file strictly: a shifted cell would give a picture another picture's label."""

import csv
from pathlib import Path

from training.errors import TrainingError


def read_table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows with their line numbers, every row as long as the header.

    Comma or semicolon, with or without a byte order mark. Empty cells behind the last column and
    blank lines are dropped.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            first = handle.readline()
            handle.seek(0)
            delimiter = "," if "," in first or ";" not in first else ";"
            reader = csv.reader(handle, delimiter=delimiter, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{path} is not a CSV file that can be read: {error}.") from None
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise TrainingError(f"{path} is empty.")
    header = _without_empty_end(rows[0][1])
    return header, [(line, _fitted(cells, header, path, line)) for line, cells in rows[1:]]


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _fitted(cells: list[str], header: list[str], path: Path, line: int) -> list[str]:
    if len(cells) < len(header) or any(cells[len(header) :]):
        raise TrainingError(
            f"{path}, line {line}: {len(cells)} cells under {len(header)} columns. "
            "Put a cell that holds a comma in quotes."
        )
    return cells[: len(header)]
