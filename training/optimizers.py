"""The optimizers a recipe may name, and what one step of them moves."""

from collections.abc import Sequence

import keras
import numpy as np

from training.config import TrainingSettings

LARGEST_STEP = 1.0
"""Gradients longer than this, over all weights together, are shortened to it."""
WITHOUT_DECAY = ["gamma", "beta", "bias"]


def new_optimizer(
    settings: TrainingSettings, network: keras.Model, values: Sequence[np.ndarray] = ()
) -> keras.optimizers.Optimizer:
    """Return an optimizer for what learns in ``network``; ``values`` are those of one stored."""
    decay = settings.weight_decay
    if settings.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(momentum=0.9, nesterov=True, weight_decay=decay or None)
    elif settings.optimizer == "adam":
        optimizer = keras.optimizers.Adam(weight_decay=decay or None)
    else:
        optimizer = keras.optimizers.AdamW(weight_decay=decay)
    optimizer.exclude_from_weight_decay(var_names=WITHOUT_DECAY)
    optimizer.build(network.trainable_variables)
    for variable, value in zip(optimizer.variables, values, strict=bool(len(values))):
        variable.assign(value)
    return optimizer


def moving_weights(network: keras.Model) -> list[int]:
    """Return which of ``network.weights`` a step changes, BatchNorm's statistics among them.

    Frozen ones are left out: averaging equal numbers rounds, and a frozen body must stay what
    its features were computed with.
    """
    learning = [layer for layer in network.layers if layer.trainable and layer.trainable_weights]
    moving = {id(weight) for layer in learning for weight in layer.weights}
    return [index for index, weight in enumerate(network.weights) if id(weight) in moving]
