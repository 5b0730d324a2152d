"""Invented features: each label shifts some of them, patients have several pictures."""

from pathlib import Path

import numpy as np

from training.datasets.dataset import DataSet


def make_features(
    *, labels: int = 3, of_each: int = 20, exclusive: bool = True, seed: int = 0, shift: float = 1.5
):
    """Return (dataset, features (pictures, 8)); two pictures to a patient, three splits."""
    random = np.random.default_rng(seed)
    count = labels * of_each * 3
    if exclusive:
        targets = np.eye(labels, dtype=np.float32)[np.arange(count) % labels]
    else:
        targets = (random.uniform(size=(count, labels)) < 0.4).astype(np.float32)
    patients = np.array(
        [f"p{index // (2 * labels) * labels + index % labels}" for index in range(count)]
    )
    splits = np.repeat(["train", "val", "test"], count // 3)
    features = random.normal(size=(count, 8)) * 5 + 20
    features[:, :labels] += shift * 5 * targets
    dataset = DataSet(
        folder=Path("nowhere"),
        codes=tuple(f"label-{index}" for index in range(labels)),
        files=np.array([f"{index}.png" for index in range(count)]),
        targets=targets,
        patients=np.char.add(patients, np.char.add("-", splits)),
        sources=np.full(count, "north"),
        splits=splits,
        digests=np.array([str(index) for index in range(count)]),
        views=np.full(count, ""),
        ages=np.full(count, np.nan),
        sexes=np.full(count, ""),
    )
    return dataset, features.astype(np.float32)
