"""The figures, against another implementation and against sums done by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from training.evaluation.metrics import (
    auc,
    balanced_accuracy,
    balanced_log_loss,
    bootstrap_interval,
    confusion,
    expected_calibration_error,
    macro_auc,
    roc_points,
    softmax,
)


@pytest.fixture
def answers():
    random = np.random.default_rng(5)
    truth = random.integers(0, 3, 200)
    logits = random.normal(size=(200, 3)).round(1)
    logits[np.arange(200), truth] += 1
    return truth, softmax(logits)


def test_balanced_accuracy_is_that_of_scikit_learn(answers):
    truth, probabilities = answers
    expected = reference.balanced_accuracy_score(truth, probabilities.argmax(1))
    assert balanced_accuracy(truth, probabilities) == pytest.approx(expected)


def test_macro_auc_is_that_of_scikit_learn_with_ties(answers):
    truth, probabilities = answers
    coarse = probabilities.round(1)
    for label in range(3):
        expected = reference.roc_auc_score(truth == label, coarse[:, label])
        assert auc(truth == label, coarse[:, label]) == pytest.approx(expected)
    expected = reference.roc_auc_score(truth, probabilities, multi_class="ovr")
    assert macro_auc(truth, probabilities) == pytest.approx(expected)


def test_roc_points_enclose_the_area(answers):
    truth, probabilities = answers
    false_rate, true_rate = roc_points(truth == 0, probabilities[:, 0])
    area = np.trapezoid(true_rate, false_rate)
    assert area == pytest.approx(auc(truth == 0, probabilities[:, 0]))


def test_an_auc_without_negatives_does_not_exist():
    assert np.isnan(auc(np.array([True, True]), np.array([0.1, 0.2])))


def test_a_frequent_class_counts_no_more_than_a_rare_one():
    truth = np.array([0] * 98 + [1] * 2)
    always_first = np.tile([0.9, 0.1], (100, 1))
    assert balanced_accuracy(truth, always_first) == 0.5


def test_calibration_error_by_hand():
    truth = np.array([0, 0, 0, 1])
    probabilities = np.array([[0.95, 0.05], [0.95, 0.05], [0.65, 0.35], [0.65, 0.35]])
    # Half of the pictures are off by 0.05 (always right), half by 0.15 (right half of the time).
    assert expected_calibration_error(truth, probabilities) == pytest.approx(0.10)


def test_log_loss_by_hand():
    truth = np.array([0, 0, 0, 1])
    probabilities = np.array([[0.5, 0.5]] * 3 + [[0.75, 0.25]])
    assert balanced_log_loss(truth, probabilities) == pytest.approx(np.log([2, 4]).mean())


def test_confusion_has_true_classes_down():
    assert confusion(np.array([0, 0, 1]), np.array([1, 0, 1]), 2).tolist() == [[1, 1], [0, 1]]


def test_patients_are_drawn_whole():
    patients = np.array(["one"] * 50 + ["two"] * 50)
    values = np.array([0.0] * 50 + [1.0] * 50)
    low, high = bootstrap_interval(lambda drawn: values[drawn].mean(), patients, draws=200)
    # Drawing pictures would give about 0.4 to 0.6; there are only two patients to draw.
    assert (low, high) == (0.0, 1.0)


def test_an_interval_is_repeatable_and_holds_the_value(answers):
    truth, probabilities = answers

    def statistic(drawn):
        return balanced_accuracy(truth[drawn], probabilities[drawn])

    patients = np.arange(200)
    low, high = bootstrap_interval(statistic, patients, draws=100)
    assert (low, high) == bootstrap_interval(statistic, patients, draws=100)
    assert low < statistic(patients) < high
