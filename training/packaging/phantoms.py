"""Computed pictures of nobody: for canaries, for tests, and as nonsense to be recognised."""

import numpy as np


def canary_pictures() -> list[np.ndarray]:
    """Return a few fixed pictures: 8 and 16 bit, grey and colour, upright and wide."""
    return [
        as_8_bit(trunk(200, 160, seed=1)),
        as_8_bit(trunk(150, 220, seed=2)),
        (trunk(180, 180, seed=3) * 60000).astype(np.uint16),
        np.repeat(as_8_bit(trunk(190, 170, seed=4))[..., None], 3, axis=-1),
        as_8_bit(1.0 - trunk(160, 160, seed=5)),
        as_8_bit(mucosa(170, 190, seed=6)),
    ]


def trunk(rows: int, columns: int, *, seed: int) -> np.ndarray:
    """Return a crude trunk in 0..1: bright body, two dark ovals, bright middle, ribs, haze."""
    random = np.random.default_rng(seed)
    down, across = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    body = bump(across / 0.95, down / 1.4, 8.0)
    lungs = sum(
        bump((across - side * 0.42) / 0.36, (down + 0.05) / 0.72, 4.0) for side in (-1.0, 1.0)
    )
    heart = bump((across - 0.15) / 0.3, (down - 0.35) / 0.4, 3.0)
    ribs = 0.06 * np.sin(14 * down + 3 * across**2 + random.uniform(0, 6))
    haze = (
        0.15
        * random.uniform()
        * bump(
            (across - random.uniform(-0.5, 0.5)) / 0.3,
            (down - random.uniform(-0.4, 0.5)) / 0.3,
            2.0,
        )
    )
    picture = 0.75 * body - 0.5 * lungs + 0.25 * heart + ribs * body + haze
    return np.clip(picture + 0.1, 0.0, 1.0)


def mucosa(rows: int, columns: int, *, seed: int) -> np.ndarray:
    """Return crude folds of a gut in colour, (rows, columns, 3) in 0..1, lit from the middle."""
    random = np.random.default_rng(seed)
    down, across = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    away = np.hypot(down - random.uniform(-0.3, 0.3), across - random.uniform(-0.3, 0.3))
    light = np.clip(1.1 - 0.6 * away + 0.08 * np.sin(18 * away + random.uniform(0, 6)), 0.0, 1.0)
    vessels = 0.05 * np.sin(11 * down + 7 * across + random.uniform(0, 6))
    tint = np.array([0.85, 0.45, 0.3]) + random.uniform(-0.05, 0.05, size=3)
    return np.clip(light[..., None] * tint + vessels[..., None], 0.0, 1.0)


def bump(across: np.ndarray, down: np.ndarray, steepness: float) -> np.ndarray:
    """Return 1 inside the unit circle, 0 far outside, with a soft edge."""
    return 1.0 / (1.0 + np.exp(steepness * (across**2 + down**2 - 1.0)))


def coloured_nonsense(count: int = 20) -> list[np.ndarray]:
    """Return nonsense with other nonsense in each channel, for classifiers that read colour."""
    pictures = nonsense_pictures(3 * count)
    return [np.stack(pictures[index::count], axis=-1) for index in range(count)]


def nonsense_pictures(count: int = 20) -> list[np.ndarray]:
    """Return pictures that show nothing: white noise, blotches, gradients, stripes, checkers."""
    random = np.random.default_rng(7)
    down, across = np.mgrid[0:256, 0:256] / 255.0
    pictures = []
    for index in range(count):
        coarse = random.uniform(size=(2 ** (index % 5 + 1),) * 2)
        kinds = (
            random.uniform(size=(256, 256)),
            np.kron(coarse, np.ones((256 // len(coarse),) * 2)),
            (down * random.uniform(-1, 1) + across * random.uniform(-1, 1)) % 1.0,
            (np.sin(random.uniform(5, 90) * (down + random.uniform(-2, 2) * across)) + 1) / 2,
        )
        pictures.append(as_8_bit(kinds[index % len(kinds)]))
    return pictures


def as_8_bit(picture: np.ndarray) -> np.ndarray:
    return (np.clip(picture, 0.0, 1.0) * 255).astype(np.uint8)
