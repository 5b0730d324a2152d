"""What is seen before any network looks: a blank picture, colour, or the lack of it."""

import numpy as np

BLANK = "blank_image"
UNLIKE = "unlike_training_data"

LEAST_SPREAD = 0.02
"""A picture whose middle 98 % of values span less of its range than this shows nothing."""
MOST_COLOUR = 0.08
"""Mean distance between the strongest and the weakest channel; a tinted scan stays below it."""
LEAST_COLOUR = 0.04
"""A classifier of colour pictures does not read grey ones; of 436 colonoscopies the greyest has
0.08."""
LARGEST_SAMPLE = 512


def problem_with(pixels: np.ndarray, *, reads_colour: bool) -> str:
    """Return the code of the reason not to classify ``pixels``, or an empty string."""
    sample = _thinned(pixels)
    if is_blank(sample):
        return BLANK
    colour = colourfulness(sample)
    is_other_kind = colour < LEAST_COLOUR if reads_colour else colour > MOST_COLOUR
    return UNLIKE if is_other_kind else ""


def is_blank(pixels: np.ndarray) -> bool:
    """Whether the picture is constant but for noise or a few stray pixels.

    16-bit pictures often use a small part of their range, so they are judged by their own values.
    """
    low, high = np.quantile(pixels, [0.01, 0.99])
    if pixels.dtype == np.uint8:
        return bool(high - low < LEAST_SPREAD * 255)
    return bool(high - low < max(LEAST_SPREAD * float(high), 8.0))


def colourfulness(pixels: np.ndarray) -> float:
    """Return how far from grey the picture is, 0..1."""
    if pixels.ndim == 2:
        return 0.0
    scaled = pixels[..., :3].astype(np.float32) / np.iinfo(pixels.dtype).max
    return float((scaled.max(axis=-1) - scaled.min(axis=-1)).mean())


def _thinned(pixels: np.ndarray) -> np.ndarray:
    """Return every n-th row and column: enough to judge by, however large the picture is."""
    step = max(1, max(pixels.shape[:2]) // LARGEST_SAMPLE)
    return pixels[::step, ::step]
