"""The recipe, in order: network, schedule, one loop; killed at any moment, it goes on."""

import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from training.augmentation import Augmentation, augment
from training.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.evaluation.metrics import balanced_accuracy, balanced_log_loss, macro_auc, softmax
from training.networks.build import build_network
from training.schedule import learning_rate, mixup_share, picture_chances, stage_of


def train(
    *,
    recipe: Recipe,
    train_set: DataSet,
    train_pictures: np.ndarray,
    val_set: DataSet,
    val_pictures: np.ndarray,
    folder: Path,
    say: Callable[[str], None] = print,
    on_epoch: Callable[[dict], None] | None = None,
) -> keras.Model:
    """Train the network of ``recipe`` and return the averaged weights of its best epoch.

    ``on_epoch`` gets each epoch's row of the history once it is stored; what it raises ends the
    training, which goes on from there next time.
    """
    spec = recipe.input
    network = build_network(recipe)
    averaged = build_network(recipe)
    optimizer = keras.optimizers.AdamW(
        weight_decay=recipe.training.weight_decay, global_clipnorm=1.0
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(network.trainable_variables)

    @tf.function
    def step(pictures, targets, share, seed, rate, how):
        pictures = augment(pictures, (spec.height, spec.width), how, seed)
        pictures = share * pictures + (1.0 - share) * tf.reverse(pictures, [0])
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            logits = network(pictures, training=True)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss

    @tf.function
    def average(memory):
        for slow, fast in zip(averaged.weights, network.weights, strict=True):
            if fast.dtype == "float32":
                slow.assign(memory * slow + (1.0 - memory) * fast)

    state = Checkpoint(network=network, averaged=averaged, optimizer=optimizer)
    load_checkpoint(state, folder)
    chances = picture_chances(train_set.labels, train_set.sources, recipe.training.source_balance)
    steps = -(-len(train_set) // recipe.training.batch_size)
    if state.epoch:
        say(f"Going on after epoch {state.epoch} of {recipe.epochs}.")

    while state.epoch < recipe.epochs and not out_of_patience(state, recipe):
        stage, epoch_in_stage = stage_of(recipe.stages, state.epoch)
        how = Augmentation(**{**recipe.augmentation, **stage.augmentation})
        random = np.random.default_rng([recipe.training.seed, state.epoch])
        started, losses = time.monotonic(), []
        for index in range(steps):
            drawn = random.choice(len(train_set), recipe.training.batch_size, p=chances)
            share = mixup_share(random, stage.mixup)
            targets = np.eye(len(train_set.codes), dtype=np.float32)[train_set.labels[drawn]]
            targets = share * targets + (1 - share) * targets[::-1]
            targets += stage.label_smoothing * (1 / targets.shape[1] - targets)
            number = state.epoch * steps + index
            rate = learning_rate(stage, epoch_in_stage + index / steps)
            seed = tf.constant([recipe.training.seed, number])
            losses.append(
                step(
                    tf.constant(train_pictures[drawn]),
                    tf.constant(targets, tf.float32),
                    tf.constant(share, tf.float32),
                    seed,
                    tf.constant(rate, tf.float32),
                    how,
                )
            )
            average(
                tf.constant(
                    min(recipe.training.averaging, (1 + number) / (10 + number)), tf.float32
                )
            )
        state.epoch += 1
        probabilities = softmax(logits_of(averaged, val_pictures))
        state.record(
            stage=stage.name,
            train_loss=float(np.mean([float(loss) for loss in losses])),
            val_loss=balanced_log_loss(val_set.labels, probabilities),
            val_balanced_accuracy=balanced_accuracy(val_set.labels, probabilities),
            val_macro_auc=macro_auc(val_set.labels, probabilities),
            seconds=time.monotonic() - started,
        )
        save_checkpoint(state, folder)
        say(progress(state, recipe))
        if on_epoch:
            on_epoch(state.history[-1])

    state.use_best(folder)
    return averaged


def logits_of(network: keras.Model, pictures: np.ndarray, batch: int = 64) -> np.ndarray:
    starts = range(0, len(pictures), batch)
    parts = [network(pictures[start : start + batch], training=False) for start in starts]
    return np.concatenate([np.asarray(part) for part in parts])


def out_of_patience(state: Checkpoint, recipe: Recipe) -> bool:
    """Whether ``patience`` epochs have passed without a better validation loss."""
    return state.epoch - state.best_epoch >= recipe.training.patience


def progress(state: Checkpoint, recipe: Recipe) -> str:
    """Return one line: where we are, how good it is, how long it will take at most."""
    row = state.history[-1]
    recent = [entry["seconds"] for entry in state.history[-5:]]
    left = (recipe.epochs - state.epoch) * sum(recent) / len(recent)
    return (
        f"epoch {state.epoch:3d}/{recipe.epochs} {row['stage']}: loss {row['train_loss']:.3f}, "
        f"validation loss {row['val_loss']:.3f}, balanced accuracy "
        f"{row['val_balanced_accuracy']:.3f}, AUC {row['val_macro_auc']:.4f}"
        f"{' *' if state.best_epoch == state.epoch else ''}; {row['seconds']:.0f} s, "
        f"at most {left / 60:.0f} min left"
    )
