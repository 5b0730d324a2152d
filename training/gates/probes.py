"""What of a picture holds no disease, and how well that alone tells the labels apart.

Border: Maguolo and Nanni (Information Fusion 76:1, 2021) blackened the lungs of chest X-rays, and
networks still told COVID-19 collections apart. Source: Zech et al. (PLoS Medicine 15:e1002683,
2018); DeGrave, Janizek and Lee (Nature Machine Intelligence 3:610, 2021).
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from inference.preprocessing import as_grey, resize
from training.datasets.pictures import decode

SIDE, RING = 32, 3
"""The border is the outer 3 of 32 parts of each side: 9 %."""
THUMBNAIL = 16
STRENGTHS = (1e-3, 1e-2, 1e-1)
"""How weakly a probe is held back (C); the best on the validation split is used."""
MOST_STEPS = 200


@dataclass(frozen=True)
class Traces:
    """What probes look at, one row per picture; the array of each kind is (pictures, values)."""

    border: np.ndarray
    thumbnail: np.ndarray
    size: np.ndarray
    file: np.ndarray


def traces_of(paths: Sequence[Path]) -> Traces:
    """Read every file once and return what it shows beside disease."""
    rows = [_traces_of_one(path) for path in paths]
    traces = Traces(*(np.stack(column) for column in zip(*rows, strict=True)))
    channels = traces.thumbnail.reshape(len(rows), 3, -1)
    # Grey pictures alone: one channel says it all.
    is_grey = bool((channels == channels[:, :1]).all())
    return replace(traces, thumbnail=channels[:, 0]) if is_grey else traces


def _traces_of_one(path: Path) -> tuple[np.ndarray, ...]:
    pixels = decode(path)
    channels = as_channels(pixels)
    return border_of(channels), thumbnail_of(channels), size_of(pixels), file_properties(path)


def as_channels(pixels: np.ndarray) -> np.ndarray:
    """Return the pixels as float32 (rows, columns, 3) shares of the largest value.

    A grey picture has three equal channels, so that data sets of both kinds have rows of one width.
    """
    shares = pixels.astype(np.float32) / np.iinfo(pixels.dtype).max
    return shares[..., :3] if shares.ndim == 3 else np.repeat(shares[..., None], 3, axis=-1)


def border_of(picture: np.ndarray) -> np.ndarray:
    """Return the outer ring of (rows, columns, channels) in 0..1, coarsely, in grey."""
    grey = picture[..., 0] if picture.shape[-1] != 3 else as_grey(picture)
    small = resize(grey, SIDE, SIDE)
    outside = np.ones((SIDE, SIDE), dtype=bool)
    outside[RING:-RING, RING:-RING] = False
    return small[outside]


def thumbnail_of(picture: np.ndarray) -> np.ndarray:
    """Return (rows, columns, channels) in 0..1 at 16 × 16."""
    return np.stack(
        [
            resize(picture[..., index], THUMBNAIL, THUMBNAIL).ravel()
            for index in range(picture.shape[-1])
        ]
    ).ravel()


def size_of(pixels: np.ndarray) -> np.ndarray:
    """Return height, width, their ratio and which is longer."""
    rows, columns = pixels.shape[:2]
    return np.array([rows, columns, np.log(columns / rows), columns > rows, columns == rows])


def file_properties(path: Path) -> np.ndarray:
    """Return what the file tells beside its pixels: length, compression, format, colour mode."""
    length = path.stat().st_size
    with Image.open(path) as image:
        rows, columns = image.height, image.width
        tables = getattr(image, "quantization", None) or {}
        info = image.info
        words = (image.format == "JPEG", image.format == "PNG", image.mode == "L")
    sums = [float(np.sum(tables[index])) if index in tables else 0.0 for index in range(2)]
    return np.array(
        [
            np.log(length),
            np.log(length / (rows * columns)),
            *sums,
            *words,
            "dpi" in info,
            "jfif" in info,
            bool(info.get("progressive") or info.get("progression")),
            "icc_profile" in info or "exif" in info,
        ],
        dtype=np.float64,
    )


def fitted_scores(
    values: np.ndarray,
    truth: np.ndarray,
    splits: np.ndarray,
    measure: Callable[[np.ndarray, np.ndarray], float],
) -> np.ndarray:
    """Return, for the test split, what a logistic regression on ``values`` makes of it.

    ``truth`` are class numbers; the columns are the classes of the training split in order. How
    strongly the regression is held back is chosen on the validation split by
    ``measure(truth, probabilities)``; it is then fitted again on both. The test split is not seen.
    """
    train, val, test = (splits == name for name in ("train", "val", "test"))
    best = max(
        STRENGTHS,
        key=lambda strength: measure(
            truth[val], _fit(values[train], truth[train], strength).predict_proba(values[val])
        ),
    )
    return _fit(values[train | val], truth[train | val], best).predict_proba(values[test])


def _fit(values: np.ndarray, truth: np.ndarray, strength: float):
    regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=MOST_STEPS)
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        # An unfinished probe is a slightly weaker one; nobody needs a page of warnings.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return make_pipeline(StandardScaler(), regression).fit(values, truth)
