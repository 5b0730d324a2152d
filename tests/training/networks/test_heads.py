"""Heads as recipes write them."""

import keras
import pytest

from tests.training.networks.recipes import COMPACT, make_recipe
from training.errors import TrainingError
from training.networks.build import build_network


def head_of(text, **sizes):
    """Return the head's layers in words."""
    network = build_network(make_recipe(f"{COMPACT}\n{text}", **sizes))
    place = network.layers.index(network.get_layer("maps"))
    return [in_words(layer) for layer in network.layers[place + 1 :]]


def in_words(layer):
    if isinstance(layer, keras.layers.Dense):
        return f"dense {layer.units} {layer.activation.__name__}"
    if isinstance(layer, keras.layers.Dropout):
        return f"dropout {layer.rate}"
    return layer.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["features", "dropout 0.0", "dense 3 linear"]),
        ("dropout = 0.2", ["features", "dropout 0.2", "dense 3 linear"]),
        (
            'head = "dense"\nhidden = [128, 64]\ndropout = [0.25, 0.5, 0.5]',
            ["features", "dropout 0.25", "dense 128 elu", "dropout 0.5", "dense 64 elu"]
            + ["dropout 0.5", "dense 3 linear"],
        ),
        (
            'head = "dense"',
            ["features", "dense 128 elu", "dense 64 elu", "dropout 0.0", "dense 3 linear"],
        ),
        ('head = "flatten"\ndropout = 0.5', ["flatten", "dropout 0.5", "dense 3 linear"]),
        (
            'head = "flatten"\nhidden = [1024]\ndropout = 0.2',
            ["flatten", "dense 1024 relu", "dropout 0.2", "dense 3 linear"],
        ),
    ],
)
def test_a_head_is_what_its_recipe_says(text, expected):
    assert head_of(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hidden = [8]", "pooled head has no hidden layers"),
        ('head = "dense"\ndropout = [0.5]', "dropout names 1 shares for 2 hidden layers"),
        ('head = "wide"', "head is one of pooled, dense, flatten"),
    ],
)
def test_a_head_that_contradicts_itself_is_one_clear_line(text, reason):
    with pytest.raises(TrainingError, match=reason):
        head_of(text)
