"""Cut-offs keep what they promise where they were chosen, and are measured where they were not."""

import numpy as np
import pytest

from tests.training.evaluation.answered import make_dataset, make_label
from training.config import EvaluationSettings
from training.errors import TrainingError
from training.evaluation.answers import answers_of
from training.evaluation.bootstrap import draw_patients
from training.evaluation.thresholds import (
    choose_cutoffs,
    choose_thresholds,
    measure_cutoffs,
    negative_predictive_value,
    positive_predictive_value,
)


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


@pytest.mark.parametrize(
    ("sensitivity", "specificity", "prevalence", "ppv", "npv"),
    [(0.9, 0.9, 0.1, 0.5, 81 / 82), (0.8, 1.0, 0.01, 1.0, 0.99 / 0.992), (0.5, 0.5, 0.3, 0.3, 0.7)],
)
def test_predictive_values_at_a_prevalence(sensitivity, specificity, prevalence, ppv, npv):
    rates = np.array([sensitivity]), np.array([specificity]), prevalence
    assert positive_predictive_value(*rates) == pytest.approx(ppv)
    assert negative_predictive_value(*rates) == pytest.approx(npv)


def cutoffs(positive, scores, **settings):
    rows = choose_cutoffs(positive, scores, make_label("alpha"), EvaluationSettings(**settings))
    return {row["name"]: row["cutoff"] for row in rows}


@pytest.mark.parametrize("separation", [0.0, 1.0, 2.0, 6.0])
def test_fixed_rates_are_kept_where_they_were_chosen(separation):
    positive, scores = make_scores(separation)
    found = cutoffs(positive, scores, sensitivity=0.9, specificity=0.8)
    assert (scores[positive] >= found["sensitivity"]).mean() >= 0.9
    assert (scores[~positive] < found["specificity"]).mean() >= 0.8
    rates = [
        (scores[positive] >= cut).mean() + (scores[~positive] < cut).mean()
        for cut in np.unique(scores)
    ]
    best = found["youden"]
    assert (scores[positive] >= best).mean() + (scores[~positive] < best).mean() == pytest.approx(
        max(rates)
    )
    assert (found["chosen"], found["negative_below"]) == (0.6, 0.3)


def test_a_predictive_value_that_no_cutoff_reaches_has_none():
    positive = np.array([True, False, True, False])
    scores = np.array([0.1, 0.9, 0.2, 0.8])
    settings = {"positive_predictive_value": 0.9, "prevalence": 0.01}
    assert cutoffs(positive, scores, **settings)["positive_predictive_value"] is None


def measured(positive, scores, rows, prevalence=0.1):
    dataset = make_dataset(np.array(positive, dtype=float)[:, None])
    answers = answers_of(dataset, np.array(scores)[:, None], [make_label("alpha")], "sigmoid")
    drawn = draw_patients(dataset.patients, draws=200)
    return measure_cutoffs(rows, answers, 0, drawn, prevalence)


def test_a_cutoff_is_measured_on_other_pictures_than_it_was_chosen_on():
    positive, scores = make_scores(1.0)
    row = measured(positive, scores, [{"name": "x", "rule": "y", "cutoff": 0.7, "ppv": "old"}])[0]
    sensitivity = (scores[positive] >= 0.7).mean()
    specificity = (scores[~positive] < 0.7).mean()
    assert row["sensitivity"]["value"] == pytest.approx(sensitivity, abs=1e-4)
    assert row["specificity"]["value"] == pytest.approx(specificity, abs=1e-4)
    expected = sensitivity * 0.1 / (sensitivity * 0.1 + (1 - specificity) * 0.9)
    assert row["ppv"]["value"] == pytest.approx(expected, abs=1e-4)


def test_without_one_false_alarm_the_predictive_value_is_still_not_certain():
    positive = np.arange(40) < 20
    row = measured(positive, np.where(positive, 0.9, 0.1), [
        {"name": "x", "rule": "y", "cutoff": 0.5}
    ])[0]  # fmt: skip
    assert row["ppv"]["value"] == 1.0
    # With 20 patients without it, up to 16 % false alarms are possible (Wilson).
    assert row["ppv"]["low"] == pytest.approx(0.1 / (0.1 + 0.161 * 0.9), abs=0.01)


def test_a_cutoff_that_does_not_exist_is_not_measured():
    row = measured([1, 0], [0.9, 0.1], [{"name": "x", "rule": "y", "cutoff": None}])[0]
    assert row == {"name": "x", "rule": "y", "cutoff": None}


def test_thresholds_need_both_kinds():
    with pytest.raises(TrainingError, match="with and without"):
        choose_thresholds(np.array([True, True]), np.array([0.2, 0.3]))


@pytest.mark.parametrize("separation", [0.0, 1.0, 2.0])
def test_the_last_digits_of_a_score_decide_no_call(separation):
    positive, scores = make_scores(separation)
    for cut in choose_thresholds(positive, scores):
        assert np.abs(scores - cut).min() >= 0.0019


def test_scores_without_a_gap_still_get_thresholds_that_keep_their_promise():
    scores = np.linspace(0.0, 1.0, 2001)
    positive = np.arange(2001) % 2 == 0
    threshold, negative_below = choose_thresholds(positive, scores)
    assert threshold == 0.99
    assert (scores[positive] >= negative_below).mean() >= 0.95
