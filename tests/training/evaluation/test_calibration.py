"""Calibration undoes overconfidence, keeps the order, and is never certain."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from inference.reading import probabilities
from training.errors import TrainingError
from training.evaluation.calibration import fit_calibration, fit_temperature, isotonic_curve
from training.evaluation.metrics import softmax


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_overconfidence(factor):
    random = np.random.default_rng(2)
    logits = random.normal(size=(3000, 3)) * 2
    truth = np.array([random.choice(3, p=row) for row in softmax(logits)])
    assert fit_temperature(truth, logits * factor) == pytest.approx(factor, rel=0.1)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_the_temperature_of_several_labels_leaves_out_what_nobody_knows(factor):
    random = np.random.default_rng(2)
    logits = random.normal(size=(3000, 2)) * 2
    targets = (random.random(logits.shape) < probabilities(logits, "sigmoid")).astype(float)
    wrong = np.arange(3000) % 5 == 0
    targets[wrong] = np.nan
    logits[wrong] = 50
    found = fit_calibration(targets, logits * factor, activation="sigmoid", method="temperature")
    assert found.temperature == pytest.approx(factor, rel=0.1)


def bent(count=2000):
    """Return scores whose meaning is not theirs: what is stated as p happens with p squared."""
    random = np.random.default_rng(3)
    stated = random.random(count)
    return (random.random(count) < stated**2).astype(float), stated


def test_a_curve_brings_stated_probabilities_to_what_happens():
    happened, stated = bent()
    curve = isotonic_curve(happened, stated)
    at = np.array([0.2, 0.5, 0.8])
    assert np.interp(at, *curve) == pytest.approx(at**2, abs=0.06)


def test_a_curve_has_the_steps_of_isotonic_regression():
    happened, stated = bent(60)
    curve = isotonic_curve(happened, stated)
    steps = IsotonicRegression(out_of_bounds="clip").fit(stated, happened)
    least = 0.5 / 61
    inner = np.array(curve)[:, 1:-1]
    assert inner[1] == pytest.approx(np.clip(steps.predict(inner[0]), least, 1 - least), abs=1e-5)


@pytest.mark.parametrize("count", [1, 2, 5, 300])
def test_a_curve_rises_from_0_to_1_and_gives_no_certainty(count):
    happened, stated = bent(count)
    points, values = map(np.array, isotonic_curve(happened, stated))
    assert (points[0], points[-1]) == (0.0, 1.0)
    assert (np.diff(points) > 0).all()
    assert (np.diff(values) > 0).all()
    assert 0.0 < values[0] < values[-1] < 1.0


def test_perfect_validation_pictures_prove_no_certainty():
    stated = np.linspace(0.01, 0.99, 50)
    points, values = isotonic_curve((stated > 0.5).astype(float), stated)
    assert min(values[1:-1]) == pytest.approx(0.5 / 51, abs=1e-5)


def test_the_order_of_pictures_stays():
    happened, stated = bent(200)
    curve = isotonic_curve(happened, stated)
    assert (np.argsort(np.interp(stated, *curve)) == np.argsort(stated)).all()


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_a_fitted_calibration_can_be_served(activation):
    random = np.random.default_rng(4)
    targets = np.eye(3)[random.integers(0, 3, 90)]
    logits = random.normal(size=(90, 3)) + 2 * targets
    found = fit_calibration(targets, logits, activation=activation, method="isotonic")
    assert found.problem(3) == ""
    served = found.probabilities(logits, activation)
    assert ((served > 0) & (served < 1)).all()
    if activation == "softmax":
        assert served.sum(axis=1) == pytest.approx(1.0)


def test_none_is_none():
    found = fit_calibration(np.eye(2), np.eye(2), activation="softmax", method="none")
    assert (found.method, found.temperature) == ("none", 1.0)


def test_a_label_that_nobody_knows_has_no_curve():
    with pytest.raises(TrainingError, match="isotonic"):
        isotonic_curve(np.array([]), np.array([]))
