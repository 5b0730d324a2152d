"""Data sets in memory and what an invented classifier said of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inference.packages import Label
from training.datasets.dataset import DataSet
from training.evaluation.answers import Answers, answers_of

CODES = ("alpha", "beta", "normal")


def make_label(code: str, *, threshold: float = 0.6, negative_below: float = 0.3) -> Label:
    is_finding = code != "normal"
    return Label(
        code=code,
        display=code.title(),
        system=None,
        role="finding" if is_finding else "reference",
        positive_text="yes",
        negative_text="no",
        threshold=threshold if is_finding else None,
        negative_below=negative_below if is_finding else None,
        threshold_rule="invented" if is_finding else None,
    )


LABELS = tuple(make_label(code) for code in CODES)


def make_dataset(targets, *, patients: Sequence[str] | None = None, **arrays) -> DataSet:
    """Return a data set of files that need not exist; ``targets`` is (pictures, labels)."""
    targets = np.asarray(targets, dtype=np.float32)
    count = len(targets)
    names = np.array([f"{number}.png" for number in range(count)])
    empty = np.array([""] * count)
    given = {
        "files": names, "sources": empty, "splits": empty, "digests": names, "views": empty,
        "ages": np.full(count, np.nan), "sexes": empty,
    } | arrays  # fmt: skip
    return DataSet(
        folder=Path("nowhere"),
        codes=CODES[: targets.shape[1]],
        targets=targets,
        patients=names if patients is None else np.array(patients),
        **{name: value if name == "boxes" else np.array(value) for name, value in given.items()},
    )


def make_exclusive(count: int = 120, *, seed: int = 5, **arrays) -> Answers:
    """Return a fair classifier's answers for three exclusive labels, two pictures a patient."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, count)
    logits = random.normal(size=(count, 3)).round(1)
    logits[np.arange(count), truth] += 1.5
    odds = np.exp(logits)
    arrays = {"patients": [f"p{number // 2}" for number in range(count)]} | arrays
    dataset = make_dataset(np.eye(3)[truth], **arrays)
    return answers_of(dataset, odds / odds.sum(axis=1, keepdims=True), LABELS, "softmax")


def make_several(
    count: int = 120, *, labels: int = 2, unknown: float = 0.2, seed: int = 6, **arrays
) -> Answers:
    """Return answers for labels that do not exclude each other, part of them not known."""
    random = np.random.default_rng(seed)
    targets = (random.random((count, labels)) < 0.3).astype(float)
    odds = np.exp(2 * targets - 1 + random.normal(size=targets.shape).round(1))
    targets[random.random(targets.shape) < unknown] = np.nan
    dataset = make_dataset(targets, **arrays)
    return answers_of(dataset, odds / (1 + odds), LABELS[:labels], "sigmoid")
