"""The figures of many draws at once are those of another implementation, draw by draw."""

import numpy as np
import pytest
from sklearn import metrics as reference

from training.evaluation import statistics
from training.evaluation.metrics import expected_calibration_error


@pytest.fixture
def drawn():
    """Return weights of five draws, truth and scores with ties."""
    random = np.random.default_rng(3)
    positive = random.random(80) < 0.3
    score = (random.random(80) * 0.6 + positive * 0.3).round(1)
    return random.integers(0, 4, (5, 80)).astype(float), positive, score


def test_auc_of_each_draw(drawn):
    weights, positive, score = drawn
    expected = [reference.roc_auc_score(positive, score, sample_weight=row) for row in weights]
    assert statistics.auc(weights, positive, score) == pytest.approx(expected)


def test_average_precision_of_each_draw(drawn):
    weights, positive, score = drawn
    expected = [
        reference.average_precision_score(positive, score, sample_weight=row) for row in weights
    ]
    assert statistics.average_precision(weights, positive, score) == pytest.approx(expected)


def test_drawing_a_picture_twice_is_having_it_twice(drawn):
    weights, positive, score = drawn
    for row, found in zip(
        weights, statistics.calibration_error(weights, score, positive), strict=True
    ):
        twice = np.repeat(np.arange(80), row.astype(int))
        plain = np.ones((1, len(twice)))
        expected = statistics.calibration_error(plain, score[twice], positive[twice])
        assert found == pytest.approx(expected[0])


def test_the_calibration_error_of_training_is_the_same_rule():
    random = np.random.default_rng(4)
    probabilities = random.dirichlet([1, 1, 1], 60)
    truth = random.integers(0, 3, 60)
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    found = statistics.calibration_error(np.ones((1, 60)), top, right)
    assert found[0] == pytest.approx(expected_calibration_error(truth, probabilities))


def test_a_draw_without_positives_has_no_figure(drawn):
    weights, positive, score = drawn
    only_others = weights * ~positive
    assert np.isnan(statistics.auc(only_others, positive, score)).all()
    assert np.isnan(statistics.average_precision(only_others, positive, score)).all()


def test_precision_recall_and_f1_of_each_draw(drawn):
    weights, positive, score = drawn
    said = score >= 0.5
    table = statistics.report_of(
        weights, positive[:, None], said[:, None], np.ones((80, 1), dtype=bool)
    )
    for index, row in enumerate(weights):
        expected = reference.precision_recall_fscore_support(
            positive, said, average="binary", sample_weight=row
        )
        found = [table[name][index, 0] for name in ("precision", "recall", "f1")]
        assert found == pytest.approx(expected[:3])
