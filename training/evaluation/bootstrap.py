"""Intervals over patients: all draws at once, as weights of pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

Statistic = Callable[[np.ndarray], np.ndarray]
"""From weights (draws, pictures), how often each picture was drawn, to values (draws,)."""
BLOCK = 4_000_000
"""Weights held in memory at once; larger data sets are taken in pieces."""
Z = 1.959964


@dataclass(frozen=True)
class Bootstrap:
    """The same draws of whole patients for every figure, so that figures can be compared.

    Patients are drawn, not pictures: pictures of one patient are no independent evidence (Efron
    and Tibshirani 1993, ch. 8). Intervals are percentiles of the draws.
    """

    owner: np.ndarray
    """(pictures) index of the patient"""
    counts: np.ndarray
    """(draws, patients) how often each patient was drawn"""

    def figure(self, statistic: Statistic, within: np.ndarray, *, smallest: int = 0) -> dict:
        """Return value, low and high of ``statistic`` over the pictures that ``within`` picks.

        A perfect figure is perfect in every draw. Where all draws agree, the interval is Wilson's
        for as many patients as the smallest class has (``smallest``), not one of no width.
        """
        value, low, high = self._spread(statistic, within)
        if low == high and smallest:
            low, high = wilson(value, smallest)
        return as_figure(value, low, high)

    def share(self, hits: np.ndarray, within: np.ndarray) -> dict:
        """Return the share of ``hits`` among the pictures that ``within`` picks.

        The interval spans that of the draws and Wilson's (1927) with one trial per patient: in
        small groups, and near 0 and 1, draws alone are too sure.
        """
        hits = np.asarray(hits, dtype=np.float64)[within]
        value, low, high = self._spread(lambda weights: ratio(weights @ hits, weights), within)
        around = wilson(value, len(np.unique(self.owner[within])))
        return as_figure(value, np.fmin(low, around[0]), np.fmax(high, around[1]))

    def excess_free(self, statistic: Statistic, within: np.ndarray) -> dict:
        """Return a figure that is never below 0 and grows by drawing alone, as calibration error.

        The interval is the draws' spread around their mean, laid around the value.
        """
        value, *_ = self._spread(statistic, within)
        values = self.values(statistic, within)
        if not len(values):
            return as_figure(value, np.nan, np.nan)
        low, high = value + np.quantile(values, [0.025, 0.975]) - values.mean()
        return as_figure(value, max(0.0, low), high)

    def values(self, statistic: Statistic, within: np.ndarray) -> np.ndarray:
        """Return the statistic of every draw in which it exists."""
        if not within.any():
            return np.empty(0)
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.concatenate([statistic(block) for block in self._weights(within)])
        return values[~np.isnan(values)]

    def _spread(self, statistic: Statistic, within: np.ndarray) -> tuple[float, float, float]:
        values = self.values(statistic, within)
        if not len(values):
            return np.nan, np.nan, np.nan
        with np.errstate(invalid="ignore", divide="ignore"):
            value = float(statistic(np.ones((1, int(within.sum()))))[0])
        low, high = np.quantile(values, [0.025, 0.975])
        return value, float(low), float(high)

    def _weights(self, within: np.ndarray) -> Iterator[np.ndarray]:
        owner = self.owner[within]
        step = max(1, BLOCK // len(owner))
        for start in range(0, len(self.counts), step):
            yield self.counts[start : start + step][:, owner].astype(np.float64)


def draw_patients(patients: np.ndarray, *, draws: int = 1000, seed: int = 0) -> Bootstrap:
    """Draw as many patients as there are, with replacement, ``draws`` times."""
    names, owner = np.unique(patients, return_inverse=True)
    random = np.random.default_rng(seed)
    counts = np.stack(
        [np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
         for _ in range(draws)]
    )  # fmt: skip
    return Bootstrap(owner, counts.astype(np.uint16))


def ratio(part: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return part / weights.sum(axis=1)


def wilson(share: float, trials: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share; of nothing it is 0 to 1."""
    if not trials or np.isnan(share):
        return (np.nan, np.nan) if np.isnan(share) else (0.0, 1.0)
    centre = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
    spread = np.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2)) * Z
    spread /= 1 + Z**2 / trials
    return max(0.0, centre - spread), min(1.0, centre + spread)


def nothing() -> dict[str, None]:
    """Return a figure that does not exist."""
    return {"value": None, "low": None, "high": None}


def as_figure(value: float, low: float, high: float) -> dict[str, float | None]:
    """JSON has no NaN: a figure that does not exist is null."""
    return {
        name: None if np.isnan(one) else round(float(one), 4)
        for name, one in (("value", value), ("low", low), ("high", high))
    }
