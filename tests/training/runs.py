"""Small trainings of computed pictures, in this process or in one that a test may kill."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.training.test_run import RECIPE
from training.config import Recipe, Stage, parse_recipe
from training.datasets.dataset import DataSet

SIDE = 16
CHANGES = {"mirror": True, "zoom_in": 0.2, "noise": 0.05}
STAGES = (
    Stage(name="learn", epochs=2, learning_rate=1e-2, mixup=0.2, label_smoothing=0.05),
    Stage(name="head", epochs=2, learning_rate=1e-2, trainable="head", augmentation={
        "mirror": False, "zoom_in": 0.0, "noise": 0.0}),
    Stage(name="settle", epochs=1, learning_rate=1e-3, schedule="constant"),
)  # fmt: skip


def make_recipe(*, stages=STAGES, augmentation=CHANGES, network=None, **training) -> Recipe:
    recipe = parse_recipe(RECIPE, "invented")
    return replace(
        recipe,
        input=replace(recipe.input, height=SIDE, width=SIDE),
        network=replace(recipe.network, **{"widths": (4, 8), "dropout": 0.2, **(network or {})}),
        augmentation=augmentation,
        training=replace(recipe.training, **training),
        stages=stages,
    )


def make_data(count, *, seed, side=SIDE, exclusive=True) -> tuple[DataSet, np.ndarray]:
    """Return pictures of noise with a bright band for each of three labels."""
    random = np.random.default_rng(seed)
    targets = np.eye(3, dtype=np.float32)[np.arange(count) % 3]
    if not exclusive:
        targets = (random.uniform(size=(count, 3)) < 0.4).astype(np.float32)
        targets[:2], targets[0, 1], targets[1, 2] = [[0, 1, 0], [1, 0, 1]], np.nan, np.nan
    pictures = random.uniform(0.0, 0.6, size=(count, side, side, 1)).astype(np.float32)
    for label in range(3):
        band = slice(label * side // 3, label * side // 3 + side // 4)
        pictures[np.nan_to_num(targets[:, label]) > 0.5, band] += 0.4
    none = np.array([""] * count)
    dataset = DataSet(
        folder=Path("."),
        codes=("a", "b", "c"),
        files=np.array([f"{seed}-{index}.png" for index in range(count)]),
        targets=targets,
        patients=np.array([f"{index // 2}" for index in range(count)]),
        sources=np.array(["north", "south"] * count)[:count],
        splits=none,
        digests=np.array([f"{seed}-{index}" for index in range(count)]),
        views=none,
        ages=np.full(count, np.nan),
        sexes=none,
    )
    return dataset, pictures


def run(recipe: Recipe, folder: Path, *, exclusive: bool = True, say=print, **options):
    """Train on 28 pictures, a little larger than the input, and return the network."""
    # Imported here: what only makes recipes and pictures should not wait for TensorFlow.
    from training.train import train

    folder.mkdir(parents=True, exist_ok=True)
    train_set, train_pictures = make_data(28, seed=1, side=SIDE + 4, exclusive=exclusive)
    val_set, val_pictures = make_data(12, seed=2, exclusive=exclusive)
    return train(
        recipe=recipe,
        train_set=train_set,
        train_pictures=train_pictures,
        val_set=val_set,
        val_pictures=val_pictures,
        folder=folder,
        say=say,
        **options,
    )


if __name__ == "__main__":
    run(make_recipe(), Path(sys.argv[1]), say=lambda line: print(line, flush=True))
