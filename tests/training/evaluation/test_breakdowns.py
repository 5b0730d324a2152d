"""Groups by source, view, age and sex: few people say little, one class says less."""

import numpy as np
import pytest

from tests.training.evaluation.answered import LABELS, make_dataset, make_exclusive
from training.evaluation.answers import answers_of
from training.evaluation.bootstrap import draw_patients
from training.evaluation.breakdowns import age_bands, breakdowns, groups_by
from training.evaluation.ranking import standard_error


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0–4"), (4.9, "0–4"), (5, "5–17"), (17, "5–17"), (18, "18–39"), (39.5, "18–39"),
     (40, "40–59"), (60, "60–79"), (79, "60–79"), (80, "80+"), (104, "80+"), (np.nan, "")],
)  # fmt: skip
def test_the_band_of_an_age(age, band):
    assert age_bands(np.array([age])).tolist() == [band]


def broken_down(answers):
    return breakdowns(answers, draw_patients(answers.dataset.patients, draws=40))


def test_what_nobody_knows_is_not_broken_down():
    assert broken_down(make_exclusive(30)) == {}


def test_ages_are_shown_in_their_order_and_the_unknown_last():
    found = broken_down(make_exclusive(30, ages=[90, 3, np.nan, 30, 7] * 6))
    assert list(found) == ["per_age"]
    assert list(found["per_age"]) == ["0–4", "5–17", "18–39", "80+", "not stated"]


def test_a_group_of_one_class_has_recall_and_no_auc():
    dataset = make_dataset(np.eye(3)[[0, 0, 1, 1]], sources=["a", "a", "b", "a"])
    answers = answers_of(dataset, np.eye(3)[[0, 1, 1, 1]] * 0.8 + 0.05, LABELS, "softmax")
    groups = groups_by(answers, dataset.sources, draw_patients(dataset.patients, draws=40))
    assert groups["b"]["auc"] == {}
    assert groups["b"]["recall"]["beta"]["value"] == 1.0
    assert groups["b"]["recall"]["beta"]["low"] < 0.25
    assert set(groups["a"]["auc"]) == {"alpha", "beta"}
    assert groups["a"]["recall"]["alpha"] == {
        "value": 0.5, "low": 0.0, "high": 1.0, "pictures": 2,
    }  # fmt: skip


def test_the_auc_of_few_patients_has_the_interval_of_few_patients():
    scores = np.array([0.55, 0.56, 0.54, *np.linspace(0, 1, 60)])
    dataset = make_dataset([[1]] * 3 + [[0]] * 60, sources=["a"] * 63)
    answers = answers_of(dataset, scores[:, None], LABELS[:1], "sigmoid")
    groups = groups_by(answers, dataset.sources, draw_patients(dataset.patients))
    figure = groups["a"]["auc"]["alpha"]
    # Three scores beside each other: draws alone would give about ± 0.1.
    assert figure["high"] - figure["low"] > 0.6


def test_the_standard_error_of_an_auc_by_hand():
    # Hanley and McNeil 1982, formula 3: Q1 = 0.8 / 1.2, Q2 = 1.28 / 1.8.
    variance = (0.16 + 9 * (0.8 / 1.2 - 0.64) + 19 * (1.28 / 1.8 - 0.64)) / 200
    assert standard_error(0.8, 10, 20) == pytest.approx(variance**0.5)
