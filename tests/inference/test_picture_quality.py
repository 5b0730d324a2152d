"""A picture of the wrong kind is told before any network looks."""

import numpy as np
import pytest

from inference.picture_quality import BLANK, UNLIKE, problem_with

RAMP = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
GREY = np.repeat(RAMP[..., None], 3, axis=-1)
TINTED = np.stack([RAMP, RAMP * 0.95, RAMP * 0.9], axis=-1).astype(np.uint8)
COLOURED = np.stack([RAMP, RAMP // 2, RAMP // 3], axis=-1)


@pytest.mark.parametrize(
    ("pixels", "for_grey", "for_colour"),
    [
        (RAMP, "", UNLIKE),
        (GREY, "", UNLIKE),
        (TINTED, "", ""),
        (COLOURED, UNLIKE, ""),
        (np.full((64, 64), 128, np.uint8), BLANK, BLANK),
        (RAMP.astype(np.uint16) * 257, "", UNLIKE),
    ],
)
def test_grey_classifiers_read_grey_and_colour_classifiers_colour(pixels, for_grey, for_colour):
    assert problem_with(pixels, reads_colour=False) == for_grey
    assert problem_with(pixels, reads_colour=True) == for_colour
