"""What augmentation does to computed pictures."""

import numpy as np
import pytest
import tensorflow as tf

from training.augmentation import augment
from training.changes import Augmentation

SIZE = (24, 24)
STRENGTHS = {
    "mirror": True, "upside_down": True, "quarter_turns": True, "rotation_degrees": 20.0,
    "shift": 0.2, "zoom_in": 0.3, "zoom_out": 0.3, "stretch": 0.2, "shear_degrees": 15.0,
    "contrast": 0.5, "brightness": 0.3, "gamma": 0.5, "blur": 1.0, "sharpen": 0.5, "noise": 0.1,
    "erased_patches": 6, "spectrum": 0.8, "hue_degrees": 40.0, "colour_cast": 0.3,
}  # fmt: skip
COLOUR = ("hue_degrees", "colour_cast")
EVERY = [
    (name, channels)
    for name in STRENGTHS
    for channels in (1, 3)
    if channels == 3 or name not in COLOUR
]


@pytest.fixture
def pictures():
    return make_pictures(1)


def make_pictures(channels, side=24, count=16):
    random = np.random.default_rng(3)
    return random.uniform(0.2, 0.8, size=(count, side, side, channels)).astype(np.float32)


def changed(pictures, seed=1, size=SIZE, **how):
    return augment(tf.constant(pictures), size, Augmentation(**how), tf.constant([7, seed])).numpy()


@pytest.mark.parametrize(("name", "channels"), EVERY)
def test_each_change_is_off_at_nought_and_repeated_by_its_seed(name, channels):
    pictures = make_pictures(channels)
    first = changed(pictures, **{name: STRENGTHS[name]})
    assert first.shape == pictures.shape
    assert np.isfinite(first).all()
    assert not np.allclose(first, pictures, atol=1e-3)
    assert np.array_equal(first, changed(pictures, **{name: STRENGTHS[name]}))
    assert not np.array_equal(first, changed(pictures, seed=2, **{name: STRENGTHS[name]}))
    assert np.array_equal(pictures, changed(pictures, **{name: type(STRENGTHS[name])(0)}))


def test_all_changes_together_repeat_by_their_seed():
    pictures = make_pictures(3)
    assert np.array_equal(changed(pictures, **STRENGTHS), changed(pictures, **STRENGTHS))


@pytest.mark.parametrize(("name", "axis"), [("mirror", 1), ("upside_down", 0)])
def test_about_half_of_the_pictures_are_flipped_and_no_pixel_is_lost(pictures, name, axis):
    flipped = 0
    for before, after in zip(pictures, changed(pictures, **{name: True}), strict=True):
        if not np.allclose(before, after, atol=1e-5):
            assert np.allclose(np.flip(before, axis), after, atol=1e-5)
            flipped += 1
    assert 3 <= flipped <= 13


def test_quarter_turns_are_exact_and_all_four_occur():
    pictures = make_pictures(1, count=40)
    turns = set()
    for before, after in zip(pictures, changed(pictures, quarter_turns=True), strict=True):
        fitting = [k for k in range(4) if np.allclose(np.rot90(before, k), after, atol=1e-4)]
        assert len(fitting) == 1
        turns |= set(fitting)
    assert turns == {0, 1, 2, 3}


def test_switching_one_change_on_leaves_what_others_draw(pictures):
    mirrored = changed(pictures, mirror=True)
    brighter_too = changed(pictures, mirror=True, brightness=0.3)
    offsets = brighter_too - mirrored
    assert np.ptp(offsets, axis=(1, 2, 3)).max() < 1e-5


def test_larger_pictures_are_only_scaled_where_nothing_is_on():
    slope = np.linspace(0.0, 1.0, 48, dtype=np.float32)
    larger = np.broadcast_to(slope[None, None, :, None], (2, 48, 48, 1))
    smaller = np.linspace(0.0, 1.0, 24, dtype=np.float32)
    assert np.allclose(changed(larger), smaller[None, None, :, None], atol=1e-5)


def test_zooming_out_shrinks_the_picture_and_zooming_in_fills_the_frame():
    white = np.ones((16, *SIZE, 1), np.float32)
    assert changed(white, zoom_out=0.5).mean() < 0.95
    assert np.allclose(changed(white, zoom_in=0.5), 1.0, atol=1e-5)


def test_a_turned_hue_leaves_greys_and_the_mean_of_colours():
    grey = np.repeat(make_pictures(1), 3, axis=-1)
    assert np.allclose(changed(grey, hue_degrees=90.0), grey, atol=1e-5)
    colours = make_pictures(3)
    turned = changed(colours, hue_degrees=90.0)
    assert np.allclose(turned.mean(axis=-1), colours.mean(axis=-1), atol=1e-5)


def test_noise_is_normal_and_its_strength_differs_from_picture_to_picture(pictures):
    noise = changed(pictures, noise=0.1) - pictures
    spread = noise.std(axis=(1, 2, 3))
    assert spread.max() < 0.12
    assert spread.max() > 2 * spread.min()
    assert abs(noise.mean()) < 0.005
