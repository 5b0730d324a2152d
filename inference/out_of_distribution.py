"""How far a picture lies from the training pictures, in its looks and in the network's features.

Either alone misses something. The network's features were learnt to tell diseases apart, so a CT
slice may land among the chest X-rays; the looks (coarse layout and texture) do not know noise.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from inference.preprocessing import resize

LOOKED_AT = 128
LAYOUT = 32
TEXTURE = 8
TEXTURE_STEPS = (64, 32, 16)
TEXTURE_WEIGHT = 0.3


@dataclass(frozen=True)
class Cloud:
    """Where the training pictures lie: a centre, their widest directions, the rest as a ball."""

    centre: np.ndarray
    """(values)"""
    scale: np.ndarray
    """(values)"""
    directions: np.ndarray
    """(directions, values), orthonormal"""
    variances: np.ndarray
    """(directions)"""
    rest: np.ndarray
    """the variance in each direction not kept"""
    limit: np.ndarray
    """the distance from which a picture is a stranger"""

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Return each row's Mahalanobis distance, per square root value (about 1 for its own)."""
        points = (points - self.centre) / self.scale
        along = points @ self.directions.T
        beside = np.maximum((points**2).sum(axis=1) - (along**2).sum(axis=1), 0.0)
        squares = (along**2 / self.variances).sum(axis=1) + beside / self.rest
        return np.sqrt(squares / points.shape[1])


@dataclass(frozen=True)
class Familiarity:
    """The two clouds of a package; features.npz holds them."""

    looks: Cloud
    features: Cloud

    def strangeness(self, prepared: np.ndarray, features: np.ndarray) -> np.ndarray:
        """Return, per picture, the largest share of a limit that it reaches; above 1: a stranger.

        A picture that would look more familiar inverted, on its side or on its head is one, too.
        """
        grey = at_fixed_size(prepared)
        looks = self.looks.distance(looks_of(grey))
        turned = [self.looks.distance(looks_of(turn(grey))) for turn in TURNS]
        return np.max(
            [
                looks / self.looks.limit,
                looks / np.min(turned, axis=0),
                self.features.distance(features) / self.features.limit,
            ],
            axis=0,
        )


TURNS = (
    lambda grey: 1.0 - grey,
    lambda grey: grey[:, ::-1],
    lambda grey: grey[:, ::-1, ::-1],
    lambda grey: np.rot90(grey, 1, axes=(1, 2)),
    lambda grey: np.rot90(grey, 3, axes=(1, 2)),
)


def at_fixed_size(prepared: np.ndarray) -> np.ndarray:
    """Return prepared pictures (n, h, w, c) as grey (n, LOOKED_AT, LOOKED_AT)."""
    return np.stack([resize(picture.mean(axis=-1), LOOKED_AT, LOOKED_AT) for picture in prepared])


def looks_of(grey: np.ndarray) -> np.ndarray:
    """Return coarse layout and texture, fine to coarse, of (n, LOOKED_AT, LOOKED_AT)."""
    parts = [_means(grey, LAYOUT)]
    smoother = grey
    for step in TEXTURE_STEPS:
        finer, times = smoother, LOOKED_AT // step
        smoother = _means(grey, step).repeat(times, axis=1).repeat(times, axis=2)
        parts.append(TEXTURE_WEIGHT * np.log(1e-3 + _means(np.abs(finer - smoother), TEXTURE)))
    return np.concatenate([part.reshape(len(grey), -1) for part in parts], axis=1)


def _means(pictures: np.ndarray, side: int) -> np.ndarray:
    """Return the means of (n, LOOKED_AT, LOOKED_AT) over side × side equal squares."""
    square = LOOKED_AT // side
    return pictures.reshape(len(pictures), side, square, side, square).mean(axis=(2, 4))


def write_familiarity(path: Path, familiarity: Familiarity) -> None:
    arrays = {
        f"{name}_{field.name}": np.asarray(getattr(getattr(familiarity, name), field.name))
        for name in ("looks", "features")
        for field in fields(Cloud)
    }
    np.savez_compressed(path, **{name: array.astype(np.float32) for name, array in arrays.items()})


def read_familiarity(path: Path) -> Familiarity:
    with np.load(path, allow_pickle=False) as stored:
        clouds = {
            name: Cloud(**{field.name: stored[f"{name}_{field.name}"] for field in fields(Cloud)})
            for name in ("looks", "features")
        }
    return Familiarity(**clouds)
