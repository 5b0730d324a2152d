"""Networks from recipes: repeatable, named, frozen where a stage says so."""

import hashlib

import keras
import numpy as np
import pytest

from tests.training.networks.recipes import COMPACT, make_recipe
from training.errors import TrainingError
from training.networks.build import body_and_head, build_network, features_model, set_trainable

NORM = keras.layers.BatchNormalization
PICTURES = np.random.default_rng(1).uniform(size=(6, 32, 32, 1)).astype(np.float32)
HEADS = ("", 'head = "dense"', 'head = "flatten"', 'head = "flatten"\nhidden = [5]')


def test_the_same_recipe_gives_the_same_weights():
    first, second = build_network(make_recipe()), build_network(make_recipe())
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_the_network_of_the_recipes_that_shipped_has_not_changed():
    """Its layers, their settings and order decide whether those recipes can be repeated."""
    network = build_network(make_recipe("widths = [4, 6, 8]\ndropout = 0.1"))
    told = [(layer.name, str(layer.get_config().get("strides"))) for layer in network.layers]
    shapes = [(weight.path, tuple(weight.shape)) for weight in network.weights]
    digest = hashlib.sha256(repr((network.name, told, shapes)).encode()).hexdigest()
    assert digest[:16] == "f3c4c5143fe8fc9f"
    assert network.get_layer("dropout").rate == 0.1


@pytest.mark.parametrize("head", HEADS)
def test_body_and_head_one_after_the_other_are_the_network(head):
    network = build_network(make_recipe(f"{COMPACT}\n{head}"))
    body, last = body_and_head(network)
    assert np.allclose(last(body(PICTURES)), network(PICTURES), atol=1e-6)
    last.layers[-1].bias.assign([5.0, 5.0, 5.0])
    assert np.allclose(last(body(PICTURES)), network(PICTURES), atol=1e-6)


@pytest.mark.parametrize("head", HEADS)
def test_every_network_has_features_whatever_its_head_reads(head):
    network = build_network(make_recipe(f"{COMPACT}\n{head}"))
    features = features_model(network)(PICTURES)
    assert features.shape == (6, 8)
    assert np.asarray(features).any()


def learning(network):
    return {layer.name for layer in network.layers if layer.trainable_weights}


def test_a_stage_names_what_learns():
    network = build_network(make_recipe())
    everything = learning(network)
    set_trainable(network, "head")
    assert learning(network) == {"logits"}
    set_trainable(network, "from:stage2b_conv1")
    assert learning(network) == {"stage2b_conv1", "stage2b_conv2", "logits"}
    # The last four: convolution, norm, sum, activation.
    set_trainable(network, "last:4")
    assert learning(network) == {"stage2b_conv2", "logits"}
    set_trainable(network, "all")
    assert learning(network) == everything


@pytest.mark.parametrize("words", ["head", "last:3", "from:stem"])
def test_frozen_norms_keep_their_statistics_even_when_the_network_trains(words):
    network = build_network(make_recipe())
    set_trainable(network, words)
    before = [weight for layer in network.layers if isinstance(layer, NORM)
              for weight in layer.get_weights()]  # fmt: skip
    network(PICTURES, training=True)
    after = [weight for layer in network.layers if isinstance(layer, NORM)
             for weight in layer.get_weights()]  # fmt: skip
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one, other)
    body, _ = body_and_head(network)
    assert np.allclose(body(PICTURES, training=True), body(PICTURES, training=False), atol=1e-6)


def test_when_everything_learns_the_norms_do_too():
    network = build_network(make_recipe())
    set_trainable(network, "head")
    set_trainable(network, "all")
    before = network.get_layer("stem_norm").get_weights()
    network(PICTURES, training=True)
    after = network.get_layer("stem_norm").get_weights()
    assert not np.array_equal(before[2], after[2])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("from:block9", "'block9', which the backbone does not have"),
        ("from:logits", "'logits', which the backbone does not have"),
        ("last:0", "all, head, last:N with N up to"),
        ("last:9999", "all, head, last:N with N up to"),
        ("last:", "all, head, last:N with N up to"),
        ("body", "all, head, last:N with N up to"),
    ],
)
def test_a_stage_that_names_nothing_is_one_clear_line(words, reason):
    with pytest.raises(TrainingError, match=reason) as caught:
        set_trainable(build_network(make_recipe()), words)
    assert "\n" not in str(caught.value)


def test_a_compact_network_without_widths_is_one_clear_line():
    with pytest.raises(TrainingError, match="needs at least two widths"):
        build_network(make_recipe(""))
