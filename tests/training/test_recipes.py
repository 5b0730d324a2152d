"""The five seed systems' recipes, shrunk to a tiny computed sample: each can be run as written."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.packages import read_card
from inference.preprocessing import InputSpec
from tests.training.pictures import own_texture, write_labels
from training.config import ROOT, NetworkSettings, Recipe, read_recipe
from training.datasets.pictures import pictures_of, prepared_pictures
from training.datasets.ready import data_for_training
from training.networks.backbones import BACKBONES
from training.networks.build import build_network, learning_layers, parts
from training.packaging.phantoms import as_8_bit, trunk
from training.run import train_and_package
from training.search.space import read_plan
from training.train import train

FOLDER = ROOT / "training" / "recipes"
SEEDS = (
    "s0_vgg16", "s1_resnet50_stages", "s2_densenet121", "s3_inceptionv3", "s4_inceptionv3_masses",
)  # fmt: skip
VARIANTS = ("s0_vgg19", "s0_resnet34", "s0_vgg16_ct", "s0_vgg16_mri")


def recipe_named(name) -> Recipe:
    return read_recipe(FOLDER / f"{name}.toml")


def shrunk(recipe: Recipe, folder: Path) -> Recipe:
    """Return the recipe for tiny pictures, one epoch a stage, a backbone that knows nothing."""
    backbone = BACKBONES[recipe.network.backbone]
    side = backbone.smallest_side
    stages = [
        replace(stage, epochs=1, warm_up_epochs=0, frozen_copies=min(stage.frozen_copies, 1))
        for stage in recipe.stages
    ]
    return replace(
        recipe,
        data=replace(recipe.data, folder=str(folder)),
        input=replace(recipe.input, height=side, width=side),
        training_scale=1.0,
        network=replace(recipe.network, weights="none"),
        training=replace(recipe.training, batch_size=8),
        stages=tuple(stages),
        strangers=(),
    )


def make_pictures(recipe: Recipe, folder: Path, *, of_each: int) -> Path:
    """Write pictures of every class that the recipe's data words name, each its own blotch."""
    words = [*recipe.codes, *recipe.data.without_finding[:1]]
    rows = []
    for split in ("train", "val", "test"):
        for kind, word in enumerate(words):
            for _ in range(of_each):
                name = f"{word}/{len(rows):04d}.png"
                (folder / word).mkdir(parents=True, exist_ok=True)
                Image.fromarray(picture(kind, len(rows))).save(folder / name)
                rows.append([name, word, f"invented-{len(rows)}", "north", split, ""])
    write_labels(folder, rows)
    return folder / "labels.csv" if recipe.data.folder.endswith(".csv") else folder


def picture(kind: int, number: int) -> np.ndarray:
    side = 96
    pixels = trunk(side, side, seed=number) + 0.35 * own_texture(number, side)
    row, column = divmod(kind, 2)
    pixels[20 + 40 * row : 40 + 40 * row, 20 + 40 * column : 40 + 40 * column] += 0.5
    return as_8_bit(pixels)


@pytest.mark.parametrize("name", SEEDS + VARIANTS)
def test_it_says_what_its_maker_must_know(name):
    recipe = recipe_named(name)
    assert recipe.card["limits"]
    assert recipe.card["research_only"] is True
    assert any(label["role"] == "finding" for label in recipe.labels)
    assert recipe.text.startswith("# System ")
    # A left lung is no right one, but a film upside down is nobody's.
    assert not recipe.augmentation.get("upside_down")


def test_the_seeds_networks_are_as_they_were():
    networks = {name: recipe_named(name).network for name in SEEDS}
    imagenet = {"weights": "imagenet"}
    assert networks["s0_vgg16"] == NetworkSettings(backbone="VGG16", dropout=0.5, **imagenet)
    assert networks["s1_resnet50_stages"].backbone == "ResNet50"
    assert networks["s2_densenet121"] == NetworkSettings(
        backbone="DenseNet121", head="dense", hidden=(128, 64), dropout=(0.25, 0.5, 0.5),
        activation="sigmoid", **imagenet,
    )  # fmt: skip
    assert networks["s3_inceptionv3"] == NetworkSettings(
        backbone="InceptionV3", head="flatten", dropout=0.5, **imagenet
    )
    assert networks["s4_inceptionv3_masses"] == NetworkSettings(
        backbone="InceptionV3", head="flatten", hidden=(1024,), dropout=0.2, activation="sigmoid",
        **imagenet,
    )  # fmt: skip


def test_the_seeds_schedules_are_as_they_were():
    s2, s3, s4 = (recipe_named(name) for name in SEEDS[2:])
    assert len(recipe_named("s1_resnet50_stages").stages) > 2
    assert {s.training.optimizer for s in (s2, s3, s4)} == {"adam"}
    assert s2.stages[0].learning_rate == s2.stages[0].final_learning_rate == 1e-4
    assert s2.stages[0].trainable == "head"
    assert s2.data.uncertain in ("negative", "positive", "left_out")
    assert (s3.input.height, s3.training.batch_size, s3.epochs) == (224, 32, 500)
    assert (s4.input.height, s4.epochs) == (256, 20)
    assert s4.data.folder.endswith(".csv")
    for change in ("rotation_degrees", "shift", "zoom_in", "zoom_out", "shear_degrees"):
        assert s4.augmentation[change] > 0


def test_the_search_of_the_stages_recipe_can_be_read():
    assert read_plan(recipe_named("s1_resnet50_stages")).trials == 20


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS + VARIANTS)
def test_its_network_is_built_at_full_size_and_has_the_layers_that_its_stages_name(name):
    recipe = recipe_named(name)
    network = build_network(replace(recipe, network=replace(recipe.network, weights="none")))
    assert network.input_shape[1:3] == (recipe.input.height, recipe.input.width)
    assert network.output_shape == (None, len(recipe.labels))
    for stage in recipe.stages:
        learning_layers(parts(network)[0], stage.trainable)


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS)
def test_it_learns_an_epoch_of_each_stage(name, tmp_path):
    recipe = recipe_named(name)
    place = make_pictures(recipe, tmp_path / "data", of_each=4)
    recipe, lines = shrunk(recipe, place), []
    dataset = data_for_training(recipe, tmp_path / "run", say=lines.append)
    pictures = prepared_pictures(dataset, recipe.input, tmp_path / "cache")
    network = train(
        recipe=recipe,
        train_set=dataset.split("train"),
        train_pictures=pictures_of("train", dataset, pictures),
        val_set=dataset.split("val"),
        val_pictures=pictures_of("val", dataset, pictures),
        folder=tmp_path / "run",
        say=lines.append,
    )
    for stage in recipe.stages:
        assert any(stage.name in line for line in lines)
    assert np.isfinite(network(pictures[:2])).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["s2_densenet121", "s4_inceptionv3_masses"])
def test_it_runs_to_the_package(name, tmp_path):
    recipe = recipe_named(name)
    place = make_pictures(recipe, tmp_path / "data", of_each=8)
    recipe = shrunk(recipe, place)
    dataset = data_for_training(recipe, tmp_path / "run", say=print)
    package = train_and_package(recipe=recipe, dataset=dataset, folder=tmp_path / "run", say=print)
    card = read_card(package)
    assert card.outputs.activation == "sigmoid"
    assert card.outputs.logits == len(card.labels) == 1
    assert card.metrics["parity"]["changed_calls"] == 0
    assert card.metrics["parity"]["candidates"]
    assert isinstance(card.input, InputSpec)
