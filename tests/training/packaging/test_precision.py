"""How the graph is served: as fast as it can be without answering otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from inference.engines import OUTPUTS, keras, openvino
from inference.packages import Label
from inference.reading import probabilities
from tests.model_packages import make_label
from tests.training.networks.recipes import make_recipe
from training.networks.build import build_network
from training.networks.serving import serving_graph
from training.packaging.export import HALVED, export_graph
from training.packaging.precision import (
    Candidate,
    best_of,
    canary_tolerance,
    changed_calls,
    choose_precision,
)

EXACT = Candidate("f32", "f32", 10.0, 1e-6, 0, 1e-6)
HALF = replace(EXACT, weights="f16", largest_difference=1e-3)
FAST = Candidate("bf16", "f32", 4.0, 5e-3, 0, 0.05)
FAST_HALF = replace(FAST, weights="f16")


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ((EXACT, HALF, FAST, FAST_HALF), FAST_HALF),
        ((EXACT, HALF, FAST, replace(FAST_HALF, changed_calls=1)), FAST),
        ((EXACT, HALF, replace(FAST, largest_difference=0.01)), HALF),
        ((EXACT, replace(HALF, changed_calls=2), replace(FAST, changed_calls=1)), EXACT),
        ((EXACT, replace(FAST, milliseconds=9.1)), EXACT),
        ((EXACT, replace(FAST, largest_difference=float("nan"))), EXACT),
    ],
)
def test_the_fastest_that_changes_nothing_is_chosen_and_small_weights_if_they_do_not_either(
    candidates, chosen
):
    assert best_of(candidates) == chosen


def test_where_nothing_passes_the_closest_is_named_for_the_gate_to_refuse():
    wrong = replace(EXACT, changed_calls=1, largest_difference=0.3)
    chosen = best_of((wrong, replace(FAST, changed_calls=4)))
    assert chosen == wrong
    assert not chosen.passes


def test_the_canary_may_be_off_by_three_times_what_was_seen_and_by_last_digits():
    assert canary_tolerance(EXACT, 5.0) == {"f32": 0.01, "keras": 0.01}
    assert canary_tolerance(FAST, 5.0) == {"bf16": 0.15, "keras": 0.01}
    assert canary_tolerance(EXACT, 400.0) == {"f32": 0.04, "keras": 0.04}


def test_a_call_changes_where_a_probability_crosses_one_of_its_limits():
    labels = [Label(**make_label("mass")), Label(**make_label("normal"))]
    before = np.array([[0.61, 0.1], [0.59, 0.1], [0.39, 0.1], [0.9, 0.9]])
    after = np.array([[0.59, 0.9], [0.58, 0.1], [0.41, 0.1], [0.7, 0.1]])
    assert changed_calls(before, after, labels) == 2


@pytest.mark.slow
@pytest.mark.parametrize("labels", [1, 3])
def test_an_exported_network_is_served_as_it_was_trained(tmp_path, labels):
    recipe = make_recipe(labels=labels)
    network = build_network(recipe)
    export_graph(serving_graph(network, both_views=True), tmp_path)
    whole = (tmp_path / "model.bin").stat().st_size
    reference = keras.load(tmp_path, precision="f32", threads=1)
    pictures = np.random.default_rng(1).uniform(size=(40, 32, 32, 1)).astype(np.float32)
    activation = "sigmoid" if labels == 1 else "softmax"
    limits = {"threshold": 0.9999, "negative_below": 0.0001}
    served = choose_precision(
        tmp_path,
        reference=reference,
        spec=recipe.input,
        pictures=pictures,
        labels=[Label(**make_label(f"label-{index}", **limits)) for index in range(labels)],
        read=lambda logits: probabilities(logits, activation),
    )
    assert served.chosen.passes
    assert served.chosen.name in served.tried()
    assert {"f32", "f32, weights in f16"} <= set(served.tried())
    assert served.figures()["changed_calls"] == 0
    assert not (tmp_path / HALVED).exists()
    if served.chosen.weights == "f16":
        assert (tmp_path / "model.bin").stat().st_size < 0.7 * whole
    precision = served.on_card()["precision"]
    engine = openvino.load(tmp_path, precision=precision, threads=1)
    tolerance = served.on_card()["canary"]["tolerance"]
    found, expected = engine.run(pictures), reference.run(pictures)
    for name in OUTPUTS:
        difference = np.abs(getattr(found, name) - getattr(expected, name)).max()
        assert difference < 10 * tolerance[precision]
