"""Strangers are noticed, by their looks or by their features."""

import functools
from dataclasses import replace

import numpy as np
import pytest

from inference.out_of_distribution import read_familiarity, write_familiarity
from inference.preprocessing import InputSpec, prepare
from training.packaging.familiarity import fit_cloud, learn_familiarity, limited
from training.packaging.phantoms import as_8_bit, nonsense_pictures, trunk

SPEC = InputSpec(64, 64, 1, "equalised_grey", {"border": 0.06})


def prepared(pictures):
    return np.stack([prepare(pixels, SPEC) for pixels in pictures])


def trunks(first, count):
    return [as_8_bit(trunk(90, 80, seed=seed)) for seed in range(first, first + count)]


@functools.cache
def learn():
    random = np.random.default_rng(1)
    return learn_familiarity(
        train_pictures=prepared(trunks(0, 60)),
        train_features=random.normal(size=(60, 8)),
        val_pictures=prepared(trunks(100, 60)),
        val_features=random.normal(size=(60, 8)),
    )


def test_trunks_are_familiar_and_nonsense_is_not():
    familiarity = learn()
    usual = np.zeros((20, 8))
    assert familiarity.strangeness(prepared(trunks(300, 20)), usual).max() < 1.2
    assert familiarity.strangeness(prepared(nonsense_pictures(20)), usual).min() > 1


@pytest.mark.parametrize(
    "turn", [lambda p: 255 - p, lambda p: p[::-1], lambda p: np.rot90(p), lambda p: np.rot90(p, 3)]
)
def test_an_inverted_or_turned_picture_is_a_stranger_however_wide_the_limit(turn):
    wide = replace(learn().looks, limit=np.array(1e6))
    familiarity, usual = replace(learn(), looks=wide), np.zeros((10, 8))
    pictures = [np.ascontiguousarray(turn(pixels)) for pixels in trunks(300, 10)]
    assert familiarity.strangeness(prepared(trunks(300, 10)), usual).max() < 1
    assert familiarity.strangeness(prepared(pictures), usual).min() > 1


def test_unusual_features_alone_make_a_stranger():
    familiarity = learn()
    pictures = prepared(trunks(0, 2))
    features = np.array([[0.0] * 8, [40.0] * 8])
    assert (familiarity.strangeness(pictures, features) > 1).tolist() == [False, True]


def test_what_is_stored_gives_the_same_answer(tmp_path):
    familiarity = learn()
    write_familiarity(tmp_path / "features.npz", familiarity)
    pictures, features = prepared(trunks(7, 5)), np.ones((5, 8))
    again = read_familiarity(tmp_path / "features.npz").strangeness(pictures, features)
    assert np.allclose(again, familiarity.strangeness(pictures, features), rtol=1e-3)


def test_a_direction_without_spread_does_not_weigh_without_bound():
    random = np.random.default_rng(2)
    points = random.normal(size=(200, 5)) * [1, 1, 1, 1, 0]
    cloud = limited(fit_cloud(points), points, 0.99, 1.0)
    assert np.isfinite(cloud.distance(points)).all()
