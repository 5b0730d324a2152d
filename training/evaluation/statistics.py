"""Figures of many draws at once: from weights (draws, pictures) to values (draws,)."""

import numpy as np

BINS = 10


def auc(weights: np.ndarray, positive: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return the chance that a positive scores above a negative, ties half; NaN without both."""
    order, starts = _ties(score)
    drawn, positive = weights[:, order], positive[order]
    with_it = np.add.reduceat(drawn * positive, starts, axis=1)
    without = np.add.reduceat(drawn * ~positive, starts, axis=1)
    below = np.cumsum(without, axis=1) - without / 2
    pairs = with_it.sum(axis=1) * without.sum(axis=1)
    return divided((with_it * below).sum(axis=1), pairs)


def average_precision(weights: np.ndarray, positive: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return the mean over the positives of the precision at their score, as scikit-learn does."""
    order, starts = _ties(-score)
    drawn, positive = weights[:, order], positive[order]
    with_it = np.add.reduceat(drawn * positive, starts, axis=1)
    called = np.cumsum(np.add.reduceat(drawn, starts, axis=1), axis=1)
    precision = divided(np.cumsum(with_it, axis=1), called)
    return divided(np.nansum(with_it * precision, axis=1), with_it.sum(axis=1))


def calibration_error(
    weights: np.ndarray, stated: np.ndarray, happened: np.ndarray, bins: int = BINS
) -> np.ndarray:
    """Return how far ``stated`` lies from ``happened``, averaged over equally wide bins.

    The expected calibration error of Naeini et al. 2015 and Guo et al. 2017.
    """
    place = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = np.zeros((len(stated), bins))
    gaps[np.arange(len(stated)), place] = stated - happened
    return np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1)


def report_of(
    weights: np.ndarray, truth: np.ndarray, said: np.ndarray, known: np.ndarray
) -> dict[str, np.ndarray]:
    """Return precision, recall and F1 (draws, labels) of ``said`` against ``truth``.

    Where nothing was said, precision is 0; a label without a case has no recall and no F1.
    """
    right, claimed, cases = (
        weights @ (mask & known).astype(np.float64) for mask in (truth & said, said, truth)
    )
    return {
        "precision": divided(right, claimed, 0.0),
        "recall": divided(right, cases),
        "f1": np.where(cases > 0, divided(2 * right, claimed + cases, 0.0), np.nan),
        "right": right,
        "claimed": claimed,
        "cases": cases,
    }


def mean_recall(
    weights: np.ndarray, truth: np.ndarray, said: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """Return the mean recall of the labels that have a case."""
    return known_mean(report_of(weights, truth, said, known)["recall"], axis=1)


def known_mean(values: np.ndarray, axis: int) -> np.ndarray:
    """Return the mean of what is not NaN, NaN where nothing is."""
    return divided(np.nansum(values, axis=axis), (~np.isnan(values)).sum(axis=axis))


def divided(part: np.ndarray, whole: np.ndarray, otherwise: float = np.nan) -> np.ndarray:
    empty = np.full(np.broadcast_shapes(part.shape, whole.shape), otherwise)
    return np.divide(part, whole, out=empty, where=whole > 0)


def _ties(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the order of ``score``, and where in it each group of equal scores begins."""
    order = np.argsort(score, kind="stable")
    return order, np.flatnonzero(np.append(True, np.diff(score[order]) != 0))
