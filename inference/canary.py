"""A package's canary: computed pictures must give what they gave when it was published."""

from pathlib import Path

import numpy as np

from inference.engines import OUTPUTS, Engine
from inference.packages import BrokenPackage, Card
from inference.preprocessing import prepare

PREPARED_TOLERANCE = 0.02
"""How far a prepared canary may be from the stored one: a rank beside it, no other picture."""


def check_canary(path: Path, card: Card, engine: Engine, tolerance: float) -> None:
    """Raise ``BrokenPackage`` unless preprocessing and graph answer as they did."""
    name = f"{card.name} {card.version}"
    try:
        with np.load(path, allow_pickle=False) as stored:
            canary = dict(stored)
        pictures = [canary[key] for key in sorted(canary) if key.startswith("picture_")]
        prepared = np.stack([prepare(pixels, card.input) for pixels in pictures])
        _compare(name, "preprocessing", prepared, canary["prepared"], PREPARED_TOLERANCE)
        found = engine.run(canary["prepared"])
        for output in OUTPUTS:
            _compare(name, output, getattr(found, output), canary[output], tolerance)
    except (OSError, ValueError, KeyError) as error:
        raise BrokenPackage(f"{name}: unreadable canary: {error!r}.") from error


def _compare(
    name: str, what: str, found: np.ndarray, expected: np.ndarray, tolerance: float
) -> None:
    if found.shape != expected.shape:
        raise BrokenPackage(f"{name}: the canary's {what} has the shape {found.shape}.")
    difference = float(np.abs(found - expected).max())
    # Written so that a difference of NaN is refused too.
    if not difference <= tolerance:
        raise BrokenPackage(f"{name}: the canary's {what} differs by {difference:.4f}.")
