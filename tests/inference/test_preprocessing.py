"""What a classifier reads, and how its maps find back to the picture."""

import numpy as np
import pytest

from inference.preprocessing import (
    InputSpec,
    as_grey,
    behaviour_digest,
    equalise,
    prepare,
    to_whole_frame,
)

SPEC = InputSpec(64, 64, 1, "equalised_grey", {"border": 0.1})


def make_picture(rows=150, columns=120, dtype=np.uint8):
    down, across = np.mgrid[0:rows, 0:columns]
    wave = (np.sin(down / 11.0) + np.cos(across / 17.0) + 2) / 4
    return (wave * np.iinfo(dtype).max).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("shape", [(150, 120), (20, 300), (7, 5)])
def test_every_kind_of_picture_becomes_one_kind_of_input(dtype, colour, shape):
    pixels = make_picture(*shape, dtype=dtype)
    if colour:
        pixels = np.repeat(pixels[..., None], 3, axis=-1)
    prepared = prepare(pixels, SPEC)
    assert prepared.shape == (64, 64, 1)
    assert prepared.dtype == np.float32
    assert 0 <= prepared.min() <= prepared.max() <= 1


def test_windowing_and_gamma_and_bit_depth_leave_the_input_alone():
    pixels = make_picture()
    prepared = prepare(pixels, SPEC)
    darker = ((pixels / 255.0) ** 0.5 * 180 + 20).astype(np.uint8)
    deeper = pixels.astype(np.uint16) * 257
    assert np.abs(prepare(darker, SPEC) - prepared).mean() < 0.01
    assert np.abs(prepare(deeper, SPEC) - prepared).max() < 0.01


def test_what_is_written_in_the_border_is_not_read():
    pixels = make_picture(200, 100)
    marked = pixels.copy()
    marked[:19], marked[-19:], marked[:, :9], marked[:, -9:] = 255, 0, 255, 0
    assert np.array_equal(prepare(marked, SPEC), prepare(pixels, SPEC))


def test_a_constant_picture_is_grey_everywhere():
    assert np.all(equalise(np.full((8, 8), 77.0)) == 0.5)


def test_ranks_are_spread_evenly():
    ranks = equalise(np.arange(100.0).reshape(10, 10) ** 3)
    assert ranks.min() < 0.3
    assert ranks.max() > 0.99
    assert abs(ranks.mean() - 0.5) < 1e-6


def test_colour_is_weighed_as_the_eye_does():
    green = np.zeros((2, 2, 3), np.uint8)
    green[..., 1] = 100
    assert as_grey(green) == pytest.approx(np.full((2, 2), 58.7))


def test_a_map_covers_the_whole_frame_and_is_zero_in_the_border():
    whole = to_whole_frame(np.ones((8, 8), np.float32), (200, 100), SPEC)
    assert whole.shape == (200, 100)
    assert np.all(whole[20:-20, 10:-10] == 1)
    assert whole[:20].sum() == whole[-20:].sum() == whole[:, :10].sum() == whole[:, -10:].sum() == 0


def test_a_map_of_a_large_picture_stays_small_and_keeps_its_proportions():
    whole = to_whole_frame(np.ones((8, 8), np.float32), (4000, 2000), SPEC)
    assert whole.shape == (256, 128)


def test_a_map_points_to_where_the_input_was():
    inner = np.zeros((8, 8), np.float32)
    inner[0, 7] = 1
    whole = to_whole_frame(inner, (100, 100), SPEC)
    row, column = np.unravel_index(whole.argmax(), whole.shape)
    assert row < 25
    assert column > 75


def test_the_behaviour_digest_changes_with_the_behaviour():
    wider = InputSpec(64, 64, 1, "equalised_grey", {"border": 0.2})
    assert behaviour_digest(SPEC) == behaviour_digest(SPEC)
    assert behaviour_digest(SPEC) != behaviour_digest(wider)


def test_colour_stays_colour_and_grey_becomes_three_equal_channels():
    spec = InputSpec(8, 8, 3, "colour")
    red = np.zeros((20, 30, 3), np.uint8)
    red[..., 0] = 255
    assert np.allclose(prepare(red, spec), [1.0, 0.0, 0.0])
    assert np.allclose(prepare(np.full((20, 30), 51, np.uint8), spec), 0.2)


@pytest.mark.parametrize("name", ["grey", "equalised_grey"])
def test_a_backbone_for_colour_gets_the_same_grey_three_times(name):
    pixels = np.arange(400, dtype=np.uint8).reshape(20, 20)
    prepared = prepare(pixels, InputSpec(8, 8, 3, name))
    assert prepared.shape == (8, 8, 3)
    assert (prepared == prepared[..., :1]).all()


def test_grey_is_spread_over_the_same_range_whatever_the_window():
    pixels = np.arange(400, dtype=np.uint16).reshape(20, 20)
    spec = InputSpec(8, 8, 1, "grey")
    assert np.allclose(prepare(pixels, spec), prepare(pixels * 100 + 7, spec), atol=1e-3)
