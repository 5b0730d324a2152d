"""Make small data sets in the forms that the world gives them, of computed pictures."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from tests.training.pictures import picture_of
from training.config import DataSettings
from training.datasets.dataset import DataSet

SIDE = 40


def person(number: int, side: int = SIDE) -> Image.Image:
    """Return the picture of one invented person; other numbers give other people."""
    return Image.fromarray(picture_of("normal", number, side))


def save(image: Image.Image, path: Path, **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def make_class_folders(folder: Path, **numbers: Sequence[int]) -> Path:
    """Write a folder per class with the people of those numbers in it."""
    for name, people in numbers.items():
        for number in people:
            save(person(number), folder / name / f"{number:03d}.png")
    return folder


def write_csv(path: Path, *rows: Sequence[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows(rows)
    return path


def make_zip(path: Path, folder: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, inside + file.relative_to(folder).as_posix())
    return path


def zip_of(path: Path, entries: dict[str, bytes], **options) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def png(number: int) -> bytes:
    file = io.BytesIO()
    person(number).save(file, "PNG")
    return file.getvalue()


def settings(**given) -> DataSettings:
    return DataSettings(folder="", **given)


def make_dataset(
    *,
    count: int,
    labels: Sequence[int] | None = None,
    patients: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    splits: Sequence[str] | None = None,
    codes: tuple[str, ...] = ("a", "b"),
    folder: Path = Path("nowhere"),
) -> DataSet:
    """Return a data set in memory, of files that need not exist."""
    labels = np.arange(count) % len(codes) if labels is None else np.array(labels)
    files = np.array([f"{index:05d}.png" for index in range(count)])
    return DataSet(
        folder=folder,
        codes=codes,
        files=files,
        targets=np.eye(len(codes), dtype=np.float32)[labels],
        patients=np.array(files if patients is None else patients),
        sources=np.array([""] * count if sources is None else sources),
        splits=np.array([""] * count if splits is None else splits),
        digests=np.array([hashlib.sha256(file.encode()).hexdigest() for file in files]),
        views=np.array([""] * count),
        ages=np.full(count, np.nan),
        sexes=np.array([""] * count),
    )
