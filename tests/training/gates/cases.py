"""Data sets without pictures, for gates that look at none."""

from pathlib import Path

import numpy as np

from training.datasets.dataset import DataSet


def make_dataset(of_each: dict[str, int], **arrays) -> DataSet:
    """Return a data set with so many people of two exclusive kinds in each split."""
    rows = [
        (split, sick) for split, count in of_each.items() for sick in (1, 0) for _ in range(count)
    ]
    count = len(rows)
    names = np.array([f"invented-{number}" for number in range(count)])
    sick = np.array([row[1] for row in rows])
    defaults = {
        "files": names,
        "targets": np.stack([sick, 1 - sick], axis=1).astype(np.float32),
        "patients": names,
        "sources": np.full(count, "north"),
        "splits": np.array([row[0] for row in rows]),
        "digests": names,
        "views": np.full(count, ""),
        "ages": np.full(count, np.nan),
        "sexes": np.full(count, ""),
    }
    return DataSet(folder=Path("nowhere"), codes=("sick", "healthy"), **defaults | arrays)
