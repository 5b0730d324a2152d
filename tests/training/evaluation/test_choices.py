"""What validation chooses is what the card says and what serving does."""

from dataclasses import replace

import numpy as np
import pytest

from inference.calibration import read_calibration
from inference.preprocessing import InputSpec
from tests.training.evaluation.answered import make_dataset
from tests.training.test_run import RECIPE
from training.config import parse_recipe
from training.datasets.dataset import Box
from training.errors import TrainingError
from training.evaluation.choices import choose

RANDOM = np.random.default_rng(8)


def recipe_of(activation, method="temperature"):
    recipe = parse_recipe(RECIPE, "invented")
    return replace(
        recipe,
        network=replace(recipe.network, activation=activation),
        evaluation=replace(recipe.evaluation, calibration=method),
    )


def make_validation(count=90, *, unknown=False):
    targets = np.eye(3)[np.arange(count) % 3]
    logits = RANDOM.normal(size=(count, 3)) + 2 * targets
    if unknown:
        targets[::5] = np.nan
        logits[::5] = 40
    return make_dataset(targets), logits


@pytest.mark.parametrize("method", ["none", "temperature", "isotonic"])
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_the_card_gives_the_probabilities_that_were_measured(activation, method):
    dataset, logits = make_validation()
    choices = choose(recipe_of(activation, method), dataset, logits)
    card = choices.on_card()
    served = read_calibration(card["calibration"], [label["code"] for label in card["labels"]])
    assert served.problem(3) == ""
    again = served.probabilities(logits, activation)
    assert np.allclose(again, choices.probabilities(logits))
    assert [label["threshold"] is None for label in card["labels"]] == [False, False, True]


def test_pictures_that_nobody_knows_choose_nothing():
    dataset, logits = make_validation(unknown=True)
    with_them = choose(recipe_of("sigmoid"), dataset, logits)
    known = ~np.isnan(dataset.targets[:, 0])
    without = choose(recipe_of("sigmoid"), dataset.where(known), logits[known])
    assert with_them.on_card() == without.on_card()
    assert with_them.cutoffs == without.cutoffs


def test_a_finding_without_validation_pictures_is_named():
    dataset, logits = make_validation()
    kept = dataset.targets[:, 0] == 0
    with pytest.raises(TrainingError, match="COVID-19: Thresholds need"):
        choose(recipe_of("softmax"), dataset.where(kept), logits[kept])


def test_test_pictures_are_measured_at_the_cutoffs_of_validation():
    dataset, logits = make_validation()
    choices = choose(recipe_of("softmax"), dataset, logits)
    figures = choices.measure(*make_validation(60))
    rows = figures["thresholds"]["covid-19"]
    assert [row["cutoff"] for row in rows] == [row["cutoff"] for row in choices.cutoffs["covid-19"]]
    assert {"before", "after"} <= set(figures["calibration"])
    assert "pointing" not in figures


def test_maps_are_measured_where_people_drew_boxes():
    dataset, logits = make_validation(6)
    boxed = replace(dataset, boxes={"0.png": (Box("covid-19", 0.0, 0.0, 0.4, 0.4),)})
    evidence = np.full((6, 4, 4, 3), -5.0)
    # Softmax: what all labels share is no evidence for one of them.
    evidence[:, 3, 3, :] = 9.0
    evidence[:, 0, 0, 0] = 5.0
    choices = choose(recipe_of("softmax"), *make_validation())
    figures = choices.measure(boxed, logits, evidence=evidence, spec=InputSpec(32, 32, 1, "grey"))
    assert figures["pointing"]["covid-19"]["hits"] == 1
