"""Losses and validation figures, for exclusive labels and for others."""

import numpy as np
import pytest
import tensorflow as tf

from training.losses import losses_of, softened, validation_figures


def test_exclusive_labels_have_one_loss_per_picture():
    losses, known = losses_of(tf.constant([[0.0, 1.0]]), tf.constant([[0.0, 0.0]]), exclusive=True)
    assert losses.numpy() == pytest.approx(np.array([[np.log(2)]]))
    assert known.numpy().tolist() == [[1.0]]


def test_what_nobody_knows_has_neither_loss_nor_gradient():
    targets, logits = tf.constant([[1.0, np.nan]]), tf.Variable([[0.0, 5.0]])
    with tf.GradientTape() as tape:
        losses, known = losses_of(targets, logits, exclusive=False)
        total = tf.reduce_sum(losses)
    assert losses.numpy() == pytest.approx(np.array([[np.log(2), 0.0]]))
    assert known.numpy().tolist() == [[1.0, 0.0]]
    assert tape.gradient(total, logits).numpy() == pytest.approx(np.array([[-0.5, 0.0]]))


def test_softened_targets_still_add_up_and_stay_unknown():
    exclusive = softened(np.array([[1.0, 0.0, 0.0, 0.0]]), 0.2, exclusive=True)
    assert exclusive == pytest.approx(np.array([[0.85, 0.05, 0.05, 0.05]]))
    others = softened(np.array([[1.0, np.nan]]), 0.2, exclusive=False)
    assert others[0, 0] == pytest.approx(0.9)
    assert np.isnan(others[0, 1])


def test_validation_leaves_out_what_nobody_knows():
    targets = np.array([[1.0, np.nan], [0.0, np.nan], [np.nan, 1.0]])
    logits = np.array([[3.0, -9.0], [-3.0, 9.0], [-9.0, 2.0]])
    figures = validation_figures(targets, logits, exclusive=False)
    assert figures["val_macro_auc"] == 1.0
    assert figures["val_balanced_accuracy"] == 1.0
    assert figures["val_loss"] < 0.1


def test_a_rare_class_counts_in_validation_as_much_as_a_frequent_one():
    targets = np.eye(2)[[0] * 9 + [1]]
    logits = np.tile([5.0, -5.0], (10, 1))
    figures = validation_figures(targets, logits, exclusive=True)
    assert figures["val_balanced_accuracy"] == 0.5
    assert figures["val_loss"] == pytest.approx(5.0, abs=0.01)
