"""Turn decoded pictures into what pages show: small, 8 bits, without any metadata.

Grey of 16 bits is windowed: the 0.5th percentile of the pixels becomes black, the 99.5th white.
8-bit pictures are shown as they are.
"""

import io

import numpy as np
from PIL import Image

PREVIEW_SIDE = 1400
THUMBNAIL_SIDE = 176
MEDIA_TYPE = "image/jpeg"
WINDOW_PERCENTILES = (0.5, 99.5)
SAMPLE_OF_PIXELS = 1_000_000
BAND = 256


def make_preview(array: np.ndarray) -> bytes:
    """Return a JPEG of ``array`` whose longest side is at most ``PREVIEW_SIDE``."""
    image = _roughly_shrunk(array)
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    return _jpeg(image, quality=95)


def make_thumbnail(preview: bytes) -> bytes:
    """Return a small JPEG of a preview."""
    with Image.open(io.BytesIO(preview), formats=["JPEG"]) as image:
        image.draft(None, (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        return _jpeg(image, quality=85)


def _roughly_shrunk(array: np.ndarray) -> Image.Image:
    """Return ``array`` with 8 bits, averaged down to no less than twice the preview's size.

    It goes by bands of rows, so that a giant is not held in memory twice.
    """
    table = _window(array)
    factor = max(1, max(array.shape[:2]) // (2 * PREVIEW_SIDE))
    bands = [
        Image.fromarray(part if table is None else table[part]).reduce(factor)
        for part in (
            array[start : start + factor * BAND] for start in range(0, len(array), factor * BAND)
        )
    ]
    image = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for number, band in enumerate(bands):
        image.paste(band, (0, number * BAND))
    return image


def _window(array: np.ndarray) -> np.ndarray | None:
    """Return the 8-bit value of each 16-bit one; None for pictures that have 8 bits already."""
    if array.dtype == np.uint8:
        return None
    step = max(1, round((array.size / SAMPLE_OF_PIXELS) ** 0.5))
    low, high = np.percentile(array[::step, ::step], WINDOW_PERCENTILES)
    values = np.arange(65536, dtype=np.float64)
    if high <= low:  # one flat tone: no contrast to stretch
        low, high = 0.0, 65535.0
    return np.clip((values - low) / (high - low) * 255 + 0.5, 0, 255).astype(np.uint8)


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    file = io.BytesIO()
    # Saved from bare pixels: no EXIF, profile or comment of the original can come along.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    bare.save(file, "JPEG", quality=quality, subsampling=0)
    return file.getvalue()
