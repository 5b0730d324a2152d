"""The points of the figures: few enough to draw, and true to the data."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from tests.training.evaluation.answered import LABELS, make_exclusive, make_several
from training.evaluation.answers import answers_of
from training.evaluation.curves import (
    GRID,
    MOST_POINTS,
    curves,
    density,
    precision_recall_points,
)
from training.evaluation.metrics import auc


def test_curves_of_many_pictures_are_thinned_and_keep_their_ends():
    answers = make_exclusive(3000)
    points = np.array(curves(answers)["roc"]["alpha"])
    assert len(points) <= MOST_POINTS + 1
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [1, 1]
    area = np.trapezoid(points[:, 1], points[:, 0])
    assert area == pytest.approx(auc(answers.truth[:, 0], answers.probabilities[:, 0]), abs=0.01)


def test_precision_and_recall_are_those_of_scikit_learn():
    answers = make_several(unknown=0.0)
    truth, score = answers.truth[:, 0], answers.probabilities[:, 0]
    recall, precision = precision_recall_points(truth, score)
    theirs, their_recall, _ = precision_recall_curve(truth, score)
    assert precision[::-1] == pytest.approx(theirs[:-1])
    assert recall[::-1] == pytest.approx(their_recall[:-1])
    steps = np.diff(np.append(0.0, recall)) @ precision
    assert steps == pytest.approx(average_precision_score(truth, score))


@pytest.mark.parametrize("scores", [np.array([0.0, 0.01, 0.99]), np.full(5, 0.5), np.arange(9) / 8])
def test_a_density_has_the_area_of_one_however_near_the_ends(scores):
    assert np.trapezoid(density(scores), GRID) == pytest.approx(1.0, abs=0.03)


def test_exclusive_scores_are_shown_in_each_true_class_and_others_on_both_sides():
    assert set(curves(make_exclusive())["densities"]["alpha"]) == {"alpha", "beta", "normal"}
    assert set(curves(make_several())["densities"]["alpha"]) == {"with", "without"}


def test_histograms_count_every_known_picture():
    answers = make_several()
    sides = curves(answers)["histograms"]["beta"]
    assert sum(sides["with"]) == answers.with_label(1).sum()
    assert sum(sides["without"]) == answers.without_label(1).sum()


def test_a_label_that_every_picture_has_has_no_curve():
    answers = make_exclusive()
    alone = answers.truth[:, 0]
    found = curves(
        answers_of(answers.dataset.where(alone), answers.probabilities[alone], LABELS, "softmax")
    )
    assert found["roc"] == found["precision_recall"] == {}
    assert set(found["densities"]["alpha"]) == {"alpha"}
