"""Features of a frozen body: once, whole or none, the right row for each picture."""

import numpy as np
import pytest
from keras import Input, Model, layers

from tests.training.runs import make_data, make_recipe
from training import frozen_features
from training.changes import Augmentation
from training.config import Stage
from training.errors import TrainingError
from training.frozen_features import FrozenBody, reads_features
from training.networks.build import body_and_head, build_network


@pytest.fixture(scope="module")
def body():
    return body_and_head(build_network(make_recipe()))[0]


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(frozen_features, "BLOCK", 4)


def frozen(body, tmp_path, say=print):
    return FrozenBody(body, (16, 16), tmp_path, say)


@pytest.mark.parametrize(
    ("stage", "common", "expected"),
    [
        ({"trainable": "head"}, {}, True),
        ({"trainable": "head"}, {"mirror": True}, False),
        ({"trainable": "head", "augmentation": {"mirror": False}}, {"mirror": True}, True),
        ({"trainable": "head", "frozen_copies": 3}, {"mirror": True}, True),
        ({"trainable": "head", "mixup": 0.2}, {}, False),
        ({"trainable": "all"}, {}, False),
        ({"trainable": "last:3", "frozen_copies": 3}, {}, False),
    ],
)
def test_only_a_head_whose_pictures_stay_the_same_learns_from_features(stage, common, expected):
    stage = Stage(name="one", epochs=1, learning_rate=0.1, **stage)
    assert reads_features(make_recipe(augmentation=common), stage) == expected


@pytest.mark.usefixtures("small_blocks")
def test_each_picture_has_its_row_in_every_set(body, tmp_path):
    dataset, pictures = make_data(10, seed=1)
    spec = make_recipe().input
    once = frozen(body, tmp_path).features(dataset, pictures, spec)
    assert np.allclose(once, body(pictures, training=False), atol=1e-5)
    sets = frozen(body, tmp_path).features(
        dataset, pictures, spec, how=Augmentation(noise=1e-4), copies=3, seed=5
    )
    assert sets.shape == (30, *once.shape[1:])
    for copy in range(3):
        assert np.allclose(sets[10 * copy : 10 * copy + 10], once, atol=1e-2)
    assert not np.array_equal(sets[:10], sets[10:20])


@pytest.mark.usefixtures("small_blocks")
def test_a_stopped_computation_goes_on_where_it_was_and_ends_the_same(body, tmp_path):
    dataset, pictures = make_data(18, seed=1)
    spec, how = make_recipe().input, Augmentation(noise=0.1)

    class Stopping:
        """Pictures that can be read so many times."""

        def __init__(self, times):
            self.times, self.read = times, []

        def __len__(self):
            return len(pictures)

        def __getitem__(self, rows):
            if len(self.read) == self.times:
                raise KeyboardInterrupt
            self.read.append(rows)
            return pictures[rows]

    options = {"how": how, "copies": 1, "seed": 3}
    whole = frozen(body, tmp_path / "whole").features(dataset, pictures, spec, **options)
    with pytest.raises(KeyboardInterrupt):
        frozen(body, tmp_path / "cut").features(dataset, Stopping(2), spec, **options)
    assert not list((tmp_path / "cut").glob("*.npy"))
    rest = Stopping(9)
    resumed = frozen(body, tmp_path / "cut").features(dataset, rest, spec, **options)
    assert [rows[0] for rows in rest.read] == [8, 12, 16]
    assert np.array_equal(resumed, whole)
    assert [path.suffix for path in (tmp_path / "cut").iterdir()] == [".npy"]


def test_they_are_computed_once_for_the_same_weights_and_pictures(body, tmp_path):
    dataset, pictures = make_data(6, seed=1)
    spec = make_recipe().input
    frozen(body, tmp_path).features(dataset, pictures, spec)
    frozen(body, tmp_path).features(dataset, None, spec)
    other = Model(inputs := Input((16, 16, 1)), layers.GlobalAveragePooling2D()(inputs))
    frozen(other, tmp_path).features(dataset, pictures, spec)
    assert len(list(tmp_path.glob("features-*.npy"))) == 2


def test_a_disk_without_room_is_one_clear_line_before_hours_are_spent(body, tmp_path, monkeypatch):
    dataset, pictures = make_data(6, seed=1)

    class Usage:
        free = 10

    monkeypatch.setattr(frozen_features.shutil, "disk_usage", lambda folder: Usage)
    with pytest.raises(TrainingError, match="do not fit on the disk .*goes on where it was"):
        frozen(body, tmp_path).features(dataset, pictures, make_recipe().input)
    assert not list(tmp_path.glob("*.npy"))


def test_a_disk_that_fills_up_on_the_way_is_the_same_line_and_leaves_no_half_file(
    body, tmp_path, monkeypatch
):
    dataset, pictures = make_data(6, seed=1)
    spec = make_recipe().input

    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(frozen_features.os, "fsync", full)
        with pytest.raises(TrainingError, match="do not fit on the disk"):
            frozen(body, tmp_path).features(dataset, pictures, spec)
    assert not list(tmp_path.glob("*.npy"))
    assert len(frozen(body, tmp_path).features(dataset, pictures, spec)) == 6
