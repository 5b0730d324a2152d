"""What a classifier said of a data set, beside what was true."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inference.packages import Label
from training.datasets.dataset import DataSet
from training.errors import TrainingError

DECISIONS = {
    "softmax": "the most probable label",
    "sigmoid": "each label whose probability reaches its threshold",
}


@dataclass(frozen=True)
class Answers:
    """Truth and answers; the arrays are (pictures, labels)."""

    dataset: DataSet
    labels: tuple[Label, ...]
    activation: str
    probabilities: np.ndarray
    """calibrated"""
    truth: np.ndarray
    """whether it has the label; False where nobody knows"""
    known: np.ndarray
    """whether anybody knows"""
    said: np.ndarray
    """the decision that accuracy, confusion and report are about, see ``DECISIONS``"""

    def __len__(self) -> int:
        return len(self.dataset)

    @property
    def is_exclusive(self) -> bool:
        return self.activation == "softmax"

    @property
    def everything(self) -> np.ndarray:
        return np.ones(len(self), dtype=bool)

    @property
    def findings(self) -> list[tuple[int, Label]]:
        """The labels that get a call, with their places."""
        return [(i, label) for i, label in enumerate(self.labels) if not label.is_reference]

    @property
    def both_ways(self) -> "Answers":
        """A single label seen from both sides: with it, and without it."""
        if len(self.labels) > 1:
            return self
        label = self.labels[0]
        other = replace(
            label, code=f"not {label.code}", display=f"without {label.display}", role="reference"
        )
        return replace(
            self,
            labels=(label, other),
            probabilities=np.hstack([self.probabilities, 1.0 - self.probabilities]),
            truth=np.hstack([self.truth, ~self.truth & self.known]),
            known=np.hstack([self.known] * 2),
            said=np.hstack([self.said, ~self.said]),
        )

    def with_label(self, index: int) -> np.ndarray:
        return self.known[:, index] & self.truth[:, index]

    def without_label(self, index: int) -> np.ndarray:
        return self.known[:, index] & ~self.truth[:, index]

    def patients_among(self, mask: np.ndarray) -> int:
        return len(np.unique(self.dataset.patients[mask]))

    def smaller_side(self, index: int, within: np.ndarray | None = None) -> int:
        """Return the number of patients with or without the label, the smaller one."""
        within = self.everything if within is None else within
        sides = (self.with_label(index) & within, self.without_label(index) & within)
        return min(self.patients_among(side) for side in sides)

    @property
    def present(self) -> list[int]:
        """The labels, a single one from both sides, that a picture has."""
        sides = self.both_ways
        return [index for index in range(len(sides.labels)) if sides.with_label(index).any()]

    @property
    def is_one_class(self) -> bool:
        """Whether nothing can be compared: only how often the one class is found, and wrongly."""
        return len(self.present) < 2

    def can_rank(self, index: int, within: np.ndarray | None = None) -> bool:
        return self.smaller_side(index, within) > 0


def answers_of(
    dataset: DataSet, probabilities: np.ndarray, labels: Sequence[Label], activation: str
) -> Answers:
    """Put truth and answers side by side; ``probabilities`` are (pictures, labels), calibrated."""
    if not len(dataset):
        raise TrainingError("There is no picture to measure on.")
    if activation == "softmax":
        if not dataset.is_exclusive:
            raise TrainingError(
                "Some pictures have no label, several, or an uncertain one: a softmax classifier "
                "can be measured only where each picture has exactly one."
            )
        said = np.eye(len(labels), dtype=bool)[probabilities.argmax(axis=1)]
    else:
        said = probabilities >= np.array(
            [0.5 if label.threshold is None else label.threshold for label in labels]
        )
    return Answers(
        dataset=dataset,
        labels=tuple(labels),
        activation=activation,
        probabilities=np.asarray(probabilities, dtype=np.float64),
        truth=np.nan_to_num(dataset.targets) > 0.5,
        known=~np.isnan(dataset.targets),
        said=said,
    )
