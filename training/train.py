"""The recipe, in order: network, stages, one loop; killed at any moment, it goes on."""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from training.augmentation import augment
from training.checkpoints import begin_stage, load_checkpoint, save_checkpoint
from training.config import Recipe, Stage
from training.datasets.dataset import DataSet
from training.distribution import Distribution, distribution_of, reader_of
from training.errors import TrainingError
from training.lessons import Data, Lesson, lesson_of
from training.losses import losses_of, softened, validation_figures
from training.monitoring import Monitor
from training.networks.build import build_network, set_trainable
from training.optimizers import LARGEST_STEP, moving_weights, new_optimizer
from training.schedule import (
    averaging_memory,
    learning_rate,
    mixup_share,
    order_of_epoch,
    sampling_of,
)


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
    cache: Path | None = None,
    distribution: Distribution | None = None,
) -> keras.Model:
    """Train the network of ``recipe`` and return the averaged weights of its best epoch.

    ``on_epoch`` gets each epoch's row of the history once it is stored; what it raises ends the
    training, which goes on from there next time. ``cache`` keeps features of frozen bodies; runs on
    the same pictures may share it.
    """
    settings, data = recipe.training, Data(train_set, train_pictures, val_set, val_pictures)
    exclusive = recipe.is_exclusive
    distribution = distribution or distribution_of(settings)
    with distribution.scope():
        network, averaged = build_network(recipe), build_network(recipe)
    distribution.join_statistics(network)
    averaged.set_weights(network.get_weights())
    state = load_checkpoint(network, averaged, folder)
    distribution.check_same_epoch(state.epoch)
    monitor = Monitor(recipe, folder, say if distribution.is_chief else None, state.history)

    chances, all_weights = sampling_of(train_set, settings, exclusive=exclusive)
    steps = math.ceil(len(train_set) / settings.batch_size)
    for number in range(state.stage, len(recipe.stages)):
        stage = recipe.stages[number]
        afresh = state.enter(number, recipe.stages)
        set_trainable(network, stage.trainable)
        if afresh:
            with distribution.scope():
                optimizer = new_optimizer(settings, network, state.take_optimizer_values())
        begin_stage(state, moving_weights(network), folder if distribution.is_chief else None)
        lesson = lesson_of(
            recipe,
            stage,
            data,
            network,
            averaged,
            distribution=distribution,
            cache=cache or folder / "cache",
            say=say,
        )
        pairs = [(averaged.weights[i], network.weights[i]) for i in state.moving]
        step = make_step(recipe, stage, lesson, optimizer, pairs, distribution)
        read = reader_of(lesson.averaged, distribution)
        targets = softened(train_set.targets, stage.label_smoothing, exclusive=exclusive)
        targets, weights = (np.tile(one, (lesson.copies, 1)) for one in (targets, all_weights))

        while not state.is_through(stage, settings.patience):
            random = np.random.default_rng([settings.seed, state.epoch])
            order = order_of_epoch(random, len(train_set), settings.batch_size, chances)
            if lesson.copies > 1:
                order += len(train_set) * random.integers(lesson.copies, size=order.shape)
            started, losses = time.monotonic(), []
            for index, drawn in enumerate(order):
                at = state.epoch * steps + index
                rate = learning_rate(stage, state.stage_epoch + index / steps)
                loss = step(
                    distribution.share(drawn, lesson.inputs, targets, weights),
                    tf.constant([settings.seed, at]),
                    tf.constant(mixup_share(random, stage.mixup), tf.float32),
                    tf.constant(rate, tf.float32),
                    tf.constant(averaging_memory(settings.averaging, at), tf.float32),
                )
                losses.append(loss)
                monitor.show_step(state, index + 1, steps)
            state.record(
                stage=stage.name,
                train_loss=mean_loss(losses, stage),
                **validation_figures(val_set.targets, read(lesson.val_inputs), exclusive=exclusive),
                learning_rate=rate,
                pictures=order.size,
                seconds=time.monotonic() - started,
            )
            if distribution.is_chief:
                save_checkpoint(state, optimizer, folder)
            monitor.end_epoch(state)
            if on_epoch:
                on_epoch(state.history[-1])

    monitor.close(state)
    best = averaged if distribution.replicas == 1 else build_network(recipe)
    best.set_weights(state.best_weights)
    return best


def make_step(
    recipe: Recipe,
    stage: Stage,
    lesson: Lesson,
    optimizer: keras.optimizers.Optimizer,
    pairs: Sequence[tuple[keras.Variable, keras.Variable]],
    distribution: Distribution,
) -> Callable[..., tf.Tensor]:
    """Return the function that learns from one batch and gives its loss.

    ``pairs`` are the weights that move: in the running average, and in the network.
    """
    size, exclusive = (recipe.input.height, recipe.input.width), recipe.is_exclusive
    learning = lesson.head.trainable_variables

    def learn(inputs, targets, weights, seed, share):
        given = inputs
        if lesson.how:
            replica = tf.distribute.get_replica_context().replica_id_in_sync_group
            given = augment(given, size, lesson.how, tf.random.fold_in(seed, replica))
        if stage.mixup:
            given, targets, weights = (
                share * one + (1.0 - share) * tf.reverse(one, [0])
                for one in (given, targets, weights)
            )
        if lesson.body:
            given = lesson.body(given, training=False)
        with tf.GradientTape() as tape:
            logits = lesson.head(given, training=True)
            losses, known = losses_of(targets, logits, exclusive=exclusive)
            count = tf.maximum(distribution.sum(tf.reduce_sum(known)), 1.0)
            loss = tf.reduce_sum(weights * losses) / count
        gradients = distribution.sum(tape.gradient(loss, learning))
        gradients, _ = tf.clip_by_global_norm(gradients, LARGEST_STEP)
        # Keras adds up the replicas' gradients itself, but would clip each before: hence here.
        optimizer.apply([one / distribution.replicas for one in gradients], learning)
        return loss

    @tf.function
    def step(batch, seed, share, rate, memory):
        optimizer.learning_rate.assign(rate)
        losses = distribution.strategy.run(learn, args=(*batch, seed, share))
        for slow, fast in pairs:
            slow.assign(memory * slow + (1.0 - memory) * fast)
        return distribution.strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None)

    return step


def mean_loss(losses: list[tf.Tensor], stage: Stage) -> float:
    mean = float(np.mean([float(loss) for loss in losses]))
    if not math.isfinite(mean):
        raise TrainingError(
            f"The loss became {mean} in stage {stage.name}: lower its learning rate or warm up "
            "for longer, and begin in another --run folder."
        )
    return mean
