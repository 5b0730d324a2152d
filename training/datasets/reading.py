"""From a folder per class, a label file, or a zip of either to a ``DataSet``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.config import ROOT, DataSettings, Recipe
from training.datasets.archives import unpacked
from training.datasets.boxes import boxes_by_code, read_box_file, with_boxes
from training.datasets.dataset import DataSet
from training.datasets.folders import read_class_folders, split_named
from training.datasets.label_files import read_label_file
from training.datasets.people import age_in_years, sex_of, told
from training.datasets.places import in_place
from training.datasets.row import Row
from training.datasets.survey import Survey, default_cache, survey
from training.datasets.usable import (
    refuse_changed,
    usable,
    without_ignored,
    without_unreadable,
)
from training.datasets.words import Vocabulary
from training.errors import TrainingError

LABEL_FILES = ("labels.csv", "Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv")
"""What a label file in a data folder is called; the others are ChestX-ray8's."""


def read_data_of(
    recipe: Recipe,
    place: Path | None = None,
    *,
    cache: Path | None = None,
    say: Callable[[str], None] | None = None,
) -> DataSet:
    """Read a recipe's data, or those in ``place``, as its labels and activation ask."""
    return read_dataset(
        place or recipe.data_folder,
        recipe.codes,
        recipe.data,
        cache=cache,
        exclusive=recipe.network.activation == "softmax",
        say=say,
    )


def read_dataset(
    place: Path,
    codes: Mapping[str, str],
    settings: DataSettings | None = None,
    *,
    cache: Path | None = None,
    exclusive: bool = False,
    say: Callable[[str], None] | None = None,
) -> DataSet:
    """Read the data in ``place``: a folder, a CSV file, or a zip; ``codes``: label word to code.

    What cannot be decoded is left out and named in ``remarks``; any other fault is a
    TrainingError. ``exclusive`` asks for exactly one label per picture. Where the data give no
    split, ``splits`` are empty: see ``splitting``. Zips are unpacked, and answers about files
    kept, in ``cache`` (default: the platform's data folder).
    """
    settings = settings or DataSettings(folder=str(place))
    cache = cache or default_cache()
    vocabulary = Vocabulary(codes, settings)
    folder, label_file = find_data(place, cache)
    name, remarks = str(label_file or folder), []
    if label_file:
        rows = read_label_file(label_file, vocabulary)
    else:
        rows = read_class_folders(folder, vocabulary)
    vocabulary.refuse_unknown(rows, name)
    rows = _with_known_splits(rows, name)
    rows = without_ignored(rows, vocabulary, remarks)
    if settings.boxes:
        rows = _with_boxes_of(folder, settings.boxes, rows, remarks)
    if label_file:
        rows = in_place(folder, rows, name)
    if not rows:
        raise TrainingError(f"{name}: no picture is left to learn from.")
    seen = survey(folder, [row.file for row in rows], cache, say)
    rows, seen = without_unreadable(rows, seen, name, remarks)
    refuse_changed(rows, seen, name)
    targets = vocabulary.targets(rows)
    kept = usable(rows, targets, exclusive, name, remarks)
    rows, targets = [rows[index] for index in kept], targets[kept]
    seen = seen.of([row.file for row in rows])
    return _dataset(folder, vocabulary, rows, targets, seen, name, remarks)


def find_data(place: Path, cache: Path) -> tuple[Path, Path | None]:
    """Return the folder of the pictures, and the label file if there is one."""
    if not place.exists():
        raise TrainingError(f"There is nothing at {place}: give the place of the data with --data.")
    if place.is_file() and place.suffix.lower() == ".csv":
        return place.parent, place
    if place.is_file() and place.suffix.lower() != ".zip":
        raise TrainingError(f"{place} is neither a folder, nor a .csv, nor a .zip.")
    folder = unpacked(place, cache) if place.is_file() else place
    label_files = (folder / name for name in LABEL_FILES)
    return folder, next((path for path in label_files if path.is_file()), None)


def _with_boxes_of(
    folder: Path, name: str, rows: Sequence[Row], remarks: list[str]
) -> Sequence[Row]:
    """Return the rows with the boxes of a list beside the labels, or below the project."""
    for path in (folder / name, ROOT / name):
        if path.is_file():
            return with_boxes(rows, read_box_file(path))
    # Another hospital's pictures are read by the same recipe, and seldom come with boxes.
    remarks.append(f"No boxes: there is no {name} in {folder}.")
    return rows


def _with_known_splits(rows: Sequence[Row], name: str) -> list[Row]:
    for row in rows:
        if row.split and not split_named(row.split):
            raise TrainingError(
                f"{name}: {row.file} has the unknown split {row.split!r}: train, val or test."
            )
    without = sum(not row.split for row in rows)
    if 0 < without < len(rows):
        raise TrainingError(
            f"{name}: {without} of {len(rows)} pictures have no split. Give all "
            "of them one, or none."
        )
    return [replace(row, split=split_named(row.split) or "") for row in rows]


def _dataset(
    folder: Path,
    vocabulary: Vocabulary,
    rows: Sequence[Row],
    targets: np.ndarray,
    seen: Survey,
    name: str,
    remarks: list[str],
) -> DataSet:
    files = [row.file for row in rows]
    boxes = boxes_by_code(rows, targets, seen, vocabulary, name, remarks)
    ages = told("age", [row.age for row in rows], age_in_years, remarks)
    sexes = told("sex", [row.sex for row in rows], sex_of, remarks)
    return DataSet(
        folder=folder,
        codes=vocabulary.codes,
        files=np.array(files),
        targets=targets,
        patients=np.array([row.patient or row.file for row in rows]),
        sources=np.array([row.source for row in rows]),
        splits=np.array([row.split for row in rows]),
        digests=seen.digests,
        views=np.array([row.view for row in rows]),
        ages=np.array(ages, dtype=float),
        sexes=np.array(sexes),
        boxes=boxes,
        remarks=tuple(remarks),
    )
