"""Learn what the training pictures' features look like, so that a stranger is noticed later."""

import numpy as np

from inference.out_of_distribution import FeatureStatistics


def fit_statistics(
    features: np.ndarray, labels: np.ndarray, *, shrinkage: float = 0.1
) -> FeatureStatistics:
    """Return the mean of each class and the whitening of the spread that they share.

    Shrunk towards a sphere: with few pictures a direction without spread would otherwise weigh
    without bound.
    """
    classes = np.unique(labels)
    means = np.stack([features[labels == label].mean(axis=0) for label in classes])
    centred = features - means[np.searchsorted(classes, labels)]
    covariance = centred.T @ centred / max(len(features) - len(classes), 1)
    sphere = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    shrunk = (1 - shrinkage) * covariance + shrinkage * sphere
    values, vectors = np.linalg.eigh(shrunk)
    whitening = vectors / np.sqrt(np.maximum(values, 1e-12))
    return FeatureStatistics(means=means.astype(np.float32), whitening=whitening.astype(np.float32))
