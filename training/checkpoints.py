"""What a run needs to go on after a kill: one file, written beside its place and renamed."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

LAST = "last.npz"
BEST = "best.npz"


@dataclass
class Checkpoint:
    """The state between two epochs."""

    network: keras.Model
    averaged: keras.Model
    optimizer: keras.optimizers.Optimizer
    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    history: list[dict[str, Any]] = field(default_factory=list)

    def record(self, **row: Any) -> None:
        """Note the epoch that has just ended, and whether it is the best so far."""
        self.history.append({"epoch": self.epoch, **row})
        if row["val_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = row["val_loss"], self.epoch

    def use_best(self, folder: Path) -> None:
        """Put the best epoch's weights into ``averaged``."""
        with np.load(folder / BEST, allow_pickle=False) as stored:
            self.averaged.set_weights([stored[f"averaged_{i}"] for i in _range(self.averaged)])


def save_checkpoint(state: Checkpoint, folder: Path) -> None:
    """Store ``state``; a kill during the write leaves the checkpoint before it."""
    arrays = {f"averaged_{i}": array for i, array in enumerate(state.averaged.get_weights())}
    if state.best_epoch == state.epoch:
        _write(folder / BEST, arrays)
    arrays |= {f"network_{i}": array for i, array in enumerate(state.network.get_weights())}
    arrays |= {f"optimizer_{i}": np.asarray(v) for i, v in enumerate(state.optimizer.variables)}
    notes = {name: getattr(state, name) for name in ("epoch", "best_epoch", "best_loss", "history")}
    _write(folder / LAST, arrays | {"notes": np.array(json.dumps(notes))})


def load_checkpoint(state: Checkpoint, folder: Path) -> None:
    """Fill ``state`` from the last checkpoint, if there is one."""
    if not (folder / LAST).exists():
        return
    with np.load(folder / LAST, allow_pickle=False) as stored:
        state.averaged.set_weights([stored[f"averaged_{i}"] for i in _range(state.averaged)])
        state.network.set_weights([stored[f"network_{i}"] for i in _range(state.network)])
        for i, variable in enumerate(state.optimizer.variables):
            variable.assign(stored[f"optimizer_{i}"])
        for name, value in json.loads(str(stored["notes"])).items():
            setattr(state, name, value)


def history_of(folder: Path) -> list[dict[str, Any]]:
    """Return what was noted of each finished epoch."""
    with np.load(folder / LAST, allow_pickle=False) as stored:
        return json.loads(str(stored["notes"]))["history"]


def _range(model: keras.Model) -> range:
    return range(len(model.weights))


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.npz")
    np.savez(partial, **arrays)
    os.replace(partial, path)
