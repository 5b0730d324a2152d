"""What the label words of a data set mean to a recipe: a code, no finding, or "leave it out"."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from training.config import DataSettings
from training.datasets.row import UNCERTAIN, Row
from training.errors import TrainingError

WITHOUT = "without finding"
IGNORED = "ignored"
UNCERTAIN_COUNTS_AS = {"negative": 0.0, "positive": 1.0, "left_out": np.nan}


def normal(word: str) -> str:
    """Return ``word`` without case and with one kind of space: Viral-Pneumonia, viral_pneumonia."""
    return re.sub(r"[\s_-]+", " ", word).strip().casefold()


class Vocabulary:
    """The label words that a recipe knows."""

    def __init__(self, codes: Mapping[str, str], settings: DataSettings):
        self.codes = tuple(dict.fromkeys(codes.values()))
        self.words = tuple(codes)
        self.uncertain = UNCERTAIN_COUNTS_AS[settings.uncertain]
        self._meanings = {normal(word): IGNORED for word in settings.ignore}
        self._meanings |= {normal(word): WITHOUT for word in settings.without_finding}
        self._meanings |= {normal(word): code for word, code in codes.items()}

    def meaning(self, word: str) -> str | None:
        """Return the word's code, WITHOUT, IGNORED, or None if the recipe does not know it."""
        return self._meanings.get(normal(word))

    def refuse_unknown(self, rows: Iterable[Row], place: str) -> None:
        """An unexpected class is a mistake in the data or in the recipe: a person must look."""
        unknown: dict[str, list[str]] = {}
        for row in rows:
            for word in row.marks:
                if self.meaning(word) is None:
                    unknown.setdefault(word, []).append(row.file)
        if unknown:
            word, files = next(iter(sorted(unknown.items())))
            more = f" and {len(unknown) - 1} more unknown labels" if len(unknown) > 1 else ""
            raise TrainingError(
                f"{place}: the recipe does not know the label {word!r} ({len(files)} pictures, the "
                f"first is {files[0]}){more}. Name it under [[labels]], or in [data] under "
                "without_finding or ignore."
            )

    def is_ignored(self, row: Row) -> bool:
        return any(mark == 1 and self.meaning(word) == IGNORED for word, mark in row.marks.items())

    def targets(self, rows: Sequence[Row]) -> np.ndarray:
        """Return float32 (rows, codes): 1 has it, 0 has it not, NaN nobody knows."""
        targets = np.zeros((len(rows), len(self.codes)), dtype=np.float32)
        column = {code: index for index, code in enumerate(self.codes)}
        for index, row in enumerate(rows):
            for word, mark in row.marks.items():
                if (code := self.meaning(word)) in column:
                    targets[index, column[code]] = self.uncertain if mark == UNCERTAIN else mark
        return targets
