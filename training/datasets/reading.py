"""From a folder, a CSV file or a zip to a ``DataSet``."""

import csv
from pathlib import Path

import numpy as np

from training.datasets.dataset import SPLITS, DataSet
from training.errors import TrainingError

COLUMNS = {"file", "label", "patient_id", "source", "split", "sha256"}


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
        targets=np.array(
            [[codes[row["label"]] == code for code in ordered] for row in rows], dtype=np.float32
        ),
        patients=np.array([row["patient_id"] or row["file"] for row in rows]),
        sources=np.array([row["source"] for row in rows]),
        splits=np.array([row["split"] for row in rows]),
        digests=np.array([row["sha256"] for row in rows]),
        views=np.array([row.get("view") or "" for row in rows]),
        ages=np.array([float(row.get("age") or "nan") for row in rows]),
        sexes=np.array([row.get("sex") or "" for row in rows]),
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
