"""A model that misses a stated bar watches in the shadow."""

from types import SimpleNamespace

import pytest

from training.errors import TrainingError
from training.packaging.standing import check_bars, standing

MASS = {"figure": "auc", "label": "mass", "at_least": 0.7}


def measured(low, value=0.8):
    return {"per_class": {"mass": {"auc": {"value": value, "low": low, "high": 0.9}}}}


@pytest.mark.parametrize(("low", "state"), [(0.69, "shadow"), (0.7, "active"), (0.75, "active")])
def test_the_lower_bound_decides_not_the_figure(low, state):
    assert standing([MASS], measured(low))["state"] == state


def test_a_shadow_says_which_bar_it_missed():
    reason = standing([MASS], measured(0.58))["state_reason"]
    assert reason == (
        "The AUC of mass on the test pictures is 0.80; its lower 95 % bound 0.58 misses the stated "
        "0.70."
    )


@pytest.mark.parametrize("test", [{}, measured(None), {"per_class": {"mass": {"auc": None}}}])
def test_a_figure_that_could_not_be_measured_misses_its_bar(test):
    assert standing([MASS], test)["state"] == "shadow"


def test_every_bar_must_be_met():
    bars = [MASS, {"figure": "balanced_accuracy", "at_least": 0.9}]
    test = measured(0.75) | {"balanced_accuracy": {"value": 0.92, "low": 0.88, "high": 0.95}}
    assert standing(bars, test)["state_reason"].startswith("The balanced accuracy")


def test_without_bars_a_model_is_active():
    assert standing((), {}) == {"state": "active"}


@pytest.mark.parametrize(
    "bar",
    [
        {"figure": "f1", "at_least": 0.7},
        {"figure": "auc", "at_least": 0.7},
        {"figure": "auc", "label": "masss", "at_least": 0.7},
        {"figure": "auc", "label": "mass"},
        {"figure": "auc", "label": "mass", "at_least": "high"},
    ],
)
def test_a_bar_that_names_nothing_is_refused_before_training(bar):
    recipe = SimpleNamespace(labels=({"code": "mass"},), bars=(bar,))
    with pytest.raises(TrainingError, match="bar"):
        check_bars(recipe)


def test_a_bar_that_names_a_figure_is_taken():
    check_bars(SimpleNamespace(labels=({"code": "mass"},), bars=(MASS,)))
