"""How far a picture's features lie from those of the training pictures."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class FeatureStatistics:
    """Mean and whitening of the training features, per class; features.npz holds them."""

    means: np.ndarray
    """(classes, features)"""
    whitening: np.ndarray
    """(features, features): the difference from a mean times this has unit spread"""

    def distance(self, features: np.ndarray) -> np.ndarray:
        """Return each row's Mahalanobis distance to the nearest class, as a mean over features."""
        differences = features[:, None, :] - self.means[None, :, :]
        whitened = differences @ self.whitening
        return np.sqrt((whitened**2).mean(axis=-1)).min(axis=1)


def read_statistics(path: Path) -> FeatureStatistics:
    with np.load(path, allow_pickle=False) as stored:
        return FeatureStatistics(means=stored["means"], whitening=stored["whitening"])
