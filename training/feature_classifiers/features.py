"""What a network's pooled features are for each picture, computed once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from keras import ops

from training.checkpoints import load_checkpoint
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.frozen_features import FrozenBody
from training.networks.build import build_network, features_model


def features_of(
    network: keras.Model,
    *,
    recipe: Recipe,
    dataset: DataSet,
    pictures: np.ndarray,
    cache: Path,
    say: Callable[[str], None],
) -> np.ndarray:
    """Return (pictures, maps), float32: the mean of each of the network's maps.

    As in serving, the mean of the picture and its mirror image where the recipe says so. What was
    computed before, by the same weights from the same pictures, is read from ``cache``.
    """
    body = features_model(network)
    if recipe.network.both_views:
        body, cache = _of_both_views(body), cache / "both-views"
    size = (recipe.input.height, recipe.input.width)
    return FrozenBody(body, size, cache, say).features(dataset, pictures, recipe.input)


def trained_network(recipe: Recipe, folder: Path) -> keras.Model:
    """Return the network that a finished run in ``folder`` keeps."""
    # Its own weights replace those that it began with, which need not be here any more.
    bare = replace(recipe, network=replace(recipe.network, weights="none"))
    network, averaged = build_network(bare), build_network(bare)
    load_checkpoint(network, averaged, folder).return_to_best()
    return averaged


def _of_both_views(body: keras.Model) -> keras.Model:
    mirrored = ops.flip(body.input, axis=2)
    return keras.Model(body.input, (body.output + body(mirrored)) / 2)
