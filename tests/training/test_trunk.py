"""One body for several tasks: joined data, trained once, where each task's recipe begins."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.preprocessing import prepare
from tests.training.networks.recipes import LABEL
from tests.training.pictures import make_dataset_folder
from training.config import NetworkSettings, read_recipe
from training.datasets.pictures import decode
from training.datasets.ready import data_for_training
from training.errors import TrainingError
from training.networks.build import build_network
from training.trunk import WEIGHTS, JoinedPictures, join, pictures, read_trunk, train_trunk

TASK = """
name = "{name}"
version = "0.1.0"
[card]
[data]
folder = "{folder}"
ignore = {ignore}
[input]
height = 48
width = 48
channels = {channels}
preprocessing = "{preprocessing}"
[network]
widths = [4, 8, 8]
[training]
batch_size = 8
seed = 1
[[stages]]
name = "learn"
epochs = 1
learning_rate = 1e-3
"""
TRUNK = """
name = "trunk"
version = "1"
recipes = ["grey.toml", "colour.toml"]
[input]
height = 32
width = 32
channels = 3
training_scale = 1.25
[network]
widths = [4, 8, 8]
activation = "sigmoid"
[augmentation]
zoom_in = 0.2
[training]
batch_size = 8
seed = 1
[[stages]]
name = "together"
epochs = 1
learning_rate = 1e-3
"""


def make_task(folder: Path, name: str, labels, ignore, **given) -> None:
    text = TASK.format(name=name, folder=folder / "data", ignore=list(ignore), **given)
    (folder / f"{name}.toml").write_text(text + "".join(LABEL.format(label) for label in labels))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trunk")
    make_dataset_folder(folder / "data", of_each=4)
    make_task(
        folder, "grey", ("covid", "viral_pneumonia", "normal"), (),
        channels=1, preprocessing="equalised_grey",
    )  # fmt: skip
    make_task(
        folder, "colour", ("covid", "normal"), ("viral_pneumonia",),
        channels=3, preprocessing="colour",
    )  # fmt: skip
    (folder / "trunk.toml").write_text(TRUNK)
    return folder


@pytest.fixture(scope="module")
def trained(folder):
    lines = []
    return train_trunk(read_trunk(folder / "trunk.toml"), folder / "run", lines.append), lines


def test_pictures_of_several_maps_are_read_as_if_they_were_one():
    parts = (np.arange(6).reshape(3, 2), np.arange(6, 10).reshape(2, 2))
    joined = JoinedPictures(parts)
    assert joined.shape == (5, 2)
    assert (joined[np.array([4, 0, 3])] == np.concatenate(parts)[[4, 0, 3]]).all()


@pytest.mark.slow
def test_nobody_knows_the_labels_of_another_task(folder, trained):
    trunk = read_trunk(folder / "trunk.toml")
    sets = [data_of(task, folder) for task in trunk.tasks]
    joined = join(trunk.recipe, sets)
    assert joined.codes == (
        "grey/covid", "grey/viral_pneumonia", "grey/normal", "colour/covid", "colour/normal"
    )  # fmt: skip
    known = np.isfinite(joined.targets)
    first = len(sets[0])
    assert known[:first, :3].all()
    assert not known[:first, 3:].any()
    assert known[first:, 3:].all()
    assert not known[first:, :3].any()


@pytest.mark.slow
def test_each_picture_is_prepared_as_its_own_recipe_says(folder, trained):
    trunk = read_trunk(folder / "trunk.toml")
    sets = [data_of(task, folder) for task in trunk.tasks]
    prepared = pictures(trunk, sets, "val", 1.0, folder / "run" / "cache")
    joined = join(trunk.recipe, sets).split("val")
    for row, preprocessing in ((0, "equalised_grey"), (len(joined) - 1, "colour")):
        spec = replace(trunk.recipe.input, preprocessing=preprocessing)
        expected = prepare(decode(Path(joined.files[row])), spec)
        assert np.array_equal(prepared[np.array([row])][0], expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["grey", "colour"])
def test_a_recipe_begins_with_the_trunk(folder, trained, name):
    weights, lines = trained
    assert weights.name == WEIGHTS
    assert any("2 tasks" in line for line in lines)
    recipe = read_recipe(folder / f"{name}.toml")
    network = NetworkSettings(widths=(4, 8, 8), weights=str(weights))
    begun = build_network(replace(recipe, network=network))
    fresh = build_network(recipe)
    layer = "stage1a_conv1"
    assert not np.allclose(begun.get_layer(layer).kernel, fresh.get_layer(layer).kernel)
    again = build_network(replace(recipe, network=network))
    assert np.allclose(begun.get_layer(layer).kernel, again.get_layer(layer).kernel)


def test_what_is_no_trunk_is_one_clear_line(tmp_path):
    (tmp_path / "trunk.toml").write_text(TRUNK.replace("sigmoid", "softmax"))
    with pytest.raises(TrainingError, match="grey.toml"):
        read_trunk(tmp_path / "trunk.toml")
    (tmp_path / "trunk.toml").write_text("recipes = []")
    with pytest.raises(TrainingError, match="incomplete"):
        read_trunk(tmp_path / "trunk.toml")
    with pytest.raises(TrainingError, match="no trunk recipe"):
        read_trunk(tmp_path / "nowhere.toml")


def data_of(task, folder):
    return data_for_training(task, folder / "run" / task.name, say=lambda line: None)
