"""How good a classifier is, in plain numpy: accuracy, ranking, calibration, intervals."""

from collections.abc import Callable

import numpy as np

from training.evaluation import statistics


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def recalls(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return the share of each class that was recognised; NaN for a class without pictures."""
    hits = np.bincount(truth[truth == predicted], minlength=classes)
    totals = np.bincount(truth, minlength=classes)
    return np.divide(hits, totals, out=np.full(classes, np.nan), where=totals > 0)


def balanced_accuracy(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the mean recall of the classes, so that a frequent class does not count more."""
    found = recalls(truth, probabilities.argmax(axis=1), probabilities.shape[1])
    return float(np.nanmean(found))


def auc(positive: np.ndarray, score: np.ndarray) -> float:
    """Return the chance that a positive scores above a negative; NaN if one kind is absent."""
    positive, score = np.asarray(positive, dtype=bool), np.asarray(score)
    return float(statistics.auc(np.ones((1, len(score))), positive, score)[0])


def macro_auc(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the mean over the classes of each class against the rest."""
    classes = range(probabilities.shape[1])
    return float(np.nanmean([auc(truth == label, probabilities[:, label]) for label in classes]))


def expected_calibration_error(
    truth: np.ndarray, probabilities: np.ndarray, bins: int = 10
) -> float:
    """Return how far confidence lies from accuracy, averaged over equally wide bins."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == truth
    one = np.ones((1, len(truth)))
    return float(statistics.calibration_error(one, confidence, correct, bins)[0])


def balanced_log_loss(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the negative log-likelihood, every class counting the same."""
    losses = -np.log(np.clip(probabilities[np.arange(len(truth)), truth], 1e-7, 1.0))
    return float(np.mean([losses[truth == label].mean() for label in np.unique(truth)]))


def confusion(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return counts, true classes down, predicted classes across."""
    return np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)


def roc_points(positive: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return false-positive and true-positive rates for every threshold, from none to all."""
    order = np.argsort(-score, kind="stable")
    hit = np.asarray(positive, dtype=bool)[order]
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    true_rate = np.cumsum(hit)[last_of_tie] / max(hit.sum(), 1)
    false_rate = np.cumsum(~hit)[last_of_tie] / max((~hit).sum(), 1)
    return np.append(0.0, false_rate), np.append(0.0, true_rate)


def bootstrap_interval(
    statistic: Callable[[np.ndarray], float],
    patients: np.ndarray,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % interval of ``statistic(indices)``, drawing whole patients."""
    names, owner = np.unique(patients, return_inverse=True)
    pictures_of = np.split(np.argsort(owner, kind="stable"), np.cumsum(np.bincount(owner))[:-1])
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = random.integers(0, len(names), len(names))
        values.append(statistic(np.concatenate([pictures_of[patient] for patient in drawn])))
    values = [value for value in values if not np.isnan(value)]
    if not values:
        return float("nan"), float("nan")
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
