"""How well a label's score ranks the pictures, with an interval that is wide where they are few."""

import numpy as np

from training.evaluation import statistics
from training.evaluation.answers import Answers
from training.evaluation.bootstrap import Bootstrap, Z, as_figure, nothing

FEW = 10
"""With fewer patients on one side than this, draws repeat the same few and are too sure."""


def auc_figure(answers: Answers, index: int, within: np.ndarray, drawn: Bootstrap) -> dict:
    """Return the AUC of one label among the pictures that ``within`` picks."""
    within = within & answers.known[:, index]
    smallest = answers.smaller_side(index, within)
    if not smallest:
        return nothing()
    truth, scores = answers.truth[within, index], answers.probabilities[within, index]
    figure = drawn.figure(
        lambda weights: statistics.auc(weights, truth, scores), within, smallest=smallest
    )
    if smallest >= FEW:
        return figure
    sides = [answers.patients_among(within & (answers.truth[:, index] == it)) for it in (1, 0)]
    spread = Z * standard_error(figure["value"], *sides)
    low, high = figure["value"] - spread, figure["value"] + spread
    return as_figure(
        figure["value"], max(0.0, min(low, figure["low"])), min(1.0, max(high, figure["high"]))
    )


def standard_error(auc: float, positives: int, negatives: int) -> float:
    """Return the standard error of an AUC after Hanley and McNeil 1982."""
    both_above, both_below = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (
        auc * (1 - auc)
        + (positives - 1) * (both_above - auc**2)
        + (negatives - 1) * (both_below - auc**2)
    )
    return float(np.sqrt(max(variance, 0.0) / (positives * negatives)))
