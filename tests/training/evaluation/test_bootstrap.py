"""Intervals are over patients, and wide where little is known."""

import numpy as np
import pytest
from scipy.stats import binomtest

from training.evaluation import bootstrap
from training.evaluation.bootstrap import draw_patients, wilson

ALL = np.ones(100, dtype=bool)


def mean_of(values):
    return lambda weights: weights @ values / weights.sum(axis=1)


def test_patients_are_drawn_whole():
    drawn = draw_patients(np.array(["one"] * 50 + ["two"] * 50), draws=200)
    figure = drawn.figure(mean_of(np.repeat([0.0, 1.0], 50)), ALL)
    # Drawing pictures would give about 0.4 to 0.6; there are only two patients to draw.
    assert (figure["low"], figure["value"], figure["high"]) == (0.0, 0.5, 1.0)


def test_an_interval_is_repeatable_and_holds_the_value():
    values = np.random.default_rng(1).random(100)
    figures = [draw_patients(np.arange(100)).figure(mean_of(values), ALL) for _ in range(2)]
    assert figures[0] == figures[1]
    assert figures[0]["low"] < figures[0]["value"] < figures[0]["high"]


def test_a_large_data_set_is_taken_in_pieces_with_the_same_result(monkeypatch):
    values = np.random.default_rng(1).random(100)
    drawn = draw_patients(np.arange(100), draws=50)
    whole = drawn.figure(mean_of(values), ALL)
    monkeypatch.setattr(bootstrap, "BLOCK", 700)
    assert drawn.figure(mean_of(values), ALL) == whole


@pytest.mark.parametrize(("hits", "trials"), [(0, 3), (3, 3), (1, 4), (45, 50), (500, 1000)])
def test_wilson_is_that_of_scipy(hits, trials):
    expected = binomtest(hits, trials).proportion_ci(method="wilson")
    assert wilson(hits / trials, trials) == pytest.approx((expected.low, expected.high), abs=1e-5)


def test_three_of_three_proves_little():
    drawn = draw_patients(np.arange(100))
    figure = drawn.share(np.ones(100), np.arange(100) < 3)
    assert figure["value"] == figure["high"] == 1.0
    assert figure["low"] == pytest.approx(0.438, abs=0.001)


def test_many_pictures_of_three_patients_prove_no_more():
    drawn = draw_patients(np.repeat(["one", "two", "three", "four"], 25))
    figure = drawn.share(np.ones(100), np.arange(100) < 75)
    assert figure["low"] == pytest.approx(0.438, abs=0.001)


def test_a_perfect_figure_has_an_interval():
    figure = draw_patients(np.arange(100)).figure(mean_of(np.ones(100)), ALL, smallest=20)
    assert figure["value"] == 1.0
    assert figure["low"] == pytest.approx(wilson(1.0, 20)[0], abs=1e-4)


def test_a_share_of_nobody_does_not_exist():
    figure = draw_patients(np.arange(100)).share(np.ones(100), ~ALL)
    assert figure == {"value": None, "low": None, "high": None}


def test_a_figure_that_grows_by_drawing_keeps_its_value_inside():
    random = np.random.default_rng(2)
    noise = random.normal(size=100)
    drawn = draw_patients(np.arange(100))

    def size_of_mean(weights):
        return np.abs(weights @ noise / weights.sum(axis=1))

    figure = drawn.excess_free(size_of_mean, ALL)
    assert 0.0 <= figure["low"] <= figure["value"] <= figure["high"]
