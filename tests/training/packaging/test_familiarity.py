"""Strangers are noticed, by their looks or by their features."""

import functools
from dataclasses import replace

import numpy as np
import pytest

from inference.out_of_distribution import (
    TURNS,
    at_fixed_size,
    looks_of,
    read_familiarity,
    write_familiarity,
)
from inference.preprocessing import InputSpec, prepare
from training.packaging.familiarity import (
    familiarity_on_card,
    fit_cloud,
    learn_familiarity,
    learn_other_kinds,
    limited,
)
from training.packaging.phantoms import as_8_bit, mucosa, nonsense_pictures, trunk

SPEC = InputSpec(64, 64, 1, "equalised_grey", {"border": 0.06})
COLOUR = InputSpec(64, 64, 3, "colour")


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


def in_every_position(first, count):
    """Folds in colour, turned as they come."""
    pictures = [as_8_bit(mucosa(80, 80, seed=seed)) for seed in range(first, first + count)]
    turned = [
        np.rot90(pixels[:, :: 1 - 2 * (number // 4 % 2)], number % 4)
        for number, pixels in enumerate(pictures)
    ]
    return np.stack([prepare(np.ascontiguousarray(pixels), COLOUR) for pixels in turned])


@functools.cache
def learn_colour():
    random = np.random.default_rng(3)
    return learn_familiarity(
        train_pictures=in_every_position(0, 80),
        train_features=random.normal(size=(80, 8)),
        val_pictures=in_every_position(200, 60),
        val_features=random.normal(size=(60, 8)),
    )


def test_where_pictures_come_in_every_position_none_is_wrong():
    familiarity = learn_colour()
    assert not any(familiarity.turns[1:])
    inverted = 1.0 - in_every_position(400, 10)
    assert familiarity.turns[0]
    assert familiarity.strangeness(in_every_position(400, 10), np.zeros((10, 8))).max() < 1.2
    assert familiarity.strangeness(inverted, np.zeros((10, 8))).min() > 1


def test_where_pictures_come_upright_every_turn_is_wrong_and_the_card_says_so():
    assert learn().turns == (True,) * len(TURNS)
    assert "inverted, upside down" in familiarity_on_card(learn())["rule"]
    assert "inverted" in familiarity_on_card(learn_colour())["rule"]
    assert "upside down" not in familiarity_on_card(learn_colour())["rule"]


def test_the_same_folds_in_another_tint_are_strangers():
    other = in_every_position(400, 10)[..., ::-1]
    assert learn_colour().strangeness(other, np.zeros((10, 8))).min() > 1


def test_a_grey_picture_has_no_tint_so_that_packages_from_before_read_as_they_did():
    grey = at_fixed_size(prepared(trunks(0, 2)))
    assert looks_of(grey).shape == (2, 32 * 32 + 3 * 8 * 8)


def test_a_package_from_before_turns_were_learnt_looks_for_all_of_them(tmp_path):
    write_familiarity(tmp_path / "new.npz", learn_colour())
    with np.load(tmp_path / "new.npz") as stored:
        old = {name: array for name, array in stored.items() if name != "turns"}
    np.savez(tmp_path / "old.npz", **old)
    assert read_familiarity(tmp_path / "new.npz").turns == learn_colour().turns
    assert read_familiarity(tmp_path / "old.npz").turns == (True,) * len(TURNS)


def test_a_kind_that_was_shown_as_wrong_is_a_stranger_though_both_clouds_hold_it(tmp_path):
    random = np.random.default_rng(5)
    right, others = random.normal(size=(300, 8)), random.normal(size=(200, 8)) + 2.0 * np.eye(8)[3]
    familiarity = replace(
        learn(), other_kinds=learn_other_kinds(right[:250], right[250:], others[:150])
    )
    wide = replace(familiarity.features, limit=np.array(1e6))
    familiarity = replace(familiarity, looks=replace(familiarity.looks, limit=np.array(1e6)),
                          features=wide, turns=(False,) * len(TURNS))  # fmt: skip
    write_familiarity(tmp_path / "features.npz", familiarity)
    again = read_familiarity(tmp_path / "features.npz")
    pictures = prepared(trunks(300, 50))
    assert (again.strangeness(pictures, right[250:]) > 1).mean() <= 0.02
    far = others[150:] + 6.0 * np.eye(8)[3]
    assert (again.strangeness(pictures, far) > 1).all()
    assert "other kinds of pictures" in familiarity_on_card(again)["rule"]


def test_without_examples_of_the_wrong_there_is_no_plane():
    assert learn_other_kinds(np.zeros((4, 2)), np.zeros((4, 2)), None) is None
    assert learn_other_kinds(np.zeros((4, 2)), np.zeros((4, 2)), np.zeros((0, 2))) is None
