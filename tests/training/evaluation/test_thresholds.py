"""Calibration and thresholds keep what they promise on the pictures that they were chosen on."""

import numpy as np
import pytest

from training.evaluation.calibration import fit_temperature
from training.evaluation.metrics import softmax
from training.evaluation.thresholds import choose_thresholds


def make_scores(separation, count=400):
    random = np.random.default_rng(1)
    positive = np.arange(count) % 4 == 0
    scores = 1 / (1 + np.exp(-random.normal(size=count) - np.where(positive, separation, -1)))
    return positive, scores


@pytest.mark.parametrize("separation", [-1.0, 0.0, 1.0, 2.0, 6.0])
def test_thresholds_keep_specificity_and_sensitivity(separation):
    positive, scores = make_scores(separation)
    threshold, negative_below = choose_thresholds(positive, scores)
    assert 0 <= negative_below <= threshold <= 1
    assert threshold >= 0.5
    assert (scores[~positive] < threshold).mean() >= 0.95
    assert (scores[positive] >= negative_below).mean() >= 0.95


def test_a_poor_classifier_is_often_unsure_and_a_good_one_never():
    poor, good = (choose_thresholds(*make_scores(separation)) for separation in (0.0, 9.0))
    assert poor[0] - poor[1] > 0.3
    assert good[0] == good[1]


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_overconfidence(factor):
    random = np.random.default_rng(2)
    logits = random.normal(size=(3000, 3)) * 2
    truth = np.array([random.choice(3, p=row) for row in softmax(logits)])
    assert fit_temperature(truth, logits * factor) == pytest.approx(factor, rel=0.1)
