"""What the network is wrong by: softmax for exclusive labels, sigmoid for any others."""

import numpy as np
import tensorflow as tf

from training.evaluation.metrics import (
    auc,
    balanced_accuracy,
    balanced_log_loss,
    macro_auc,
    softmax,
)

TEMPERATURES = np.geomspace(0.25, 6.0, 24)


def softened(targets: np.ndarray, smoothing: float, *, exclusive: bool) -> np.ndarray:
    """Return targets a little less sure: moved towards all labels alike, or towards one half."""
    middle = 1.0 / targets.shape[1] if exclusive else 0.5
    return (targets + smoothing * (middle - targets)).astype(np.float32)


def losses_of(
    targets: tf.Tensor, logits: tf.Tensor, *, exclusive: bool
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return cross-entropies, and 1 where they count: a target that nobody knows (NaN) does not.

    Both are (pictures, 1) for exclusive labels, else (pictures, labels).
    """
    if exclusive:
        losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)[:, None]
        return losses, tf.ones_like(losses)
    known = tf.math.is_finite(targets)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.where(known, targets, 0.0), logits)
    return tf.where(known, losses, 0.0), tf.cast(known, tf.float32)


def validation_figures(
    targets: np.ndarray, logits: np.ndarray, *, exclusive: bool
) -> dict[str, float]:
    """Return an epoch's losses, balanced accuracy and AUC, classes and labels counting alike.

    The calibrated loss is that at the temperature that suits it best: calibration follows training
    anyway, so a network that is only too sure of itself is no worse.
    """
    if exclusive:
        truth, probabilities = targets.argmax(axis=1), softmax(logits)
        return {
            "val_loss": balanced_log_loss(truth, probabilities),
            "val_calibrated_loss": _calibrated_loss(truth, logits),
            "val_balanced_accuracy": balanced_accuracy(truth, probabilities),
            "val_macro_auc": macro_auc(truth, probabilities),
        }
    columns = [
        _figures_of_label(column[known] > 0.5, logit[known])
        for column, logit in zip(targets.T, logits.T, strict=True)
        if (known := np.isfinite(column)).any()
    ]
    names = ("val_loss", "val_calibrated_loss", "val_balanced_accuracy", "val_macro_auc")
    return {
        name: float(np.mean([value for value in values if np.isfinite(value)] or [np.nan]))
        for name, values in zip(names, zip(*columns, strict=True), strict=True)
    }


def _figures_of_label(positive: np.ndarray, logits: np.ndarray) -> tuple[float, ...]:
    both = np.stack([np.zeros_like(logits), logits], axis=1)
    truth, probabilities = positive.astype(int), softmax(both)
    return (
        balanced_log_loss(truth, probabilities),
        _calibrated_loss(truth, both),
        balanced_accuracy(truth, probabilities),
        auc(positive, probabilities[:, 1]),
    )


def _calibrated_loss(truth: np.ndarray, logits: np.ndarray) -> float:
    return min(balanced_log_loss(truth, softmax(logits / one)) for one in TEMPERATURES)
