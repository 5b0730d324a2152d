"""Trends as plain data, for programs: the same columns that the charts are drawn from."""

from collections.abc import Iterator
from decimal import Decimal

from patients.early_warning import CONSCIOUSNESS
from patients.trends.bands import SATURATION, bands
from patients.trends.reading import LEVELS, OXYGEN, Reading
from patients.vital_signs_table import BY_FIELD

# Series beside the numbers; a partial score is the range of what it can be.
SCORES = {
    "score": "NEWS2",
    "score_partial": "NEWS2, sets of which a part is missing: the least and the most it can be",
}
STATES = {"consciousness": "Consciousness", OXYGEN: "Supplemental oxygen"}
NAMES = {"score_partial": "partial"}


def series(reading: Reading) -> list[dict]:
    """Return every series that has a value in this time."""
    found = [_series(field, reading) for field in (*SCORES, *BY_FIELD, *STATES)]
    return [one for one in found if one["points"]]


def _series(field: str, reading: Reading) -> dict:
    sign = BY_FIELD.get(field)
    return {
        "field": field,
        "display": sign.display if sign else (SCORES | STATES)[field],
        "unit": sign.unit if sign else "",
        "loinc": list(sign.loinc) if sign else [],
        "scored_by": list(_scored_by(field)),
        "points": list(_points(NAMES.get(field, field), reading)),
    }


def _points(name: str, reading: Reading) -> Iterator[dict]:
    for column in reading.columns:
        span = column.spans.get(name)
        if span is not None:
            yield {
                "measured_at": column.first_at,
                "until": column.last_at,
                "sets": column.sets,
                "value": Decimal(span.low) if span.is_one else None,
                "min": Decimal(span.low),
                "max": Decimal(span.high),
            }


def _scored_by(field: str) -> Iterator[dict]:
    if field == "consciousness":
        yield _under(None, None, [
            {"low": Decimal(level), "high": Decimal(level), "points": CONSCIOUSNESS[code]}
            for level, code in enumerate(LEVELS)
        ])  # fmt: skip
    elif field == SATURATION:
        yield _under(1, None, _bands(field, scale=1))
        yield _under(2, False, _bands(field, scale=2, on_oxygen=False))
        yield _under(2, True, _bands(field, scale=2, on_oxygen=True))
    elif bands(field):
        yield _under(None, None, _bands(field))


def _bands(field: str, **condition) -> list[dict]:
    return [
        {"low": band.low, "high": band.high, "points": band.points}
        for band in bands(field, **condition)
    ]


def _under(scale: int | None, on_oxygen: bool | None, found: list[dict]) -> dict:
    return {"saturation_scale": scale, "on_supplemental_oxygen": on_oxygen, "bands": found}
