"""Draw pictures of nobody: random points in the space that the principal components of many span.

A drawn picture mixes the directions in which a hundred pictures differ, with coefficients that no
one of them has; it looks like an X-ray and shows no person (eigenpictures: Sirovich, Kirby 1987).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

# Letters, dates and arrows sit at the border; the model would pass them on.
KEPT_OF_THE_MIDDLE = 0.84
LEAST_PICTURES = 50


def load_square(files: Sequence[Path], size: int) -> np.ndarray:
    """Return the middles of ``files`` as float32 (n, size, size) in 0..1."""
    pictures = []
    for file in files:
        with Image.open(file) as opened:
            grey = ImageOps.autocontrast(opened.convert("L"), cutoff=1)
        border = round(min(grey.size) * (1 - KEPT_OF_THE_MIDDLE) / 2)
        square = ImageOps.fit(ImageOps.crop(grey, border), (size, size))
        pictures.append(np.asarray(square, np.float32) / 255)
    return np.stack(pictures)


def draw(
    pictures: np.ndarray, *, count: int, components: int, seed: int, spread: float = 0.8
) -> np.ndarray:
    """Return ``count`` invented pictures, uint8 (count, size, size), from float32 (n, size, size).

    Raises ValueError when there are too few pictures, or too few for ``components``, to be sure
    that a drawing is not nearly one of them.
    """
    n = len(pictures)
    if n < LEAST_PICTURES or components > 0.75 * n:
        raise ValueError(f"{n} pictures are too few for {components} components.")
    flat = pictures.reshape(n, -1)
    mean = flat.mean(axis=0)
    centred = flat - mean
    variances, weights = np.linalg.eigh(centred @ centred.T)
    variances, weights = variances[::-1][:components], weights[:, ::-1][:, :components]
    directions = (weights.T @ centred) / np.sqrt(variances)[:, None]
    deviations = np.sqrt(variances / (n - 1)) * spread
    coefficients = np.random.default_rng(seed).normal(size=(count, components)) * deviations
    drawn = np.clip(mean + coefficients @ directions, 0, 1)
    return (drawn * 255).round().astype(np.uint8).reshape(count, *pictures.shape[1:])
