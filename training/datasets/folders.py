"""A folder per class, with or without a folder per split above; what hides is not looked at."""

from collections.abc import Iterator
from pathlib import Path

from training.datasets.row import Row
from training.datasets.words import Vocabulary
from training.errors import TrainingError

LITTER = {"__macosx", "thumbs.db", "desktop.ini"}
SPLIT_NAMES = {
    "train": "train", "training": "train",
    "val": "val", "valid": "val", "validation": "val",
    "test": "test", "testing": "test",
}  # fmt: skip


def is_hidden(name: str) -> bool:
    """Tell whether it is what programs leave behind: .ipynb_checkpoints, Thumbs.db."""
    return name.startswith((".", "~$")) or name.casefold() in LITTER


def split_named(word: str) -> str | None:
    return SPLIT_NAMES.get(word.strip().casefold())


def visible_files(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder`` in a fixed order, without anything hidden."""
    for path in sorted(folder.iterdir()):
        if is_hidden(path.name):
            continue
        if path.is_dir():
            yield from visible_files(path)
        elif path.is_file():
            yield path


def read_class_folders(folder: Path, vocabulary: Vocabulary) -> list[Row]:
    """Return a row per file in the folders of ``folder``, whose names are the labels."""
    inner = visible_folders(folder)
    if not inner:
        raise TrainingError(
            f"{folder} has neither labels.csv nor a folder per class: give the place of the data "
            "with --data."
        )
    by_split = {path: split_named(path.name) for path in inner}
    if all(by_split.values()) and not any(vocabulary.meaning(path.name) for path in inner):
        rows = [
            row
            for path, split in by_split.items()
            for row in _rows_of(visible_folders(path), folder, split)
        ]
    else:
        rows = _rows_of(inner, folder, "")
    if not rows:
        raise TrainingError(f"The folders in {folder} hold no files.")
    return rows


def visible_folders(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.iterdir()) if p.is_dir() and not is_hidden(p.name)]


def _rows_of(classes: list[Path], folder: Path, split: str) -> list[Row]:
    return [
        Row(file=path.relative_to(folder).as_posix(), marks={of_class.name: 1.0}, split=split)
        for of_class in classes
        for path in visible_files(of_class)
    ]
