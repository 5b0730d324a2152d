"""The pointing game: does the evidence map's maximum lie inside the box that a person drew?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from inference.packages import Label
from inference.preprocessing import InputSpec, to_whole_frame
from training.datasets.dataset import Box, DataSet
from training.evaluation.bootstrap import Bootstrap, draw_patients

SIDE = 200
"""The picture as a square of this many pixels: boxes are fractions of its sides."""
TOLERANCE = 0.03
"""Of each side: 15 pixels in a picture of 500, as Zhang et al. 2018 allow."""


def pointing_game(
    dataset: DataSet,
    evidence: np.ndarray,
    labels: Sequence[Label],
    spec: InputSpec,
    *,
    draws: int = 1000,
) -> dict[str, Any]:
    """Return, for each label with boxes, how often the map points into one (Zhang et al. 2018).

    ``evidence`` is (pictures, rows, columns, labels). ``chance`` is the share of the frame that
    counts as inside; ``elsewhere`` is how often the maps of the other pictures would hit: what
    knowing the usual place alone achieves.
    """
    drawn = draw_patients(dataset.patients, draws=draws)
    table = {}
    for index, label in enumerate(labels):
        boxes = [
            [box for box in dataset.boxes.get(str(file), ()) if box.code == label.code]
            for file in dataset.files
        ]
        if any(boxes):
            maps = [_whole(one[..., index], spec) for one in evidence]
            table[label.code] = _score(maps, boxes, drawn)
    return table


def _score(
    maps: Sequence[np.ndarray], boxes: Sequence[Sequence[Box]], drawn: Bootstrap
) -> dict[str, Any]:
    boxed = np.array([bool(own) for own in boxes])
    places = np.flatnonzero(boxed)
    targets = [inside(boxes[place]) for place in places]
    points = [peak(maps[place]) for place in places]
    hits = np.zeros(len(boxed))
    hits[places] = [_hits(point, target) for point, target in zip(points, targets, strict=True)]
    others = [
        np.mean([_hits(point, target) for j, point in enumerate(points) if j != i] or [np.nan])
        for i, target in enumerate(targets)
    ]
    return {
        "pictures": len(places),
        "hits": int(hits.sum()),
        "score": drawn.share(hits, boxed),
        "chance": round(float(np.mean([target.mean() for target in targets])), 4),
        "elsewhere": None if np.isnan(others).any() else round(float(np.mean(others)), 4),
        "tolerance": TOLERANCE,
    }


def inside(boxes: Sequence[Box]) -> np.ndarray:
    """Return which pixels of the square lie in a box or within the tolerance of one."""
    centres = (np.arange(SIDE) + 0.5) / SIDE
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    for box in boxes:
        rows = abs(centres - box.top - box.height / 2) <= box.height / 2 + TOLERANCE
        columns = abs(centres - box.left - box.width / 2) <= box.width / 2 + TOLERANCE
        mask |= rows[:, None] & columns[None, :]
    return mask


def peak(whole: np.ndarray) -> tuple[int, int] | None:
    """Return row and column of the maximum; of a plateau its middle, of an empty map none."""
    if not whole.max() > 0:
        return None
    smooth = gaussian_filter(whole, SIDE / 25)
    return np.unravel_index(int(np.argmax(whole + 1e-3 * smooth)), whole.shape)


def _hits(point: tuple[int, int] | None, target: np.ndarray) -> bool:
    return point is not None and bool(target[point])


def _whole(evidence: np.ndarray, spec: InputSpec) -> np.ndarray:
    return to_whole_frame(np.maximum(evidence, 0.0), (SIDE, SIDE), spec)
