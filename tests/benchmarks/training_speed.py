"""How fast training is against plain Keras ``fit`` over the same files, at the same accuracy.

Computed pictures only. Rates are pictures per second in the later epochs, with everything that an
epoch costs: drawing, learning, validation, and here the checkpoint as well.
"""

import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import django

import tests.environment  # noqa: F401  a data folder of its own

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aicare.settings")
django.setup()

import keras  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from inference.preprocessing import InputSpec  # noqa: E402
from tests.benchmarks.table import row  # noqa: E402
from tests.training.pictures import picture_of  # noqa: E402
from training.config import Recipe, parse_recipe  # noqa: E402
from training.datasets.dataset import DataSet  # noqa: E402
from training.datasets.pictures import prepared_pictures  # noqa: E402
from training.networks.backbones import bare_backbone  # noqa: E402
from training.networks.build import build_network, set_trainable  # noqa: E402
from training.train import train  # noqa: E402

LABELS = ("covid", "normal", "viral_pneumonia")
OF_EACH = {"train": 128, "val": 32}
SIDE = 96
RECIPE = """
name = "speed"
version = "1"
labels = [{ code = "covid" }, { code = "normal" }, { code = "viral_pneumonia" }]
card = {}

[data]
folder = "nowhere"

[input]
height = 96
width = 96
channels = 3
preprocessing = "colour"

[network]
%(network)s

[training]
batch_size = 32
sampling = "plain"
optimizer = "adam"
seed = 1

[[stages]]
name = "only"
epochs = %(epochs)s
learning_rate = %(rate)s
schedule = "constant"
trainable = "%(trainable)s"

[augmentation]
%(augmentation)s
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pictures(folder)
        compare_heads(folder)
        compare_whole_networks(folder)


def compare_heads(folder: Path) -> None:
    """The head of a frozen MobileNetV2: features computed once, against the body every time."""
    text = RECIPE % {
        "network": f'backbone = "MobileNetV2"\nweights = "{weights_of_some_use(folder)}"',
        "epochs": 8,
        "rate": 0.001,
        "trainable": "head",
        "augmentation": "",
    }
    recipe = parse_recipe(text, "head")
    ours, theirs = train_here(recipe, folder), train_with_keras(recipe, folder, [])
    row(
        "epochs of a head on a frozen body, against Keras fit", ours.rate, theirs.rate, "pictures/s"
    )
    row("validation accuracy of the two", ours.accuracy, theirs.accuracy, "")


def weights_of_some_use(folder: Path) -> Path:
    """Write random weights whose BatchNorm knows such pictures: enough for a head to learn from.

    Nothing is downloaded, and both sides begin with the same file.
    """
    keras.utils.set_random_seed(1)
    backbone = bare_backbone("MobileNetV2", (SIDE, SIDE, 3))
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    some = dataset_of(folder / "val")
    spec = InputSpec(height=SIDE, width=SIDE, channels=3, preprocessing="colour", parameters={})
    backbone(2.0 * prepared_pictures(some, spec, folder / "cache") - 1.0, training=True)
    backbone.save_weights(folder / "body.weights.h5")
    return folder / "body.weights.h5"


def compare_whole_networks(folder: Path) -> None:
    """A small network that changes its pictures every time, from the memory map and from files."""
    text = RECIPE % {
        "network": "widths = [16, 32, 48]",
        "epochs": 3,
        "rate": 0.003,
        "trainable": "all",
        "augmentation": "mirror = true\nrotation_degrees = 10.0\nzoom_in = 0.2\ncontrast = 0.4",
    }
    changes = [
        keras.layers.RandomFlip("horizontal"),
        keras.layers.RandomRotation(10 / 360, fill_mode="constant"),
        keras.layers.RandomZoom((-0.2, 0.0), fill_mode="constant"),
        keras.layers.RandomContrast(0.4, value_range=(0.0, 1.0)),
    ]
    recipe = parse_recipe(text, "whole")
    ours, theirs = train_here(recipe, folder), train_with_keras(recipe, folder, changes)
    row(
        "epochs of a small augmented network, against Keras fit",
        ours.rate,
        theirs.rate,
        "pictures/s",
    )


@dataclass(frozen=True)
class Trained:
    rate: float
    """pictures per second"""
    accuracy: float


def train_here(recipe: Recipe, folder: Path) -> Trained:
    ends, last = [], {}
    train_set, val_set = (dataset_of(folder / split) for split in OF_EACH)
    run = folder / recipe.network.backbone
    run.mkdir()

    def end_of(epoch):
        ends.append(time.monotonic())
        last.update(epoch)

    train(
        recipe=recipe,
        train_set=train_set,
        train_pictures=prepared_pictures(train_set, recipe.training_input, run),
        val_set=val_set,
        val_pictures=prepared_pictures(val_set, recipe.input, run),
        folder=run,
        say=lambda line: None,
        on_epoch=end_of,
    )
    return Trained(rate_of(ends), last["val_balanced_accuracy"])


def train_with_keras(recipe: Recipe, folder: Path, changes: list) -> Trained:
    """Train the same network as Keras' own guides do: a directory, a model, ``fit``."""
    ends, stage = [], recipe.stages[0]
    train_files, val_files = (
        keras.utils.image_dataset_from_directory(
            folder / split,
            label_mode="categorical",
            class_names=list(LABELS),
            batch_size=recipe.training.batch_size,
            image_size=(SIDE, SIDE),
            seed=1,
            verbose=False,
        )
        for split in OF_EACH
    )
    network = build_network(recipe)
    set_trainable(network, stage.trainable)
    model = keras.Sequential([keras.layers.Rescaling(1 / 255), *changes, network])
    model.compile(
        optimizer=keras.optimizers.Adam(stage.learning_rate),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    end = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.monotonic()))
    history = model.fit(
        train_files, validation_data=val_files, epochs=stage.epochs, callbacks=[end], verbose=0
    )
    return Trained(rate_of(ends), history.history["val_accuracy"][-1])


def rate_of(ends: list[float]) -> float:
    """Return pictures per second, without the first epoch, in which functions are compiled."""
    seconds = statistics.median(b - a for a, b in zip(ends, ends[1:], strict=False))
    return len(LABELS) * OF_EACH["train"] / seconds


def write_pictures(folder: Path) -> None:
    """Write JPEG files at the size that is read, so that both sides see the same pixels."""
    for split, of_each in OF_EACH.items():
        for place, label in enumerate(LABELS):
            (folder / split / label).mkdir(parents=True)
            for number in range(of_each):
                seed = 1000 * place + number + 500 * (split == "val")
                picture = Image.fromarray(picture_of(label, seed, SIDE))
                picture.save(folder / split / label / f"{number:03d}.jpg", quality=90)


def dataset_of(folder: Path) -> DataSet:
    files = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*.jpg"))
    none = np.array([""] * len(files))
    labels = [LABELS.index(name.split("/")[0]) for name in files]
    return DataSet(
        folder=folder,
        codes=LABELS,
        files=np.array(files),
        targets=np.eye(len(LABELS), dtype=np.float32)[labels],
        patients=np.array(files),
        sources=none,
        splits=none,
        digests=np.array([f"{folder.name}/{name}" for name in files]),
        views=none,
        ages=np.full(len(files), np.nan),
        sexes=none,
    )


if __name__ == "__main__":
    main()
