"""The scored bands of each sign, read out of the tables of the early-warning score itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from aicare.locale_formats import number_text
from patients.early_warning import (
    HIGHEST_SCORE,
    PULSE,
    RESPIRATION,
    SYSTOLIC,
    TEMPERATURE,
    Bands,
    risk_of,
    saturation_bands,
)

SATURATION = "oxygen_saturation_percent"
TABLES = {
    "respiratory_rate_per_min": RESPIRATION,
    "systolic_mmhg": SYSTOLIC,
    "heart_rate_per_min": PULSE,
    "heart_rate_second_per_min": PULSE,
    "temperature_celsius": TEMPERATURE,
}


@dataclass(frozen=True)
class Band:
    """Values from ``low`` to ``high``, both included; None: no bound on that side.

    ``points`` is None where they depend on something that is not known. ``half_step`` is half of
    the last place to which values are rounded: the drawn border between two bands lies there.
    """

    low: Decimal | None
    high: Decimal | None
    points: int | None
    half_step: Decimal = Decimal("0.5")

    @property
    def bottom(self) -> Decimal | None:
        return None if self.low is None else self.low - self.half_step

    @property
    def top(self) -> Decimal | None:
        return None if self.high is None else self.high + self.half_step

    def holds(self, value) -> bool:
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def text(self, places: int = 0) -> str:
        """Return the band as the chart of the score writes it: "≤ 8", "21–24", "≥ 25"."""
        if self.low is None:
            return f"≤ {number_text(self.high, places)}"
        if self.high is None:
            return f"≥ {number_text(self.low, places)}"
        if self.low == self.high:
            return number_text(self.low, places)
        return f"{number_text(self.low, places)}–{number_text(self.high, places)}"


def bands_of_table(table: Bands, splits: tuple = ()) -> tuple[Band, ...]:
    """Return the bands of one table, lowest first; ``splits`` are further upper bounds of rows."""
    step = Decimal(1).scaleb(-table.places)
    bounds = sorted({*map(Decimal, table.bounds), *map(Decimal, splits)})
    lows = (None, *(bound + step for bound in bounds))
    highs = (*bounds, None)
    return tuple(
        Band(low, high, table.points(low if high is None else high), step / 2)
        for low, high in zip(lows, highs, strict=True)
    )


@cache
def bands(field: str, *, scale: int = 1, on_oxygen: bool | None = None) -> tuple[Band, ...]:
    """Return the bands in which ``field`` is scored, lowest first; none if it is not scored.

    On scale 2 what saturation scores depends on oxygen; where that is not known, only what both
    tables say is certain.
    """
    if field != SATURATION:
        table = TABLES.get(field)
        return bands_of_table(table) if table else ()
    if scale == 1 or on_oxygen is not None:
        return bands_of_table(saturation_bands(scale, bool(on_oxygen)))
    return tuple(_certain(saturation_bands(scale, False), saturation_bands(scale, True)))


def _certain(one: Bands, other: Bands) -> Iterator[Band]:
    """Yield the bands of two tables together; without points where the tables differ."""
    both = tuple({*one.bounds, *other.bounds})
    for mine, theirs in zip(bands_of_table(one, both), bands_of_table(other, both), strict=True):
        points = mine.points if mine.points == theirs.points else None
        yield Band(mine.low, mine.high, points, mine.half_step)


def points_of(field: str, value, *, scale: int = 1, on_oxygen: bool | None = None) -> int | None:
    """Return what a measured value scores, or None where that is not certain or not scored."""
    for band in bands(field, scale=scale, on_oxygen=on_oxygen):
        if band.holds(value):
            return band.points
    return None


@dataclass(frozen=True)
class RiskBand:
    """Scores from ``low`` to ``high`` that alone mean ``risk``."""

    low: int
    high: int
    risk: str

    @property
    def bottom(self) -> Decimal:
        return self.low - Decimal("0.5")

    @property
    def top(self) -> Decimal:
        return self.high + Decimal("0.5")

    @property
    def text(self) -> str:
        return f"≥ {self.low}" if self.high == HIGHEST_SCORE else f"{self.low}–{self.high}"


@cache
def risk_bands() -> tuple[RiskBand, ...]:
    """Return the risks of the aggregate score, lowest first."""
    found: list[RiskBand] = []
    for score in range(HIGHEST_SCORE + 1):
        risk = risk_of(score, any_three=False)
        if found and found[-1].risk == risk:
            found[-1] = RiskBand(found[-1].low, score, risk)
        else:
            found.append(RiskBand(score, score, risk))
    return tuple(found)
