"""Drawn pictures show nobody."""

import numpy as np
import pytest

from training.synthetic_pictures import draw


@pytest.fixture
def pictures():
    return np.random.default_rng(0).random((60, 16, 16), dtype=np.float32)


def test_a_seed_draws_the_same_pictures_again(pictures):
    first, again = (draw(pictures, count=2, components=20, seed=1) for _ in range(2))
    assert (first == again).all()
    assert first.shape == (2, 16, 16)
    assert first.dtype == np.uint8


def test_no_drawing_is_nearly_one_of_the_pictures(pictures):
    drawn = draw(pictures, count=5, components=20, seed=1) / 255
    distances = np.abs(drawn[:, None] - pictures[None]).mean(axis=(2, 3))
    assert distances.min() > 0.1


@pytest.mark.parametrize(("kept", "components"), [(40, 10), (60, 46)])
def test_too_few_pictures_for_the_components_are_refused(pictures, kept, components):
    with pytest.raises(ValueError, match="too few"):
        draw(pictures[:kept], count=1, components=components, seed=1)
