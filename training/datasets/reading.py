"""From a folder per class, a label file, or a zip of either to a ``DataSet``."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.config import ROOT, DataSettings, Recipe
from training.datasets.archives import unpacked
from training.datasets.boxes import as_fractions, read_box_file, with_boxes
from training.datasets.dataset import Box, DataSet
from training.datasets.folders import read_class_folders, split_named
from training.datasets.label_files import read_label_file
from training.datasets.people import age_in_years, sex_of
from training.datasets.places import in_place
from training.datasets.row import UNCERTAIN, Row
from training.datasets.survey import Survey, default_cache, survey
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
    rows = _without_ignored(rows, vocabulary, remarks)
    if settings.boxes:
        rows = with_boxes(rows, read_box_file(_box_file(folder, settings.boxes)))
    if label_file:
        rows = in_place(folder, rows, name)
    if not rows:
        raise TrainingError(f"{name}: no picture is left to learn from.")
    seen = survey(folder, [row.file for row in rows], cache, say)
    rows, seen = _without_unreadable(rows, seen, name, remarks)
    _refuse_changed(rows, seen, name)
    targets = vocabulary.targets(rows)
    kept = _usable(rows, targets, vocabulary, exclusive, name, remarks)
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


def _box_file(folder: Path, name: str) -> Path:
    beside = folder / name
    return beside if beside.is_file() else (ROOT / name).resolve()


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


def _without_ignored(rows: Sequence[Row], vocabulary: Vocabulary, remarks: list[str]) -> list[Row]:
    kept = [row for row in rows if not vocabulary.is_ignored(row)]
    if len(kept) < len(rows):
        remarks.append(
            f"{len(rows) - len(kept)} pictures left out: the recipe ignores their labels."
        )
    return kept


def _without_unreadable(
    rows: Sequence[Row], seen: Survey, name: str, remarks: list[str]
) -> tuple[list[Row], Survey]:
    readable = [row for row, problem in zip(rows, seen.problems, strict=True) if not problem]
    remarks += [
        f"{file} left out: {problem}"
        for file, problem in zip(seen.files, seen.problems, strict=True)
        if problem
    ]
    if not readable:
        raise TrainingError(f"{name}: none of {len(rows)} files is a picture that can be read.")
    return readable, seen.of([row.file for row in readable])


def _refuse_changed(rows: Sequence[Row], seen: Survey, name: str) -> None:
    changed = [
        row.file
        for row, digest in zip(rows, seen.digests, strict=True)
        if row.sha256 and row.sha256 != digest
    ]
    if changed:
        raise TrainingError(
            f"{name}: {len(changed)} files are not the ones that were listed (another sha256), "
            f"the first is {changed[0]}. Bring the right files, or take the column sha256 out."
        )


def _usable(
    rows: Sequence[Row],
    targets: np.ndarray,
    vocabulary: Vocabulary,
    exclusive: bool,
    name: str,
    remarks: list[str],
) -> np.ndarray:
    """Return which pictures have labels that can be learnt."""
    unknown = np.isnan(targets)
    out = unknown.any(axis=1) if exclusive else unknown.all(axis=1)
    if exclusive:
        hedged = np.array([UNCERTAIN in row.marks.values() for row in rows])
        out |= hedged & (targets.sum(axis=1) == 0)
        wrong = np.flatnonzero(~out & (targets.sum(axis=1) != 1))
        if len(wrong):
            row, count = rows[wrong[0]], int(targets[wrong[0]].sum())
            words = " and ".join(word for word, mark in row.marks.items() if mark == 1)
            raise TrainingError(
                f"{name}: {row.file} ({words}) has {count} of the recipe's labels, where softmax "
                'needs exactly one. Set activation = "sigmoid", or a label for the rest.'
            )
    if out.any():
        remarks.append(f"{int(out.sum())} pictures left out: their labels are uncertain.")
    if out.all():
        raise TrainingError(f"{name}: the labels of all pictures are uncertain.")
    return np.flatnonzero(~out)


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
    boxes = _boxes(rows, targets, seen, vocabulary, name, remarks)
    ages = _told("age", [row.age for row in rows], age_in_years, remarks)
    sexes = _told("sex", [row.sex for row in rows], sex_of, remarks)
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


def _told(what: str, texts: Sequence[str], reader: Callable, remarks: list[str]) -> list:
    """Return each text as read, and remark once on each way in which some were odd."""
    values, notes, example = [], Counter(), {}
    for text in texts:
        value, note = reader(text)
        values.append(value)
        if note:
            notes[note] += 1
            example.setdefault(note, text)
    remarks += [
        f"{count} times the {what} is {note} (the first: {example[note]!r})."
        for note, count in notes.items()
    ]
    return values


def _boxes(
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
