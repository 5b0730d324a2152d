"""Whether probabilities mean what they say: before and after, over all and per label."""

import numpy as np
import pytest

from tests.training.evaluation.answered import LABELS, make_dataset, make_exclusive, make_several
from training.evaluation.answers import answers_of
from training.evaluation.bootstrap import draw_patients
from training.evaluation.reliability import (
    calibration_figures,
    floor_of,
    reliability_points,
    top_label,
)


def of(answers, uncalibrated=None):
    return calibration_figures(
        answers, uncalibrated, draw_patients(answers.dataset.patients, draws=40)
    )


def test_the_error_of_one_finding_by_hand():
    dataset = make_dataset([[1], [1], [0], [0], [np.nan]])
    answers = answers_of(
        dataset, np.array([[0.95], [0.65], [0.65], [0.05], [0.99]]), LABELS[:1], "sigmoid"
    )
    # Bins: 0.95 (1 of 1), 0.65 (1 of 2), 0.05 (0 of 1); the unknown one does not count.
    expected = (0.05 + 2 * 0.15 + 0.05) / 4
    assert of(answers)["per_label"]["alpha"]["after"]["value"] == pytest.approx(expected)


def test_the_top_label_of_a_sigmoid_is_its_more_probable_side():
    dataset = make_dataset([[1, 0], [np.nan, 1]])
    answers = answers_of(dataset, np.array([[0.2, 0.3], [0.9, 0.6]]), LABELS[:2], "sigmoid")
    pictures, confidence, right = top_label(answers, answers.probabilities)
    assert pictures.tolist() == [0, 0, 1]
    assert confidence.tolist() == pytest.approx([0.8, 0.7, 0.6])
    assert right.tolist() == [False, True, True]


@pytest.mark.parametrize("answers", [make_exclusive(), make_several()])
def test_before_is_of_the_raw_probabilities(answers):
    figures = of(answers, np.clip(answers.probabilities * 1.5, 0.01, 0.99))
    assert figures["before"] != figures["after"]
    for row in figures["per_label"].values():
        assert row["before"] != row["after"]


def test_nothing_is_said_of_before_where_it_is_not_known():
    assert "before" not in of(make_exclusive(30))


def test_the_floor_shrinks_with_the_number_of_pictures():
    few, many = floor_of(np.full(50, 0.8)), floor_of(np.full(5000, 0.8))
    # One bin: the mean distance of a share of n from 0.8, sqrt(2 / pi) of its standard deviation.
    assert few == pytest.approx(0.8 * np.sqrt(0.16 / 50), rel=0.15)
    assert many < few / 5


def test_the_points_of_a_diagram():
    rows = reliability_points(np.array([0.05, 0.05, 1.0]), np.array([False, True, True]))
    assert [row["pictures"] for row in rows] == [2, 1]
    assert rows[0]["stated"] == 0.05
    assert rows[0]["observed"] == 0.5
    assert rows[0]["low"] < 0.5 < rows[0]["high"]
