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


def make_preview(array: np.ndarray) -> bytes:
    """Return a JPEG of ``array`` whose longest side is at most ``PREVIEW_SIDE``."""
    image = Image.fromarray(eight_bits(array))
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    return _jpeg(image, quality=95)


def make_thumbnail(preview: bytes) -> bytes:
    """Return a small JPEG of a preview."""
    with Image.open(io.BytesIO(preview), formats=["JPEG"]) as image:
        image.draft(None, (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        return _jpeg(image, quality=85)


def eight_bits(array: np.ndarray) -> np.ndarray:
    """Return ``array`` as uint8, windowed if it is deeper."""
    if array.dtype == np.uint8:
        return array
    step = max(1, round((array.size / SAMPLE_OF_PIXELS) ** 0.5))
    low, high = np.percentile(array[::step, ::step], WINDOW_PERCENTILES)
    values = np.arange(65536, dtype=np.float64)
    if high <= low:  # one flat tone: no contrast to stretch
        low, high = 0.0, 65535.0
    table = np.clip((values - low) / (high - low) * 255 + 0.5, 0, 255).astype(np.uint8)
    return table[array]


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    file = io.BytesIO()
    # Saved from bare pixels: no EXIF, profile or comment of the original can come along.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    bare.save(file, "JPEG", quality=quality, subsampling=0)
    return file.getvalue()
