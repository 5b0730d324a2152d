"""A linear classifier on features becomes the head of the network that gave them."""

from dataclasses import replace

import keras
import numpy as np
from sklearn.pipeline import Pipeline

from training.config import Recipe
from training.feature_classifiers.fitting import Fitted
from training.feature_classifiers.kinds import CLASSIFIER, SCALER
from training.networks.build import build_network


def network_with_head(recipe: Recipe, network: keras.Model, fitted: Fitted) -> keras.Model:
    """Return the body of ``network`` under a pooled linear head that gives ``fitted``'s logits.

    ``recipe`` is the network's; its own head, whatever it was, is left out.
    """
    settings = replace(recipe.network, head="pooled", hidden=(), dropout=0.0, weights="none")
    changed = build_network(replace(recipe, network=settings))
    body_of(changed).set_weights(body_of(network).get_weights())
    changed.get_layer("logits").set_weights(head_weights(fitted, len(recipe.labels)))
    return changed


def body_of(network: keras.Model) -> keras.Model:
    return keras.Model(network.input, network.get_layer("maps").output)


def head_weights(fitted: Fitted, labels: int) -> list[np.ndarray]:
    """Return kernel (features, labels) and bias (labels) that give ``fitted``'s logits."""
    parts = [unstandardised(one) for one in fitted.estimators]
    kernel, bias = (np.concatenate(one, axis=-1) for one in zip(*parts, strict=True))
    if fitted.exclusive and labels == 2:
        # scikit-learn has one number for two labels: half of it to either side.
        kernel, bias = np.hstack([-kernel / 2, kernel / 2]), np.hstack([-bias / 2, bias / 2])
    return [kernel, bias]


def unstandardised(estimator: Pipeline) -> tuple[np.ndarray, np.ndarray]:
    """Return kernel and bias for features as they are: w (x − m) / s + b, multiplied out."""
    scaler, linear = estimator.named_steps[SCALER], estimator.named_steps[CLASSIFIER]
    kernel = (linear.coef_ / scaler.scale_).T
    return kernel, linear.intercept_ - scaler.mean_ @ kernel
