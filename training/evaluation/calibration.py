"""Make confidence mean what it says, fitted on validation pictures only."""

import numpy as np

from inference.calibration import Calibration, Curve
from inference.reading import probabilities
from training.errors import TrainingError

CANDIDATES = np.geomspace(0.2, 5.0, 321)


def fit_calibration(
    targets: np.ndarray, logits: np.ndarray, *, activation: str, method: str
) -> Calibration:
    """Return the calibration of ``logits`` (n, labels) for ``targets`` (n, labels; NaN unknown)."""
    if method == "none":
        return Calibration()
    temperature = best_temperature(targets, logits, activation)
    if method == "temperature":
        return Calibration("temperature", temperature)
    if method != "isotonic":
        raise TrainingError(f"evaluation.calibration is temperature, isotonic or none: {method!r}.")
    stated = probabilities(logits / temperature, activation)
    curves = []
    for target, of_label in zip(targets.T, stated.T, strict=True):
        known = ~np.isnan(target)
        curves.append(isotonic_curve(target[known], of_label[known]))
    return Calibration("isotonic", temperature, tuple(curves))


def fit_temperature(truth: np.ndarray, logits: np.ndarray) -> float:
    """Return the temperature for exclusive labels (indices ``truth``)."""
    return best_temperature(np.eye(logits.shape[1])[truth], logits, "softmax")


def best_temperature(targets: np.ndarray, logits: np.ndarray, activation: str) -> float:
    """Return the temperature with the least log loss (Guo et al. 2017); the order stays."""
    losses = [log_loss(targets, logits / temperature, activation) for temperature in CANDIDATES]
    return float(round(CANDIDATES[int(np.argmin(losses))], 4))


def log_loss(targets: np.ndarray, logits: np.ndarray, activation: str) -> float:
    """Return the mean negative log-likelihood of what is known."""
    stated = np.clip(probabilities(logits, activation), 1e-12, 1.0)
    losses = -targets * np.log(stated)
    if activation == "sigmoid":
        losses -= (1.0 - targets) * np.log(np.clip(1.0 - stated, 1e-12, 1.0))
    return float(np.nansum(losses) / (~np.isnan(targets)).sum())


def isotonic_curve(happened: np.ndarray, stated: np.ndarray) -> Curve:
    """Return the centred isotonic regression of ``happened`` (0 or 1) on ``stated``.

    Isotonic regression is a staircase on which many pictures share one probability; joining the
    middles of its steps (Oron and Flournoy 2017) keeps their order. A step of all or none of n
    pictures proves no certainty: it counts as half a picture in n + 1 off.
    """
    if not len(happened):
        raise TrainingError("No validation picture says what a label is: isotonic needs some.")
    least = 0.5 / (len(happened) + 1)
    middles, heights = _steps(np.asarray(happened, float), np.asarray(stated, float))
    heights = np.clip(heights, least, 1.0 - least)
    inside = (middles > 0.0) & (middles < 1.0)
    points = np.round([0.0, *middles[inside], 1.0], 6)
    values = np.round([least / 2, *heights[inside], 1.0 - least / 2], 6)
    # Two middles may round to one place.
    apart = np.append(np.diff(points) > 0, True)
    return tuple(points[apart].tolist()), tuple(values[apart].tolist())


def _steps(happened: np.ndarray, stated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the middle and the height of each step: neighbours that fall are pooled."""
    order = np.argsort(stated, kind="stable")
    places, starts = np.unique(stated[order], return_index=True)
    sums = np.add.reduceat(happened[order], starts)
    counts = np.diff(np.append(starts, len(order)))
    pooled: list[list[float]] = []
    for place, hits, count in zip(places, sums, counts, strict=True):
        pooled.append([place * count, hits, count])
        while len(pooled) > 1 and pooled[-2][1] * pooled[-1][2] >= pooled[-1][1] * pooled[-2][2]:
            last = pooled.pop()
            pooled[-1] = [one + other for one, other in zip(pooled[-1], last, strict=True)]
    table = np.array(pooled)
    return table[:, 0] / table[:, 2], table[:, 1] / table[:, 2]
