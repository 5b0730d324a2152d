"""Which picture is drawn when, and how fast is learnt: pure arithmetic, no network."""

import math
from collections.abc import Sequence

import numpy as np

from training.config import Stage


def picture_chances(labels: np.ndarray, sources: np.ndarray, source_balance: float) -> np.ndarray:
    """Return how likely each picture is drawn: classes alike, sources more or less so.

    If a class came from one hospital only in the eyes of the network, it would learn the hospital.
    """
    chances = np.zeros(len(labels))
    for label in np.unique(labels):
        names, sizes = np.unique(sources[labels == label], return_counts=True)
        weights = sizes ** (1.0 - source_balance)
        for name, size, weight in zip(names, sizes, weights, strict=True):
            chances[(labels == label) & (sources == name)] = weight / weights.sum() / size
    return chances / chances.sum()


def stage_of(stages: Sequence[Stage], epoch: int) -> tuple[Stage, int]:
    """Return the stage of ``epoch`` (from 0) and how many of its epochs have gone."""
    for stage in stages:
        if epoch < stage.epochs:
            return stage, epoch
        epoch -= stage.epochs
    raise ValueError("past the last stage")


def learning_rate(stage: Stage, epoch: float) -> float:
    """Return the rate at ``epoch`` of ``stage``: a linear warm-up, then half a cosine."""
    if epoch < stage.warm_up_epochs:
        return stage.learning_rate * (epoch + 0.01) / stage.warm_up_epochs
    part = (epoch - stage.warm_up_epochs) / (stage.epochs - stage.warm_up_epochs)
    drop = stage.learning_rate - stage.final_learning_rate
    return stage.final_learning_rate + drop * (1 + math.cos(math.pi * part)) / 2


def mixup_share(random: np.random.Generator, strength: float) -> float:
    return float(random.beta(strength, strength)) if strength else 1.0
