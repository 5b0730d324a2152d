"""Small trainings of computed pictures, in this process or in one that a test may kill."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.config import Recipe, Stage, parse_recipe
from training.datasets.dataset import DataSet

SIDE = 16
RECIPE = """
name = "invented"
version = "0.1.0"
labels = [{ code = "a" }, { code = "b" }, { code = "c" }]
card = {}

[data]
folder = "nowhere"

[input]
height = 16
width = 16
channels = 1
preprocessing = "equalised_grey"
training_scale = 1.25

[network]
widths = [4, 8]
convolution = "plain"
dropout = 0.2

[training]
batch_size = 8
weight_decay = 0.01
averaging = 0.9
source_balance = 0.5
seed = 1

[[stages]]
name = "learn"
epochs = 1
learning_rate = 1e-2
"""
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
        network=replace(recipe.network, **(network or {})),
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


def plain_recipe(strategy: str) -> Recipe:
    """Return a recipe in which nothing depends on who computes which picture."""
    stages = (
        Stage(name="learn", epochs=2, learning_rate=1e-2),
        Stage(name="head", epochs=1, learning_rate=1e-2, trainable="head"),
    )
    return make_recipe(
        stages=stages, augmentation={}, network={"dropout": 0.0}, strategy=strategy, averaging=0.5
    )


def main(folder: Path, strategy: str = "", out: str = "") -> None:
    recipe = plain_recipe(strategy) if strategy else make_recipe()
    network = run(recipe, folder, say=lambda line: print(line, flush=True))
    if out:
        np.savez(out, *network.get_weights())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
