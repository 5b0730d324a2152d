"""A labelled data set in memory: what is known of each picture, as parallel arrays."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Box:
    """Where a finding lies, as fractions of the picture's width and height, from the top left."""

    code: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class DataSet:
    """Pictures as parallel arrays, one entry each; ``targets`` has a column per code."""

    folder: Path
    codes: tuple[str, ...]
    files: np.ndarray
    """paths below ``folder``"""
    targets: np.ndarray
    """float32 (pictures, codes): 1 has it, 0 has it not, NaN nobody knows"""
    patients: np.ndarray
    sources: np.ndarray
    splits: np.ndarray
    digests: np.ndarray
    views: np.ndarray
    """PA, AP …, empty where not known"""
    ages: np.ndarray
    """years, NaN where not known"""
    sexes: np.ndarray
    """F, M or empty"""
    boxes: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)
    """by file"""
    remarks: tuple[str, ...] = ()
    """What reading left out, and why: a line each."""

    def __len__(self) -> int:
        return len(self.files)

    @property
    def is_exclusive(self) -> bool:
        """Whether every picture has exactly one of the labels, as softmax needs."""
        return bool((np.nan_to_num(self.targets, nan=-1.0).sum(axis=1) == 1).all())

    @property
    def labels(self) -> np.ndarray:
        """The index of each picture's label; only for exclusive labels."""
        return self.targets.argmax(axis=1)

    def where(self, mask: np.ndarray) -> "DataSet":
        """Return the pictures that ``mask`` picks."""
        arrays = {name: getattr(self, name)[mask] for name in ARRAYS}
        kept = set(arrays["files"].tolist())
        boxes = {file: boxes for file, boxes in self.boxes.items() if file in kept}
        return DataSet(folder=self.folder, codes=self.codes, boxes=boxes, **arrays)

    def split(self, name: str) -> "DataSet":
        return self.where(self.splits == name)

    def words(self) -> list[str]:
        """Return each picture's labels in words: codes joined by +, ? where not known."""
        return [
            "+".join(
                code + ("?" if np.isnan(value) else "")
                for code, value in zip(self.codes, row, strict=True)
                if value != 0
            )
            for row in self.targets
        ]

    def fingerprint(self) -> str:
        """Return one hash over every picture's digest, label and split, in any order."""
        lines = sorted(
            f"{digest} {words} {split}"
            for digest, words, split in zip(self.digests, self.words(), self.splits, strict=True)
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def counts(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return the number of pictures per split, label and source."""
        table: dict = {}
        for split, words, source in zip(self.splits, self.words(), self.sources, strict=True):
            per_source = table.setdefault(str(split), {}).setdefault(words or "none", {})
            per_source[str(source)] = per_source.get(str(source), 0) + 1
        return table


ARRAYS = (
    "files", "targets", "patients", "sources", "splits", "digests", "views", "ages", "sexes",
)  # fmt: skip
