"""How far a picture lies from the training pictures, in its looks and in the network's features.

Either alone misses something. The network's features were learnt to tell diseases apart, so a CT
slice may land among the chest X-rays; the looks (coarse layout and texture, and the tint of colour
pictures) do not know noise.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from inference.preprocessing import resize

LOOKED_AT = 128
LAYOUT = 32
TEXTURE = 8
TINT = 8
TEXTURE_STEPS = (64, 32, 16)
TEXTURE_WEIGHT = 0.3


TURNS = (
    lambda pictures: 1.0 - pictures,
    lambda pictures: pictures[:, ::-1],
    lambda pictures: pictures[:, ::-1, ::-1],
    lambda pictures: np.rot90(pictures, 1, axes=(1, 2)),
    lambda pictures: np.rot90(pictures, 3, axes=(1, 2)),
)
TURN_NAMES = (
    "inverted",
    "upside down",
    "turned by half",
    "turned to the left",
    "turned to the right",
)
"""What can be wrong with a picture of the right kind, of (n, rows, columns, channels)."""


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
class OtherKinds:
    """A plane between the features of right pictures and those of kinds known to be wrong."""

    weights: np.ndarray
    """(values)"""
    bias: np.ndarray
    limit: np.ndarray
    """the log odds from which a picture is of another kind"""

    def strangeness(self, features: np.ndarray) -> np.ndarray:
        """Return, per picture, 1 at the limit and more beyond it."""
        beyond = features @ self.weights + self.bias - self.limit
        return np.exp(np.clip(beyond / 4.0, -5.0, 5.0))


@dataclass(frozen=True)
class Familiarity:
    """What features.npz holds: two clouds, which turns matter, and a plane if there is one."""

    looks: Cloud
    features: Cloud
    turns: tuple[bool, ...] = (True,) * len(TURNS)
    """Which of ``TURNS`` make a stranger: those that training pictures never come in. A package
    from before this was learnt has all of them."""
    other_kinds: OtherKinds | None = None

    def strangeness(self, prepared: np.ndarray, features: np.ndarray) -> np.ndarray:
        """Return, per picture, the largest share of a limit that it reaches; above 1: a stranger.

        A picture that would look more familiar after one of ``turns`` is one, too.
        """
        pictures = at_fixed_size(prepared)
        looks = self.looks.distance(looks_of(pictures))
        shares = [
            looks / self.looks.limit,
            self.features.distance(features) / self.features.limit,
        ]
        for turn, matters in zip(TURNS, self.turns, strict=True):
            if matters:
                shares.append(looks / self.looks.distance(looks_of(turn(pictures))))
        if self.other_kinds is not None:
            shares.append(self.other_kinds.strangeness(features))
        return np.max(shares, axis=0)


def at_fixed_size(prepared: np.ndarray) -> np.ndarray:
    """Return prepared pictures (n, h, w, c) as (n, LOOKED_AT, LOOKED_AT, c)."""
    channels = range(prepared.shape[-1])
    sized = [
        np.stack([resize(one[..., index], LOOKED_AT, LOOKED_AT) for index in channels], axis=-1)
        for one in prepared
    ]
    return np.stack(sized)


def looks_of(pictures: np.ndarray) -> np.ndarray:
    """Return coarse layout, texture, fine to coarse, and tint of (n, LOOKED_AT, LOOKED_AT, c)."""
    grey = pictures.mean(axis=-1)
    parts = [_means(grey, LAYOUT)]
    smoother = grey
    for step in TEXTURE_STEPS:
        finer, times = smoother, LOOKED_AT // step
        smoother = _means(grey, step).repeat(times, axis=1).repeat(times, axis=2)
        parts.append(TEXTURE_WEIGHT * np.log(1e-3 + _means(np.abs(finer - smoother), TEXTURE)))
    for channel in range(pictures.shape[-1] - 1):
        parts.append(_means(pictures[..., channel] - pictures[..., channel + 1], TINT))
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
    arrays["turns"] = np.array(familiarity.turns)
    if familiarity.other_kinds is not None:
        for field in fields(OtherKinds):
            arrays[f"kinds_{field.name}"] = getattr(familiarity.other_kinds, field.name)
    np.savez_compressed(path, **{name: array.astype(np.float32) for name, array in arrays.items()})


def read_familiarity(path: Path) -> Familiarity:
    with np.load(path, allow_pickle=False) as stored:
        clouds = {
            name: Cloud(**{field.name: stored[f"{name}_{field.name}"] for field in fields(Cloud)})
            for name in ("looks", "features")
        }
        if "turns" not in stored:
            return Familiarity(**clouds)
        turns = tuple(bool(one) for one in stored["turns"])
        if "kinds_weights" not in stored:
            return Familiarity(**clouds, turns=turns)
        kinds = {field.name: stored[f"kinds_{field.name}"] for field in fields(OtherKinds)}
    return Familiarity(**clouds, turns=turns, other_kinds=OtherKinds(**kinds))
