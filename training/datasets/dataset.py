"""A labelled data set: pictures and a labels.csv that says who, whence and which split."""

import csv
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from inference.preprocessing import InputSpec, behaviour_digest, prepare
from training.errors import TrainingError

SPLITS = ("train", "val", "test")
COLUMNS = {"file", "label", "patient_id", "source", "split", "sha256"}


@dataclass(frozen=True)
class DataSet:
    """Pictures as parallel arrays; ``labels`` are indices into ``codes``."""

    folder: Path
    codes: tuple[str, ...]
    files: np.ndarray
    labels: np.ndarray
    patients: np.ndarray
    sources: np.ndarray
    splits: np.ndarray
    digests: np.ndarray

    def __len__(self) -> int:
        return len(self.files)

    def where(self, mask: np.ndarray) -> "DataSet":
        """Return the pictures that ``mask`` picks."""
        arrays = {name: getattr(self, name)[mask] for name in ARRAYS}
        return DataSet(folder=self.folder, codes=self.codes, **arrays)

    def split(self, name: str) -> "DataSet":
        return self.where(self.splits == name)

    def fingerprint(self) -> str:
        """Return one hash over every picture's digest, label and split, in any order."""
        lines = sorted(
            f"{digest} {self.codes[label]} {split}"
            for digest, label, split in zip(self.digests, self.labels, self.splits, strict=True)
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def counts(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return the number of pictures per split, label and source."""
        table: dict = {}
        for split, label, source in zip(self.splits, self.labels, self.sources, strict=True):
            per_source = table.setdefault(str(split), {}).setdefault(self.codes[label], {})
            per_source[str(source)] = per_source.get(str(source), 0) + 1
        return table


ARRAYS = ("files", "labels", "patients", "sources", "splits", "digests")


def read_dataset(folder: Path, codes: dict[str, str]) -> DataSet:
    """Read ``folder``/labels.csv; ``codes`` maps its label words to the classifier's codes.

    Only what labels.csv lists is read, so a stray folder never becomes a class.
    """
    rows = _read_rows(folder, codes)
    ordered = tuple(dict.fromkeys(codes.values()))
    dataset = DataSet(
        folder=folder,
        codes=ordered,
        files=np.array([row["file"] for row in rows]),
        labels=np.array([ordered.index(codes[row["label"]]) for row in rows]),
        patients=np.array([row["patient_id"] or row["file"] for row in rows]),
        sources=np.array([row["source"] for row in rows]),
        splits=np.array([row["split"] for row in rows]),
        digests=np.array([row["sha256"] for row in rows]),
    )
    _refuse_shared_patients(dataset)
    return dataset


def _read_rows(folder: Path, codes: dict[str, str]) -> list[dict[str, str]]:
    path = folder / "labels.csv"
    if not path.is_file():
        raise TrainingError(f"No labels.csv in {folder}: give the data folder with --data.")
    with path.open(newline="") as handle:
        reader = csv.DictReader(handle)
        if missing := COLUMNS - set(reader.fieldnames or ()):
            raise TrainingError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
        rows = [row for row in reader if row["label"] in codes]
    for row in rows:
        if row["split"] not in SPLITS:
            raise TrainingError(f"{path}: {row['file']} has the unknown split {row['split']!r}.")
    for split in SPLITS:
        lacking = set(codes) - {row["label"] for row in rows if row["split"] == split}
        if lacking:
            raise TrainingError(f"{path}: split {split} has no {', '.join(sorted(lacking))}.")
    return rows


def _refuse_shared_patients(dataset: DataSet) -> None:
    """A patient in two splits would be recognised instead of diagnosed."""
    split_of: dict[str, str] = {}
    for patient, split in zip(dataset.patients, dataset.splits, strict=True):
        if split_of.setdefault(str(patient), str(split)) != split:
            raise TrainingError(
                f"Patient {patient} is in two splits: split patients, not pictures."
            )


def decode(path: Path) -> np.ndarray:
    """Return a picture file's pixels, grey (rows, columns) or colour (rows, columns, 3)."""
    try:
        with Image.open(path) as image:
            if image.mode == "I;16":
                return np.asarray(image)
            return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error}.") from error


def prepared_pictures(dataset: DataSet, spec: InputSpec, cache: Path) -> np.ndarray:
    """Return all pictures prepared, as a read-only memory map that is made once and then reused."""
    key = f"{dataset.fingerprint()} {list(dataset.files)} {behaviour_digest(spec)}"
    path = cache / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.npy"
    if not path.exists():
        _prepare_all(dataset, spec, path)
    return np.load(path, mmap_mode="r")


def _prepare_all(dataset: DataSet, spec: InputSpec, path: Path) -> None:
    """Write the memory map beside its place and rename it, so that there is a whole one or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    shape = (len(dataset), spec.height, spec.width, spec.channels)
    try:
        store = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float32, shape=shape)
        for index, file in enumerate(dataset.files):
            store[index] = prepare(decode(dataset.folder / str(file)), spec)
        store.flush()
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
