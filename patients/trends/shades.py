"""The scored bands behind a chart, as they applied at each time: the scale may have changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patients.early_warning import CONSCIOUSNESS
from patients.trends.axes import INSET, WIDTH, TimeAxis, ValueAxis, spread_out
from patients.trends.bands import SATURATION, bands, risk_bands
from patients.trends.reading import LEVELS, OXYGEN
from patients.trends.thinning import Column
from patients.vital_signs_table import CONSCIOUSNESS as CONSCIOUSNESS_WORDS

LETTER_HEIGHT = 12
BASELINE = 4


@dataclass(frozen=True)
class Region:
    """One band over one stretch: ``kind`` is p0 to p3 or a risk."""

    bottom: float | None
    top: float | None
    kind: str
    text: str


@dataclass(frozen=True)
class Shade:
    """A shaded part of a drawing: across in percent, down in pixels."""

    x: float
    width: float
    y: float
    height: float
    kind: str


@dataclass(frozen=True)
class Label:
    """Words beside a drawing, at the height of what they are about."""

    y: float
    text: str
    kind: str = ""


def basis(column: Column, name: str) -> tuple:
    """Return what decides which bands apply: scored at all, scale, oxygen."""
    if name != SATURATION:
        return (column.applies,)
    span = column.spans.get(OXYGEN)
    # Where some sets of a column were on oxygen and some on air, neither table fits all of them.
    on_oxygen = None if span is None or not span.is_one else bool(span.high)
    return (column.applies, column.scale, on_oxygen if column.scale != 1 else None)


def regions(name: str, basis: tuple, places: int = 0) -> list[Region]:
    """Return the bands of one series, lowest first; none where the score does not apply."""
    if not basis[0]:
        return []
    if name == "score":
        return [Region(one.bottom, one.top, one.risk, one.text) for one in risk_bands()]
    if name == "consciousness":
        words = dict(CONSCIOUSNESS_WORDS)
        return [
            Region(level - 0.5, level + 0.5, f"p{CONSCIOUSNESS[code]}", words[code])
            for level, code in enumerate(LEVELS)
        ]
    options = {"scale": basis[1], "on_oxygen": basis[2]} if name == SATURATION else {}
    return [
        Region(one.bottom, one.top, f"p{one.points}", one.text(places))
        for one in bands(name, **options)
        if one.points is not None
    ]


def shades(
    columns: Sequence[Column], name: str, time: TimeAxis, values: ValueAxis
) -> Iterator[Shade]:
    """Yield the shaded parts; a basis holds from its first set until that of the next."""
    borders = list(_runs(columns, name, time))
    ends = [*(x for x, _ in borders), WIDTH][1:]
    for (x, what), end in zip(borders, ends, strict=True):
        for region in regions(name, what):
            top = 0.0 if region.top is None else values.y(region.top)
            bottom = float(values.height) if region.bottom is None else values.y(region.bottom)
            y, height = min(top, bottom), abs(bottom - top)
            if region.kind != "p0" and height > 0 and end > x:
                yield Shade(_percent(x), _percent(end - x), y, round(height, 1), region.kind)


def _runs(columns, name, time: TimeAxis) -> Iterator[tuple[float, tuple]]:
    before = None
    for column in columns:
        now = basis(column, name)
        if now != before:
            yield (0.0 if before is None else time.x(column.first_at) - INSET / 4), now
            before = now


def _percent(x: float) -> float:
    return round(x / WIDTH * 100, 2)


def band_labels(columns, name: str, values: ValueAxis, places: int) -> list[Label]:
    """Return the bands of the newest set in words and points, top first, none over another."""
    if not columns:
        return []
    shown = []
    for region in regions(name, basis(columns[-1], name), places):
        low = values.low if region.bottom is None else max(float(region.bottom), values.low)
        high = values.high if region.top is None else min(float(region.top), values.high)
        if low < high:
            shown.append((values.y((low + high) / 2) + BASELINE, region))
    shown.sort(key=lambda one: one[0])
    ys = spread_out([y for y, _ in shown], apart=LETTER_HEIGHT, height=values.height - BASELINE / 2)
    return [Label(y, region.text, region.kind) for y, (_, region) in zip(ys, shown, strict=True)]
