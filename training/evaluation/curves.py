"""The points of the report's figures, thinned, as plain lists for metrics.json."""

from typing import Any

import numpy as np

from training.evaluation.answers import Answers
from training.evaluation.metrics import roc_points
from training.evaluation.reliability import reliability_points, top_label

MOST_POINTS = 160
GRID = np.linspace(0.0, 1.0, 101)
EDGES = np.linspace(0.0, 1.0, 21)
NARROWEST, WIDEST = 0.02, 0.1


def curves(answers: Answers, uncalibrated: np.ndarray | None = None) -> dict[str, Any]:
    """Return ROC, precision-recall, densities, histograms and reliability, by label code."""
    ranked = [i for i in range(len(answers.labels)) if answers.can_rank(i)]
    codes = [label.code for label in answers.labels]
    return {
        "roc": {codes[i]: _thinned(*roc_points(*_known(answers, i))) for i in ranked},
        "precision_recall": {
            codes[i]: _thinned(*precision_recall_points(*_known(answers, i))) for i in ranked
        },
        "densities": {code: densities(answers, i) for i, code in enumerate(codes)},
        "histograms": {code: histograms(answers, i) for i, code in enumerate(codes)},
        "reliability": {
            name: reliability(answers, probabilities)
            for name, probabilities in (("before", uncalibrated), ("after", answers.probabilities))
            if probabilities is not None
        },
    }


def _known(answers: Answers, index: int) -> tuple[np.ndarray, np.ndarray]:
    known = answers.known[:, index]
    return answers.truth[known, index], answers.probabilities[known, index]


def precision_recall_points(
    positive: np.ndarray, score: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return recall and precision for every cut-off, from the highest score down."""
    order = np.argsort(-score, kind="stable")
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    found = np.cumsum(positive[order])[last_of_tie]
    called = np.arange(1, len(score) + 1)[last_of_tie]
    return found / max(positive.sum(), 1), found / called


def groups_of(answers: Answers, index: int) -> dict[str, np.ndarray]:
    """Return the pictures of each true class (softmax), or with and without the label."""
    if answers.is_exclusive:
        return {label.code: answers.with_label(i) for i, label in enumerate(answers.labels)}
    return {"with": answers.with_label(index), "without": answers.without_label(index)}


def densities(answers: Answers, index: int) -> dict[str, list[float]]:
    """Return the probability density of a label's score in each true class, on ``GRID``.

    A Gaussian kernel of Silverman's width (1986), mirrored at 0 and 1 so that no mass leaves.
    """
    scores = answers.probabilities[:, index]
    return {
        name: np.round(density(scores[group]), 3).tolist()
        for name, group in groups_of(answers, index).items()
        if group.sum() > 1
    }


def density(scores: np.ndarray) -> np.ndarray:
    quartiles = np.subtract(*np.quantile(scores, [0.75, 0.25])) / 1.34
    spread = min(scores.std(), quartiles) if quartiles > 0 else scores.std()
    width = float(np.clip(0.9 * spread * len(scores) ** -0.2, NARROWEST, WIDEST))
    total = np.zeros(len(GRID))
    for mirrored in (scores, -scores, 2.0 - scores):
        distance = (GRID[:, None] - mirrored[None, :]) / width
        total += np.exp(-0.5 * distance**2).sum(axis=1)
    return total / (len(scores) * width * np.sqrt(2 * np.pi))


def histograms(answers: Answers, index: int) -> dict[str, list[int]]:
    """Return how many pictures with and without the label have a score in each twentieth."""
    scores = answers.probabilities[:, index]
    sides = {"with": answers.with_label(index), "without": answers.without_label(index)}
    return {name: np.histogram(scores[side], EDGES)[0].tolist() for name, side in sides.items()}


def reliability(answers: Answers, probabilities: np.ndarray) -> dict[str, Any]:
    """Return the reliability diagram of the top label, and of each label's probability."""
    _, confidence, right = top_label(answers, probabilities)
    per_label = {}
    for index, label in enumerate(answers.labels):
        known = answers.known[:, index]
        per_label[label.code] = reliability_points(
            probabilities[known, index], answers.truth[known, index]
        )
    return {"top": reliability_points(confidence, right), "per_label": per_label}


def _thinned(across: np.ndarray, down: np.ndarray) -> list[list[float]]:
    """Return at most ``MOST_POINTS`` points, first and last among them."""
    step = max(1, len(across) / MOST_POINTS)
    kept = np.unique(np.append(np.arange(0, len(across), step).astype(int), len(across) - 1))
    return np.round(np.stack([across[kept], down[kept]], axis=1), 4).tolist()
