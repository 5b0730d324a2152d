"""Train one trial's recipe: pictures prepared once per size, networks forgotten afterwards."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from training.checkpoints import LAST, history_of
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.datasets.pictures import pictures_of, prepared_pictures
from training.errors import TrainingError
from training.train import train


@dataclass(frozen=True)
class TrialTrainer:
    """The trainer of a search over ``dataset``."""

    dataset: DataSet
    """without the test split, which no trial ever sees"""
    cache: Path
    say: Callable[[str], None]

    def __call__(
        self, recipe: Recipe, folder: Path, on_epoch: Callable[[dict[str, Any]], None]
    ) -> list[dict[str, Any]]:
        """Return the history of ``recipe`` in ``folder``; ``on_epoch`` gets each row of it."""
        # Every trial traces a network of its own, and TensorFlow would warn of that.
        tf.get_logger().setLevel("ERROR")
        if (folder / LAST).exists():
            for row in history_of(folder):
                on_epoch(row)
        try:
            self._train(recipe, folder, on_epoch)
        except tf.errors.ResourceExhaustedError:
            raise TrainingError("It does not fit into memory.") from None
        finally:
            # Keras keeps every network that was built; a search builds many.
            keras.backend.clear_session()
            gc.collect()
        return history_of(folder)

    def _train(self, recipe: Recipe, folder: Path, on_epoch: Callable) -> None:
        larger = prepared_pictures(self.dataset, recipe.training_input, self.cache, self.say)
        exact = prepared_pictures(self.dataset, recipe.input, self.cache, self.say)
        train(
            recipe=recipe,
            train_set=self.dataset.split("train"),
            train_pictures=pictures_of("train", self.dataset, larger),
            val_set=self.dataset.split("val"),
            val_pictures=pictures_of("val", self.dataset, exact),
            folder=folder,
            say=self.say,
            on_epoch=on_epoch,
        )
