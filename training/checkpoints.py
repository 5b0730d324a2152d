"""What a run needs to go on after a kill: one file, written beside its place and renamed.

The best weights lie in a file of their own that carries their epoch in its name, so that a kill
between the two files never joins the best of one moment with the state of another.
"""

import errno
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.config import Stage
from training.errors import TrainingError

LAST = "last.npz"
NOTES = ("stage", "stage_epoch", "epoch", "best_epoch", "best_loss", "history")


@dataclass
class Checkpoint:
    """The state between two epochs."""

    network: keras.Model
    averaged: keras.Model
    stage: int = 0
    stage_epoch: int = 0
    """How many epochs of the stage have gone."""
    epoch: int = 0
    """How many epochs have gone in all."""
    best_epoch: int = 0
    best_loss: float = float("inf")
    best_weights: list[np.ndarray] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    optimizer_values: list[np.ndarray] = field(default_factory=list)
    """What the stored optimizer held, until a new one takes it over."""

    @property
    def is_best(self) -> bool:
        return self.best_epoch == self.epoch

    def record(self, **row: Any) -> None:
        """Note the epoch that has just ended, and whether it is the best so far."""
        self.epoch += 1
        self.stage_epoch += 1
        self.history.append({"epoch": self.epoch, **row})
        if row["val_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = row["val_loss"], self.epoch
            self.best_weights = self.averaged.get_weights()

    def enter(self, number: int, stages: Sequence[Stage]) -> bool:
        """Begin stage ``number``, and tell whether the optimizer begins afresh with it.

        It does where another part of the network learns, and where the stage before was cut
        short: then both networks start from the best weights so far.
        """
        if number == self.stage:
            return True
        before, now = stages[self.stage], stages[number]
        cut_short = self.stage_epoch < before.epochs
        if cut_short:
            self.return_to_best()
        self.stage, self.stage_epoch = number, 0
        return cut_short or before.trainable != now.trainable

    def is_through(self, stage: Stage, patience: int) -> bool:
        """Tell whether the stage ends here: by its epochs, its patience, or the run's."""
        waited = self.epoch - self.best_epoch
        return (
            self.stage_epoch >= stage.epochs
            or min(waited, self.stage_epoch) >= stage.patience
            or waited >= patience
        )

    def take_optimizer_values(self) -> list[np.ndarray]:
        """Return what the stored optimizer held, once."""
        values, self.optimizer_values = self.optimizer_values, []
        return values

    def return_to_best(self) -> None:
        """Put the best epoch's weights into both networks."""
        if self.best_weights:
            self.averaged.set_weights(self.best_weights)
            self.network.set_weights(self.best_weights)


def save_checkpoint(state: Checkpoint, optimizer: keras.optimizers.Optimizer, folder: Path) -> None:
    """Store ``state``; a kill during the write leaves the checkpoint before it."""
    if state.is_best:
        _write(best_file(folder, state.epoch), _named("averaged", state.best_weights))
    arrays = {
        **_named("averaged", state.averaged.get_weights()),
        **_named("network", state.network.get_weights()),
        **_named("random", [np.asarray(one) for one in random_states(state.network)]),
        **_named("optimizer", [np.asarray(one) for one in optimizer.variables]),
    }
    notes = {name: getattr(state, name) for name in NOTES}
    _write(folder / LAST, arrays | {"notes": np.array(json.dumps(notes))})
    for old in folder.glob("best-*.npz"):
        if old != best_file(folder, state.best_epoch):
            old.unlink()


def load_checkpoint(network: keras.Model, averaged: keras.Model, folder: Path) -> Checkpoint:
    """Return the state of the last finished epoch, or the state before the first."""
    state = Checkpoint(network=network, averaged=averaged)
    if not (folder / LAST).exists():
        return state
    with np.load(folder / LAST, allow_pickle=False) as stored:
        for name, value in json.loads(str(stored["notes"])).items():
            setattr(state, name, value)
        averaged.set_weights(_unnamed("averaged", stored))
        network.set_weights(_unnamed("network", stored))
        values = _unnamed("random", stored)
        for variable, value in zip(random_states(network), values, strict=True):
            variable.assign(value)
        state.optimizer_values = _unnamed("optimizer", stored)
    with np.load(best_file(folder, state.best_epoch), allow_pickle=False) as stored:
        state.best_weights = _unnamed("averaged", stored)
    return state


def history_of(folder: Path) -> list[dict[str, Any]]:
    """Return what was noted of each finished epoch."""
    with np.load(folder / LAST, allow_pickle=False) as stored:
        return json.loads(str(stored["notes"]))["history"]


def best_file(folder: Path, epoch: int) -> Path:
    return folder / f"best-{epoch:05d}.npz"


def random_states(network: keras.Model) -> list[keras.Variable]:
    """Return where dropout keeps its place in its random numbers: no weights, but needed."""
    weights = {id(one) for one in network.weights}
    return [one for one in network.variables if id(one) not in weights]


def _named(name: str, arrays: list[np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{name}_{index}": array for index, array in enumerate(arrays)}


def _unnamed(name: str, stored: np.lib.npyio.NpzFile) -> list[np.ndarray]:
    count = sum(key.startswith(f"{name}_") for key in stored.files)
    return [stored[f"{name}_{index}"] for index in range(count)]


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.npz")
    try:
        np.savez(partial, **arrays)
        os.replace(partial, path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TrainingError(
                f"The disk of {path.parent} is full: make room and give the same command again; "
                "it goes on after the last finished epoch."
            ) from error
        raise
    finally:
        partial.unlink(missing_ok=True)
