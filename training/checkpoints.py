"""What a run needs to go on after a kill; every file is written beside its place and renamed.

After each epoch only what moves in its stage is stored; what is frozen is stored once, when the
stage begins. The best weights lie in a file of their own that carries their epoch in its name, so
that a kill between two files never joins the best of one moment with the state of another.
"""

import errno
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.config import Stage
from training.errors import TrainingError
from training.whole_files import written_whole

LAST = "last.npz"
NOTES = ("stage", "stage_epoch", "epoch", "best_epoch", "best_stage", "best_loss", "history")


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
    best_stage: int = 0
    best_weights: list[np.ndarray] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    optimizer_values: list[np.ndarray] = field(default_factory=list)
    """What the stored optimizer held, until a new one takes it over."""
    moving: list[int] = field(default_factory=list)
    """Which of the weights move in the stage; the others are the same in both networks."""
    frozen: list[np.ndarray] = field(default_factory=list)
    """All weights as they were when the stage began."""

    @property
    def is_best(self) -> bool:
        return self.best_epoch == self.epoch

    def record(self, **row: Any) -> None:
        """Note the epoch that has just ended, and whether it is the best so far."""
        self.epoch += 1
        self.stage_epoch += 1
        self.history.append({"epoch": self.epoch, **row})
        loss = row.get("val_calibrated_loss", row["val_loss"])
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = loss, self.epoch
            self.best_stage, self.best_weights = self.stage, list(self.frozen)
            for index, array in self.moved(self.averaged).items():
                self.best_weights[index] = array

    def moved(self, model: keras.Model) -> dict[int, np.ndarray]:
        """Return what moves in the stage, by its place among the weights of ``model``."""
        weights = model.weights
        return {index: weights[index].numpy() for index in self.moving}

    def enter(self, number: int, stages: Sequence[Stage]) -> bool:
        """Begin stage ``number``, and tell whether the optimizer begins afresh with it.

        It does where the stage before was cut short, and then both networks begin from the best
        weights so far; and where another part learns, and then both begin from the running
        average, so that what is frozen from here on is the same in both.
        """
        if number == self.stage:
            return True
        before, now = stages[self.stage], stages[number]
        cut_short = self.stage_epoch < before.epochs
        another_part = before.trainable != now.trainable
        if cut_short:
            self.return_to_best()
        elif another_part:
            self.network.set_weights(self.averaged.get_weights())
        self.stage, self.stage_epoch = number, 0
        return cut_short or another_part

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


def begin_stage(state: Checkpoint, moving: list[int], folder: Path | None) -> None:
    """Note what moves from here on, and store in ``folder`` what does not, if anything."""
    state.moving, state.frozen = moving, state.averaged.get_weights()
    still = sorted(set(range(len(state.frozen))) - set(moving))
    if folder and still:
        frozen = {index: state.frozen[index] for index in still}
        _write(stage_file(folder, state.stage), _named("frozen", frozen))


def save_checkpoint(state: Checkpoint, optimizer: keras.optimizers.Optimizer, folder: Path) -> None:
    """Store ``state``; a kill during the write leaves the checkpoint before it."""
    best = best_file(folder, state.best_epoch)
    if state.is_best:
        moved = {index: state.best_weights[index] for index in state.moving}
        _write(best, _named("averaged", moved))
    arrays = {
        **_named("averaged", state.moved(state.averaged)),
        **_named("network", state.moved(state.network)),
        **_named("random", _by_place(random_states(state.network))),
        **_named("optimizer", _by_place(optimizer.variables)),
    }
    notes = {name: getattr(state, name) for name in NOTES}
    _write(folder / LAST, arrays | {"notes": np.array(json.dumps(notes))})
    kept = {best, *(stage_file(folder, number) for number in (state.stage, state.best_stage))}
    for old in {*folder.glob("best-*.npz"), *folder.glob("stage-*.npz")} - kept:
        old.unlink()


def load_checkpoint(network: keras.Model, averaged: keras.Model, folder: Path) -> Checkpoint:
    """Return the state of the last finished epoch, or the state before the first."""
    state = Checkpoint(network=network, averaged=averaged)
    if not (folder / LAST).exists():
        return state
    with np.load(folder / LAST, allow_pickle=False) as stored:
        for name, value in json.loads(str(stored["notes"])).items():
            setattr(state, name, value)
        frozen = _frozen_in(folder, state.stage)
        averaged.set_weights(_in_order(frozen | _unnamed("averaged", stored)))
        network.set_weights(_in_order(frozen | _unnamed("network", stored)))
        values = _in_order(_unnamed("random", stored))
        for variable, value in zip(random_states(network), values, strict=True):
            variable.assign(value)
        state.optimizer_values = _in_order(_unnamed("optimizer", stored))
    with np.load(best_file(folder, state.best_epoch), allow_pickle=False) as stored:
        best = _unnamed("averaged", stored)
    state.best_weights = _in_order(_frozen_in(folder, state.best_stage) | best)
    return state


def history_of(folder: Path) -> list[dict[str, Any]]:
    """Return what was noted of each finished epoch."""
    with np.load(folder / LAST, allow_pickle=False) as stored:
        return json.loads(str(stored["notes"]))["history"]


def best_file(folder: Path, epoch: int) -> Path:
    return folder / f"best-{epoch:05d}.npz"


def stage_file(folder: Path, number: int) -> Path:
    return folder / f"stage-{number:02d}.npz"


def random_states(network: keras.Model) -> list[keras.Variable]:
    """Return where dropout keeps its place in its random numbers: no weights, but needed."""
    weights = {id(one) for one in network.weights}
    return [one for one in network.variables if id(one) not in weights]


def _by_place(variables: Sequence[keras.Variable]) -> dict[int, np.ndarray]:
    return {index: np.asarray(one) for index, one in enumerate(variables)}


def _in_order(arrays: dict[int, np.ndarray]) -> list[np.ndarray]:
    return [arrays[index] for index in range(len(arrays))]


def _named(name: str, arrays: dict[int, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{name}_{index}": array for index, array in arrays.items()}


def _unnamed(name: str, stored: np.lib.npyio.NpzFile) -> dict[int, np.ndarray]:
    names = [key for key in stored.files if key.startswith(f"{name}_")]
    return {int(key.rpartition("_")[2]): stored[key] for key in names}


def _frozen_in(folder: Path, stage: int) -> dict[int, np.ndarray]:
    path = stage_file(folder, stage)
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as stored:
        return _unnamed("frozen", stored)


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    try:
        with written_whole(path) as partial, partial.open("wb") as handle:
            np.savez(handle, **arrays)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TrainingError(
                f"The disk of {path.parent} is full: make room and give the same command again; "
                "it goes on after the last finished epoch."
            ) from error
        raise
