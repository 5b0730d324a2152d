"""Pooled features of a network, computed once and kept as a memory map."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from inference.preprocessing import behaviour_digest
from training.checkpoints import LAST, load_checkpoint
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.networks.build import build_network, features_model

BATCH = 32


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
    path = cache / f"features-{_key(network, recipe, dataset)}.npy"
    if not path.exists():
        say(f"Computing the features of {len(pictures)} pictures.")
        _compute(network, pictures, both_views=recipe.network.both_views, path=path)
    return np.load(path, mmap_mode="r")


def trained_network(recipe: Recipe, folder: Path) -> keras.Model:
    """Return the network that a finished run in ``folder`` keeps."""
    # Its own weights replace those that it began with, which need not be here any more.
    bare = replace(recipe, network=replace(recipe.network, weights="none"))
    network, averaged = build_network(bare), build_network(bare)
    load_checkpoint(network, averaged, folder).return_to_best()
    return averaged


def is_trained(folder: Path) -> bool:
    return (folder / LAST).exists()


def _compute(network: keras.Model, pictures: np.ndarray, *, both_views: bool, path: Path) -> None:
    """Write the memory map beside its place and rename it: there is a whole one or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    body = features_model(network)

    @tf.function(reduce_retracing=True)
    def look(batch):
        features = body(batch, training=False)
        if both_views:
            features = (features + body(batch[:, :, ::-1], training=False)) / 2
        return features

    try:
        shape = (len(pictures), body.output_shape[-1])
        store = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float32, shape=shape)
        for start in range(0, len(pictures), BATCH):
            store[start : start + BATCH] = look(tf.constant(pictures[start : start + BATCH]))
        store.flush()
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def _key(network: keras.Model, recipe: Recipe, dataset: DataSet) -> str:
    digest = hashlib.sha256()
    for weights in network.get_weights():
        digest.update(np.ascontiguousarray(weights).tobytes())
    words = (
        dataset.fingerprint(), list(dataset.files), behaviour_digest(recipe.input),
        recipe.network.backbone, recipe.network.both_views,
    )  # fmt: skip
    digest.update(repr(words).encode())
    return digest.hexdigest()[:20]
