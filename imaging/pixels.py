"""Decode a picture file into an array, always the same way, for intake, worker and pages.

What comes out is upright (EXIF orientation applied once), unsigned, and either grey with black
as zero (MONOCHROME2: uint8, or uint16 when the file has 16 bits) or RGB (uint8). Of colour with 16
bits, and of grey with 16 bits and transparency, the upper eight bits are kept. Grey of fewer than
eight bits is spread over 0 to 255. What is transparent is laid on black. Colour whose channels are
equal in every pixel is grey.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from imaging import limits
from imaging.models import Instance
from imaging.verified_files import open_verified

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
PHOTOMETRIC_TAG, WHITE_IS_ZERO = 262, 0
DEEP_GREY = {"I;16", "I;16B", "I;16L", "I;16N"}
CHANNELS = dict.fromkeys(DEEP_GREY, 1) | {
    "L": 1, "LA": 1, "La": 1, "RGB": 3, "RGBA": 3, "RGBa": 3,
}  # fmt: skip
BAND = 256
# A second guard behind the header checks.
Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS


@dataclass(frozen=True)
class Pixels:
    """A decoded picture: ``array`` is (rows, columns) or (rows, columns, 3)."""

    array: np.ndarray
    photometric_interpretation: str

    @property
    def bits_stored(self) -> int:
        return 8 * self.array.dtype.itemsize

    @property
    def sha256(self) -> str:
        """The digest of what is seen: equal for files that differ only in their packing."""
        array = np.ascontiguousarray(self.array, dtype=self.array.dtype.newbyteorder("<"))
        head = f"{array.dtype.name} {array.shape} {self.photometric_interpretation}\n"
        digest = hashlib.sha256(head.encode())
        digest.update(array.data)
        return digest.hexdigest()


def decode(instance: Instance) -> np.ndarray:
    """Return the pixels of ``instance``; raise DamagedFile if its file is not the one taken in."""
    with open_verified(instance.file.name, instance.sha256) as file:
        return decode_file(file, instance.media_type).array


def decode_file(file, media_type: str) -> Pixels:
    """Decode a file whose header was checked; raise UnreadableImage if its data is damaged."""
    file.seek(0)
    # Damaged data makes Pillow raise errors of a dozen kinds, and each means the same.
    try:
        with Image.open(file, formats=[FORMATS[media_type]]) as image:
            # Should Pillow read another size than the header check did.
            limits.check_dimensions(*image.size)
            image.load()
            # For TIFF, loading has already turned the picture.
            if image.format != "TIFF":
                ImageOps.exif_transpose(image, in_place=True)
            array = _array(image)
            if array.dtype == np.uint16 and _is_white_zero(image):
                array = np.iinfo(array.dtype).max - array
    except (limits.UnreadableImage, MemoryError):
        raise
    except Exception as error:
        if "truncated" in str(error):
            raise limits.truncated() from error
        raise limits.corrupt() from error
    return Pixels(array, "MONOCHROME2" if array.ndim == 2 else "RGB")


def _is_white_zero(image) -> bool:
    # Pillow turns white-is-zero round for 8 bits and forgets to for 16.
    return image.format == "TIFF" and image.tag_v2.get(PHOTOMETRIC_TAG) == WHITE_IS_ZERO


def _array(image) -> np.ndarray:
    transparent = image.info.get("transparency")
    if transparent is not None and image.mode in {"1", "L", "P", "RGB"}:
        image = image.convert("LA" if image.mode in {"1", "L"} else "RGBA")
    if image.mode in {"1", "P"}:
        image = image.convert("L" if image.mode == "1" else "RGB")
    if image.mode not in CHANNELS:
        raise limits.unsupported_pixel_format()
    dtype = np.uint16 if image.mode in DEEP_GREY else np.uint8
    # In bands, here and below: whole copies would take a giant's memory several times.
    array = np.empty((image.height, image.width, CHANNELS[image.mode]), dtype)
    for band in _bands(image.height):
        part = np.asarray(image.crop((0, band.start, image.width, band.stop)))
        array[band] = _without_opacity(part.reshape(*part.shape[:2], -1), image.mode)
    if image.mode in DEEP_GREY and isinstance(transparent, int):
        array[array == transparent] = 0
    return array[..., 0] if _is_grey(array) else array


def _bands(rows: int) -> Iterator[slice]:
    return (slice(start, min(start + BAND, rows)) for start in range(0, rows, BAND))


def _without_opacity(part: np.ndarray, mode: str) -> np.ndarray:
    """Return the colours of ``part`` as they look on black."""
    if mode in {"L", "RGB"} or mode in DEEP_GREY:
        return part
    colours, opacity = part[..., :-1], part[..., -1:].astype(np.uint16)
    # A lower-case a: they were multiplied by their opacity before.
    return colours if mode in {"La", "RGBa"} else (colours * opacity + 127) // 255


def _is_grey(array: np.ndarray) -> bool:
    return all((array[band] == array[band][..., :1]).all() for band in _bands(len(array)))
