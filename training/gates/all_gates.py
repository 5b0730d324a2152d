"""Every gate, in order. A run always finishes with its verdicts; publishing asks what they say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.datasets.dataset import DataSet
from training.gates.canary import check_canary
from training.gates.complete_card import check_complete_card
from training.gates.leaks import check_leaks
from training.gates.minimum_data import check_minimum_data
from training.gates.parity import check_parity
from training.gates.shortcuts import check_shortcuts
from training.gates.verdict import Verdict


@dataclass(frozen=True)
class Finished:
    """A run before its last card is written: all that gates look at."""

    dataset: DataSet
    pictures: np.ndarray
    """(n, h, w, c) as the network reads them, a row for every picture of ``dataset``"""
    features: np.ndarray
    """(n, values): the pooled features of the same pictures"""
    probabilities: np.ndarray
    """(m, codes): calibrated, of the test split"""
    precision: str
    tried: Mapping[str, Mapping[str, Any]]
    """see ``training.gates.parity``"""
    leaks: Sequence[Any]
    card: Mapping[str, Any]
    package: Path
    """a package on disk, whole but for its verdicts"""


def all_gates(run: Finished, say: Callable[[str], None] = print) -> tuple[Verdict, ...]:
    """Ask every gate, say what each says, return the verdicts in the order they are shown in."""
    verdicts = []
    for verdict in _verdicts(run):
        say(f"{'passed' if verdict.passed else 'FAILED'} {verdict.name}: {verdict.says}")
        verdicts.append(verdict)
    return tuple(verdicts)


def _verdicts(run: Finished) -> Iterator[Verdict]:
    yield check_parity(precision=run.precision, tried=run.tried)
    # A file stands for its patient where the data name none.
    patients_known = bool((run.dataset.patients != run.dataset.files).any())
    leaks = check_leaks(run.leaks, patients_known=patients_known)
    yield leaks
    yield check_canary(run.package)
    yield check_minimum_data(run.dataset)
    yield check_shortcuts(
        run.dataset,
        pictures=run.pictures,
        features=run.features,
        probabilities=run.probabilities,
    )
    yield check_complete_card({**run.card, "gates": [leaks.on_card()]})
