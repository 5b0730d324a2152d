"""What a stage learns from: pictures through the network, or features through its head alone."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from training.changes import Augmentation
from training.config import Recipe, Stage
from training.datasets.dataset import DataSet
from training.distribution import Distribution
from training.frozen_features import FrozenBody, reads_features
from training.networks.build import body_and_head


@dataclass(frozen=True)
class Data:
    """Training pictures as augmentation cuts from them, validation pictures as served."""

    train_set: DataSet
    train_pictures: np.ndarray
    val_set: DataSet
    val_pictures: np.ndarray


@dataclass(frozen=True)
class Lesson:
    """The inputs of a stage and the models that they go through."""

    inputs: np.ndarray
    """one row per training picture, or ``copies`` sets of rows one after another"""
    val_inputs: np.ndarray
    how: Augmentation | None
    """how inputs are changed; None for features, which are not"""
    body: keras.Model | None
    """frozen, called as in serving; None where everything is called as in training"""
    head: keras.Model
    averaged: keras.Model
    """from ``val_inputs`` to logits"""
    copies: int = 1


def lesson_of(
    recipe: Recipe,
    stage: Stage,
    data: Data,
    network: keras.Model,
    averaged: keras.Model,
    *,
    distribution: Distribution,
    cache: Path,
    say: Callable[[str], None],
) -> Lesson:
    """Return what ``stage`` learns from; features that are not on disk yet are computed first."""
    how = recipe.augmentation_in(stage)
    if stage.trainable != "head":
        return Lesson(data.train_pictures, data.val_pictures, how, None, network, averaged)
    with distribution.scope():
        body, head = body_and_head(network)
        averaged_head = body_and_head(averaged)[1]
    if not reads_features(recipe, stage):
        return Lesson(data.train_pictures, data.val_pictures, how, body, head, averaged)
    frozen = FrozenBody(body, (recipe.input.height, recipe.input.width), cache, say)
    copies = 1 if how.is_off else stage.frozen_copies
    with distribution.chief_first():
        features = frozen.features(
            data.train_set,
            data.train_pictures,
            recipe.training_input,
            how=how,
            copies=copies,
            seed=recipe.training.seed,
        )
        val_features = frozen.features(data.val_set, data.val_pictures, recipe.input)
    return Lesson(features, val_features, None, None, head, averaged_head, copies)
