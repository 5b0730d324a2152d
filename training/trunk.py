"""A trunk: one body that learns several tasks at once, for the recipes of each to begin with.

The tasks' data sets are too small to learn seeing from, each by itself. Together they are one data
set with the labels of all, where nobody knows the labels of another task (Caruana, Multitask
learning, Machine Learning 28:41, 1997); the ordinary loop trains it, on training pictures only.
"""

import os
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.config import ROOT, Recipe, read_recipe, recipe_of
from training.datasets.dataset import ARRAYS, DataSet
from training.datasets.pictures import pictures_of, prepared_pictures
from training.datasets.ready import data_for_training
from training.errors import TrainingError
from training.train import train

WEIGHTS = "trunk.weights.h5"


@dataclass(frozen=True)
class Trunk:
    """What is trained together."""

    recipe: Recipe
    """the training of the whole; its labels are those of all tasks"""
    tasks: tuple[Recipe, ...]


@dataclass(frozen=True)
class JoinedPictures:
    """Memory maps one after the other, read by row as if they were one."""

    parts: tuple[np.ndarray, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return (sum(map(len, self.parts)), *self.parts[0].shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        starts = np.cumsum([0, *map(len, self.parts)])
        owners = np.searchsorted(starts, rows, side="right") - 1
        return np.stack(
            [self.parts[o][row - starts[o]] for o, row in zip(owners, rows, strict=True)]
        )


def read_trunk(path: Path) -> Trunk:
    """Read a trunk's TOML file: ``recipes`` beside it, and how the whole is trained."""
    try:
        text = path.read_text()
        table = tomllib.loads(text)
        tasks = tuple(read_recipe(path.parent / name) for name in table["recipes"])
        labels = [{"code": code} for task in tasks for code in codes_in_trunk(task)]
        card = {"title": table["name"]}
        # Data and preprocessing are each task's own.
        data, given = {"folder": "."}, {**table["input"], "preprocessing": "colour"}
        whole = {**table, "card": card, "data": data, "labels": labels, "input": given}
        recipe = recipe_of(whole, text)
    except FileNotFoundError:
        raise TrainingError(f"There is no trunk recipe {path}.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{path} is incomplete or misspelt: {error!r}.") from None
    if recipe.network.backbone != "compact" or recipe.network.activation != "sigmoid":
        raise TrainingError(f"{path}: a trunk is a compact network with activation sigmoid.")
    return Trunk(recipe, tasks)


def codes_in_trunk(task: Recipe) -> list[str]:
    return [f"{task.name}/{code}" for code in task.codes.values()]


def train_trunk(trunk: Trunk, folder: Path, say: Callable[[str], None]) -> Path:
    """Train in ``folder`` and return the file that a recipe's ``weights`` names; again, go on."""
    recipe, cache = trunk.recipe, folder / "cache"
    sets = [
        data_for_training(task, folder / task.name, cache=cache, say=say) for task in trunk.tasks
    ]
    joined = join(recipe, sets)
    say(f"{len(joined)} pictures of {len(sets)} tasks; preparing them.")
    network = train(
        recipe=recipe,
        train_set=joined.split("train"),
        train_pictures=pictures(trunk, sets, "train", recipe.training_scale, cache),
        val_set=joined.split("val"),
        val_pictures=pictures(trunk, sets, "val", 1.0, cache),
        folder=folder,
        say=say,
    )
    partial = folder / f".{os.getpid()}.{WEIGHTS}"
    keras.Model(network.input, network.get_layer("maps").output).save_weights(partial)
    return partial.rename(folder / WEIGHTS)


def join(recipe: Recipe, sets: Sequence[DataSet]) -> DataSet:
    """Return all pictures as one data set; the labels of other tasks are unknown (NaN)."""
    columns = len(recipe.labels)
    targets, first = [], 0
    for dataset in sets:
        wide = np.full((len(dataset), columns), np.nan, np.float32)
        wide[:, first : first + len(dataset.codes)] = dataset.targets
        targets.append(wide)
        first += len(dataset.codes)
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(dataset, name) for dataset in sets])
        for name in ARRAYS
        if name not in ("targets", "files")
    }
    files = [str(dataset.folder / file) for dataset in sets for file in dataset.files]
    return DataSet(
        folder=ROOT,
        codes=tuple(label["code"] for label in recipe.labels),
        files=np.array(files),
        targets=np.concatenate(targets),
        **arrays,
    )


def pictures(
    trunk: Trunk, sets: Sequence[DataSet], split: str, scale: float, cache: Path
) -> JoinedPictures:
    """Return the pictures of a split, each prepared as its own recipe says, at the trunk's size."""
    size = trunk.recipe.input
    parts = []
    for task, dataset in zip(trunk.tasks, sets, strict=True):
        spec = replace(
            task.training_input if scale > 1 else task.input,
            height=round(size.height * scale),
            width=round(size.width * scale),
            channels=size.channels,
        )
        parts.append(pictures_of(split, dataset, prepared_pictures(dataset, spec, cache)))
    return JoinedPictures(tuple(parts))
