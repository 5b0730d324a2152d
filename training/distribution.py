"""One process, several GPUs of a host, or several hosts: TensorFlow's own strategies.

One replica is one copy of the network. Every process draws the same order of pictures from the
same seed and takes its share of each batch, so the batch size of a recipe means the same batch
however many replicas share it. Processes on several hosts are told of each other by TF_CONFIG
(TensorFlow's guide on distributed training) and read one run folder that all of them see; only
the chief, the first one, writes into it.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from training.config import TrainingSettings
from training.errors import TrainingError

BATCH = 64
"""Pictures that a replica reads at once where nothing is learnt."""


@dataclass(frozen=True)
class Distribution:
    """How the work is shared."""

    strategy: tf.distribute.Strategy

    @property
    def replicas(self) -> int:
        return self.strategy.num_replicas_in_sync

    @property
    def is_chief(self) -> bool:
        """Whether this process writes files and speaks."""
        resolver = self.strategy.cluster_resolver
        if resolver is None or not resolver.task_type:
            return True
        chief_is_named = "chief" in resolver.cluster_spec().jobs
        first = resolver.task_type == "worker" and resolver.task_id == 0
        return resolver.task_type == "chief" or (first and not chief_is_named)

    def scope(self) -> AbstractContextManager:
        """Where networks and optimizers must be made."""
        return self.strategy.scope()

    def join_statistics(self, network: keras.Model) -> None:
        """Let BatchNorm see the whole batch, not a replica's part: as one replica would."""
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = self.replicas > 1

    @contextmanager
    def chief_first(self) -> Iterator[None]:
        """Let the chief do what writes files, and the others after it, who find them there."""
        if not self.is_chief:
            self.wait_for_all()
        yield
        if self.is_chief:
            self.wait_for_all()

    def wait_for_all(self) -> None:
        """Return when every process has come this far."""
        self._sum_of_all(0)

    def check_same_epoch(self, epoch: int) -> None:
        """Refuse to go on where processes found different checkpoints: they would wait for ever."""
        if self._sum_of_all(epoch) != epoch * self.replicas:
            raise TrainingError(
                f"This process would go on after epoch {epoch}, another one elsewhere: all hosts "
                "must see the same --run folder."
            )

    def _sum_of_all(self, number: int) -> int:
        # Made inside the function: a number from outside has no device, and cannot be sent.
        sums = self.strategy.run(tf.function(lambda: self.sum(tf.constant(number))))
        return int(self.strategy.experimental_local_results(sums)[0])

    def share(self, drawn: np.ndarray, *arrays: np.ndarray) -> Any:
        """Return each replica's part of the rows ``drawn`` from each of ``arrays``."""
        part = len(drawn) // self.replicas

        def values(context):
            start = context.replica_id_in_sync_group * part
            rows = drawn[start : start + part]
            return tuple(tf.constant(array[rows]) for array in arrays)

        return self.strategy.experimental_distribute_values_from_function(values)

    def sum(self, values: Any) -> Any:
        """Return the sum over the replicas; to be called where one replica computes."""
        if self.replicas == 1:
            return values
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, values)


def distribution_of(settings: TrainingSettings) -> Distribution:
    """Return what a recipe's strategy names; before anything else is computed in the process."""
    if settings.strategy == "mirrored":
        chosen = tf.distribute.MirroredStrategy()
    elif settings.strategy == "multi_worker":
        chosen = tf.distribute.MultiWorkerMirroredStrategy()
    else:
        chosen = tf.distribute.get_strategy()
    distribution = Distribution(chosen)
    if settings.batch_size % distribution.replicas:
        raise TrainingError(
            f"A batch of {settings.batch_size} cannot be shared evenly by {distribution.replicas} "
            "replicas: change batch_size in the recipe."
        )
    return distribution


def reader_of(model: keras.Model, distribution: Distribution) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that gives ``model``'s answers to inputs, the same in every process."""
    batch = BATCH * distribution.replicas

    @tf.function(reduce_retracing=True)
    def answer(part):
        own = distribution.strategy.run(lambda one: model(one, training=False), args=part)
        return distribution.strategy.gather(own, axis=0)

    def read(inputs: np.ndarray) -> np.ndarray:
        answers = []
        for start in range(0, len(inputs), batch):
            rows = np.arange(start, min(start + batch, len(inputs)))
            # Replicas take equal parts: the last batch is filled up, and what was added cut off.
            filled = np.resize(
                rows, math.ceil(len(rows) / distribution.replicas) * distribution.replicas
            )
            answers.append(answer(distribution.share(filled, inputs)).numpy()[: len(rows)])
        return np.concatenate(answers)

    return read
