"""From decoded pixels to what a classifier reads, and back; training and serving share it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)
GREY_LEVELS = 1024


@dataclass(frozen=True)
class InputSpec:
    """What a classifier reads: the size of its input and the named preprocessing that makes it."""

    height: int
    width: int
    channels: int
    preprocessing: str
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def reads_colour(self) -> bool:
        """Whether colour says something; a grey preprocessing may fill three channels, too."""
        return self.preprocessing == "colour"


def prepare(pixels: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Return ``pixels`` (rows, columns[, 3], 8 or 16 bit) as float32 (height, width, channels)."""
    prepared = PREPROCESSINGS[spec.preprocessing](pixels, spec)
    return np.ascontiguousarray(prepared, dtype=np.float32)


def equalised_grey(pixels: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Grey, without its border, squeezed to size, each value replaced by its rank among the others.

    Ranks make the input independent of windowing, gamma and bit depth, and the border holds the
    letters, markers and collimator edges that tell one hospital from another.
    """
    inner = _inner(as_grey(pixels), spec)
    return _repeated(equalise(resize(inner, spec.height, spec.width)), spec)


def grey(pixels: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Grey, without its border, squeezed to size, its middle 99 % of values spread over 0..1."""
    squeezed = resize(_inner(as_grey(pixels), spec), spec.height, spec.width)
    low, high = np.quantile(squeezed, [0.005, 0.995])
    spread = (squeezed - low) / max(float(high - low), 1e-6)
    return _repeated(np.clip(spread, 0.0, 1.0), spec)


def colour(pixels: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Red, green, blue, without its border, squeezed to size, as shares of the largest value."""
    rgb = pixels[..., :3] if pixels.ndim == 3 else np.repeat(pixels[..., np.newaxis], 3, axis=-1)
    inner = _inner(rgb.astype(np.float32) / np.iinfo(pixels.dtype).max, spec)
    channels = [resize(inner[..., index], spec.height, spec.width) for index in range(3)]
    return np.stack(channels, axis=-1)


PREPROCESSINGS: dict[str, Callable[[np.ndarray, InputSpec], np.ndarray]] = {
    "equalised_grey": equalised_grey,
    "grey": grey,
    "colour": colour,
}


def _inner(picture: np.ndarray, spec: InputSpec) -> np.ndarray:
    top, left, height, width = inner_frame(picture.shape[:2], spec)
    return picture[top : top + height, left : left + width]


def _repeated(picture: np.ndarray, spec: InputSpec) -> np.ndarray:
    return np.repeat(picture[..., np.newaxis], spec.channels, axis=-1)


def as_grey(pixels: np.ndarray) -> np.ndarray:
    """Return the luminance of ``pixels`` as float32, in the units of the input."""
    if pixels.ndim == 2:
        return pixels.astype(np.float32)
    return pixels[..., :3].astype(np.float32) @ LUMINANCE


def inner_frame(shape: tuple[int, int], spec: InputSpec) -> tuple[int, int, int, int]:
    """Return top, left, height and width of the picture without its border."""
    rows, columns = shape
    border = spec.parameters.get("border", 0.0)
    top, left = int(rows * border), int(columns * border)
    return top, left, rows - 2 * top, columns - 2 * left


def resize(grey: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return ``grey`` at the new size; shrinking averages, so that no detail aliases."""
    image = Image.fromarray(np.ascontiguousarray(grey, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def equalise(grey: np.ndarray) -> np.ndarray:
    """Return each pixel's rank in 0..1, ties at their middle; a constant becomes 0.5."""
    low, high = float(grey.min()), float(grey.max())
    scale = (GREY_LEVELS - 1) / (high - low) if high > low else 0.0
    levels = np.round((grey - low) * scale).astype(np.int64)
    counts = np.bincount(levels.ravel(), minlength=GREY_LEVELS)
    ranks = (np.cumsum(counts) - counts / 2) / counts.sum()
    return ranks.astype(np.float32)[levels]


def to_whole_frame(
    inner: np.ndarray, shape: tuple[int, int], spec: InputSpec, *, longest: int = 256
) -> np.ndarray:
    """Return a map over the classifier's input as a map over the whole picture, zero in the border.

    It has the picture's proportions, at most ``longest`` pixels a side: a map is coarse, and is
    stretched over the picture when it is shown.
    """
    shrink = min(1.0, longest / max(shape))
    rows, columns = (max(1, round(side * shrink)) for side in shape)
    top, left, height, width = inner_frame((rows, columns), spec)
    whole = np.zeros((rows, columns), dtype=np.float32)
    whole[top : top + height, left : left + width] = resize(inner, height, width)
    return whole


def behaviour_digest(spec: InputSpec) -> str:
    """Return the sha256 of what the preprocessing makes of fixed pictures, rounded.

    It changes when the behaviour changes and stays when only the code does.
    """
    digest = hashlib.sha256()
    for pixels in _fixed_pictures():
        prepared = prepare(pixels, spec)
        digest.update(repr(prepared.shape).encode())
        digest.update(np.round(prepared * 100).astype("<i2").tobytes())
    return digest.hexdigest()


def _fixed_pictures() -> list[np.ndarray]:
    """Smooth computed pictures of each kind that arrives: 8 and 16 bit, grey and colour."""
    down, across = np.mgrid[0:97, 0:131] / 130.0
    wave = (np.sin(7 * down) * np.cos(5 * across) + 1) / 2
    colour = np.stack([wave, down, across], axis=-1)
    return [
        (wave * 255).astype(np.uint8),
        (wave.T * 65535).astype(np.uint16),
        (np.clip(colour, 0, 1) * 255).astype(np.uint8),
    ]
