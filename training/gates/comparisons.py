"""A probe beside the network, label by label, on the same test pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from training.datasets.dataset import SPLITS, DataSet
from training.evaluation.metrics import auc, bootstrap_interval
from training.gates.probes import fitted_scores

NEARLY = 0.8
"""The share of the network's skill from which a probe is nearly as good."""
CHANCE = "no better than chance"
DRAWS = 500


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval over patients."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Row:
    """One comparison; ``alarm`` is what it adds to the verdict, empty if it is harmless.

    Alarms that are alike are one sentence, with ``tells`` of each in brackets.
    """

    what: str
    tells: str
    found: str
    network: str
    conclusion: str
    alarm: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return self.what, self.tells, self.found, self.network, self.conclusion


@dataclass(frozen=True)
class Question:
    """One label on the pictures where it is known."""

    code: str
    known: np.ndarray
    """(pictures) bool"""
    truth: np.ndarray
    """(known pictures) 0 or 1"""
    splits: np.ndarray
    """(known pictures)"""
    patients: np.ndarray
    """(known test pictures)"""
    scores: np.ndarray
    """(known test pictures): the network's probability"""

    @cached_property
    def network(self) -> Figure:
        """The network's own AUC."""
        return self.auc(self.scores)

    @property
    def tested(self) -> np.ndarray:
        return self.truth[self.splits == "test"]

    def auc(self, scores: np.ndarray, within: np.ndarray | None = None) -> Figure:
        """Return the AUC of ``scores`` on the known test pictures, or on some of them."""
        chosen = np.arange(len(self.tested)) if within is None else np.flatnonzero(within)
        return figure_of(
            lambda drawn: auc(self.tested[chosen[drawn]] == 1, scores[chosen[drawn]]),
            self.patients[chosen],
        )


def questions_of(dataset: DataSet, scores: np.ndarray) -> Iterator[Question]:
    """Yield a question for every label that is both present and absent in every split.

    ``scores`` (pictures, codes) are the network's probabilities, NaN outside the test split.
    """
    # Of two labels that exclude each other, one is the mirror image of the other.
    codes = dataset.codes[:1] if dataset.is_exclusive and len(dataset.codes) == 2 else dataset.codes
    for index, code in enumerate(codes):
        known = ~np.isnan(dataset.targets[:, index])
        truth = dataset.targets[known, index].astype(int)
        splits = dataset.splits[known]
        if all(set(truth[splits == split]) == {0, 1} for split in SPLITS):
            tested = known & (dataset.splits == "test")
            yield Question(
                code, known, truth, splits, dataset.patients[tested], scores[tested, index]
            )


def against_the_network(what: str, values: np.ndarray, question: Question) -> Row:
    """Return how well ``values`` (pictures, numbers) alone answer the question."""

    def measure(truth: np.ndarray, found: np.ndarray) -> float:
        return auc(truth == 1, found[:, 1])

    found = fitted_scores(values[question.known], question.truth, question.splits, measure)[:, 1]
    probe, network = question.auc(found), question.network
    nearly = is_nearly_as_good(probe, network)
    return Row(
        what,
        question.code,
        f"AUC {probe}",
        f"AUC {network}",
        "nearly as well" if nearly else "less well" if probe.low > 0.5 else CHANCE,
        what if nearly else "",
    )


def is_nearly_as_good(probe: Figure, network: Figure) -> bool:
    """Whether a probe's AUC leaves in doubt that the network sees more than the probe does."""
    if not probe.low > 0.5:
        return False
    has_most_of_the_skill = probe.value - 0.5 >= NEARLY * (network.value - 0.5)
    return probe.value >= network.low or has_most_of_the_skill


def figure_of(statistic: Callable[[np.ndarray], float], patients: np.ndarray) -> Figure:
    """Return ``statistic(indices)`` over all, with its interval from draws of whole patients."""
    low, high = bootstrap_interval(statistic, patients, draws=DRAWS)
    return Figure(statistic(np.arange(len(patients))), low, high)
