"""Which picture is drawn when, what it weighs, and how fast is learnt: pure arithmetic."""

import math

import numpy as np

from training.config import Stage, TrainingSettings
from training.datasets.dataset import DataSet


def picture_chances(
    targets: np.ndarray, sources: np.ndarray, source_balance: float, *, exclusive: bool
) -> np.ndarray:
    """Return how likely each picture is drawn: classes alike, sources more or less so.

    ``targets`` is (pictures, labels) with NaN for unknown. With labels that are not exclusive, the
    chances are the mean over the labels, each of which wants its positives and negatives alike.
    If a class came from one hospital only in the eyes of the network, it would learn the hospital.
    """
    if exclusive:
        return _drawn_alike(targets.argmax(axis=1), sources, source_balance)
    return np.mean([_known_alike(column, sources, source_balance) for column in targets.T], axis=0)


def loss_weights(
    targets: np.ndarray, sources: np.ndarray, source_balance: float, *, exclusive: bool
) -> np.ndarray:
    """Return what each picture's loss weighs so that classes count alike; the mean weight is 1.

    (pictures, 1) for exclusive labels, else (pictures, labels) with 0 where nothing is known.
    """
    if exclusive:
        chances = _drawn_alike(targets.argmax(axis=1), sources, source_balance)
        return (chances * len(targets)).astype(np.float32)[:, None]
    columns = [
        _known_alike(column, sources, source_balance) * np.isfinite(column).sum()
        for column in targets.T
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _known_alike(column: np.ndarray, sources: np.ndarray, source_balance: float) -> np.ndarray:
    known, chances = np.isfinite(column), np.zeros(len(column))
    if not known.any():
        return np.full(len(column), 1.0 / len(column))
    chances[known] = _drawn_alike(column[known], sources[known], source_balance)
    return chances


def _drawn_alike(labels: np.ndarray, sources: np.ndarray, source_balance: float) -> np.ndarray:
    chances = np.zeros(len(labels))
    for label in np.unique(labels):
        names, sizes = np.unique(sources[labels == label], return_counts=True)
        weights = sizes ** (1.0 - source_balance)
        for name, size, weight in zip(names, sizes, weights, strict=True):
            chances[(labels == label) & (sources == name)] = weight / weights.sum() / size
    return chances / chances.sum()


def sampling_of(
    dataset: DataSet, settings: TrainingSettings, *, exclusive: bool
) -> tuple[np.ndarray | None, np.ndarray]:
    """Return the chances to draw each picture (None: in turn), and what its loss weighs."""
    given = (dataset.targets, dataset.sources, settings.source_balance)
    if settings.sampling == "balanced":
        return picture_chances(*given, exclusive=exclusive), np.ones((len(dataset), 1), np.float32)
    if settings.sampling == "weighted":
        return None, loss_weights(*given, exclusive=exclusive)
    return None, np.ones((len(dataset), 1), np.float32)


def order_of_epoch(
    random: np.random.Generator, pictures: int, batch: int, chances: np.ndarray | None
) -> np.ndarray:
    """Return which pictures make each step of an epoch, as (steps, batch) indices.

    With ``chances`` pictures are drawn, some twice and some not at all; without, each comes in
    turn, and the last batch is filled up from the beginning.
    """
    steps = math.ceil(pictures / batch)
    if chances is None:
        return np.resize(random.permutation(pictures), (steps, batch))
    return random.choice(pictures, (steps, batch), p=chances)


def learning_rate(stage: Stage, epoch: float) -> float:
    """Return the rate at ``epoch`` of ``stage``: a linear warm-up, then the stage's schedule."""
    if epoch < stage.warm_up_epochs:
        return stage.learning_rate * (epoch + 0.01) / stage.warm_up_epochs
    part = (epoch - stage.warm_up_epochs) / max(stage.epochs - stage.warm_up_epochs, 1)
    first, last = stage.learning_rate, stage.final_learning_rate
    if stage.schedule == "cosine":
        return last + (first - last) * (1 + math.cos(math.pi * part)) / 2
    if stage.schedule == "exponential":
        return first * (last / first) ** part
    return first


def mixup_share(random: np.random.Generator, strength: float) -> float:
    """Return how much of each picture stays when a neighbour is mixed in.

    Source: Zhang et al., mixup: beyond empirical risk minimization, ICLR 2018.
    """
    return float(random.beta(strength, strength)) if strength else 1.0


def averaging_memory(averaging: float, step: int) -> float:
    """Return how much of the running average stays at ``step``: less while it is young."""
    return min(averaging, (1 + step) / (10 + step))
