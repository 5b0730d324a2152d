"""The early-warning score NEWS2: points, score, risk, and what is known when parts are missing.

Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017, chart 1
(the scoring system) and chart 2 (thresholds). For adults from 16 years, not in pregnancy.

A missing part is never a zero: the score becomes an interval over all ways to complete the set.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from patients.units import round_half_up

RULE = "NEWS2-2017"
FROM_AGE_YEARS = 16
HIGHEST_SCORE = 20

LOW, LOW_MEDIUM, MEDIUM, HIGH = "low", "low-medium", "medium", "high"
INCOMPLETE, NOT_APPLICABLE = "incomplete", "not-applicable"
SEVERITY = (LOW, LOW_MEDIUM, MEDIUM, HIGH)

UNDER_16, AGE_UNKNOWN, PREGNANT = "under_16_years", "age_unknown", "pregnant"


@dataclass(frozen=True)
class Bands:
    """Upper bound of each band, and the points for the band: one more entry than bounds."""

    bounds: tuple[Decimal, ...]
    scores: tuple[int, ...]
    places: int = 0

    def points(self, value) -> int:
        """Return the points of the band that holds ``value``; a bound belongs to the lower band."""
        return self.scores[
            bisect_left(self.bounds, round_half_up(Decimal(str(value)), self.places))
        ]


RESPIRATION = Bands((8, 11, 20, 24), (3, 1, 0, 2, 3))
SATURATION_SCALE_1 = Bands((91, 93, 95), (3, 2, 1, 0))
SATURATION_SCALE_2_ON_AIR = Bands((83, 85, 87), (3, 2, 1, 0))
SATURATION_SCALE_2_ON_OXYGEN = Bands((83, 85, 87, 92, 94, 96), (3, 2, 1, 0, 1, 2, 3))
SYSTOLIC = Bands((90, 100, 110, 219), (3, 2, 1, 0, 3))
PULSE = Bands((40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3))
TEMPERATURE = Bands(
    (Decimal("35.0"), Decimal("36.0"), Decimal("38.0"), Decimal("39.0")), (3, 1, 0, 1, 2), places=1
)
CONSCIOUSNESS = {"alert": 0, "new_confusion": 3, "voice": 3, "pain": 3, "unresponsive": 3}
OXYGEN = {False: 0, True: 2}

# In the order of the chart; the points that each may have, for the ways to complete a set.
POSSIBLE_POINTS = {
    "respiratory_rate_per_min": RESPIRATION.scores,
    "oxygen_saturation_percent": SATURATION_SCALE_1.scores,
    "on_supplemental_oxygen": tuple(OXYGEN.values()),
    "systolic_mmhg": SYSTOLIC.scores,
    "heart_rate_per_min": PULSE.scores,
    "consciousness": tuple(CONSCIOUSNESS.values()),
    "temperature_celsius": TEMPERATURE.scores,
}
PARAMETERS = tuple(POSSIBLE_POINTS)
SATURATION, AIR_OR_OXYGEN = "oxygen_saturation_percent", "on_supplemental_oxygen"


@dataclass(frozen=True)
class Assessment:
    """What a set of vital signs says about risk; ``points`` holds what is certain."""

    score: int | None
    score_min: int | None
    score_max: int | None
    risk: str
    risk_min: str
    points: dict[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    not_applicable_because: str = ""


def why_not_applicable(*, age_years: int | None, pregnant: bool) -> str:
    """Return why NEWS2 says nothing about this person, or an empty string when it does."""
    if age_years is None:
        return AGE_UNKNOWN
    if age_years < FROM_AGE_YEARS:
        return UNDER_16
    return PREGNANT if pregnant else ""


def breathes_oxygen(measurements: Mapping) -> bool | None:
    """Tell whether oxygen is given, or None when it is neither stated nor implied.

    What was stated stands. Otherwise a flow above zero or more than the 21 % of room air implies
    oxygen. A flow of 0 or an FiO2 of 21 implies nothing: it says that one device gives none, not
    that the patient breathes room air without any, and points are not lost on a guess.
    """
    stated = measurements.get(AIR_OR_OXYGEN)
    if stated is not None:
        return stated
    flow, fio2 = measurements.get("oxygen_flow_l_per_min"), measurements.get("fio2_percent")
    return True if (flow or 0) > 0 or (fio2 or 0) > 21 else None


def pulse_points(measurements: Mapping) -> int | None:
    """Return the points of the pulse; of two readings the one that scores higher counts."""
    readings = (
        measurements.get("heart_rate_per_min"),
        measurements.get("heart_rate_second_per_min"),
    )
    return max((PULSE.points(one) for one in readings if one is not None), default=None)


def saturation_bands(scale: int, on_oxygen: bool) -> Bands:
    if scale == 1:
        return SATURATION_SCALE_1
    return SATURATION_SCALE_2_ON_OXYGEN if on_oxygen else SATURATION_SCALE_2_ON_AIR


def assess(
    measurements: Mapping, *, saturation_scale: int, age_years: int | None, pregnant: bool
) -> Assessment:
    """Score a set; what is absent from ``measurements`` (or None, or empty) is missing."""
    reason = why_not_applicable(age_years=age_years, pregnant=pregnant)
    if reason:
        return Assessment(
            None, None, None, NOT_APPLICABLE, NOT_APPLICABLE, not_applicable_because=reason
        )
    ways = {**_ways_of_breathing(measurements, saturation_scale), **_ways_of_others(measurements)}
    lowest = {name: min(pairs, key=_sum_then_largest) for name, pairs in ways.items()}
    score_min = sum(map(sum, lowest.values()))
    score_max = sum(max(map(sum, pairs)) for pairs in ways.values())
    missing = tuple(name for name in PARAMETERS if is_missing(name, measurements))
    risk_min = risk_of(score_min, any_three=any(3 in pair for pair in lowest.values()))
    risk = risk_min if not missing or risk_min in {MEDIUM, HIGH} else INCOMPLETE
    score = None if missing else score_min
    points = _certain_points(ways, missing)
    return Assessment(score, score_min, score_max, risk, risk_min, points, missing)


def risk_of(score: int, *, any_three: bool) -> str:
    """Return the clinical risk of a score; a 3 in one parameter is more than a low sum says."""
    if score >= 7:
        return HIGH
    if score >= 5:
        return MEDIUM
    return LOW_MEDIUM if any_three else LOW


def _sum_then_largest(points: tuple[int, ...]) -> tuple[int, int]:
    return sum(points), max(points)


def is_missing(name: str, measurements: Mapping) -> bool:
    """Tell whether a part of the score is neither measured nor implied by what was."""
    if name == AIR_OR_OXYGEN:
        return breathes_oxygen(measurements) is None
    if name == "heart_rate_per_min":
        return pulse_points(measurements) is None
    return measurements.get(name) in (None, "")


def _ways_of_others(measurements: Mapping) -> dict[str, set[tuple[int, ...]]]:
    """Return for each uncoupled parameter the points that it has or, when missing, may have."""
    scored = {
        "respiratory_rate_per_min": RESPIRATION.points,
        "systolic_mmhg": SYSTOLIC.points,
        "heart_rate_per_min": lambda _: pulse_points(measurements),
        "consciousness": CONSCIOUSNESS.__getitem__,
        "temperature_celsius": TEMPERATURE.points,
    }
    return {
        name: {(points,) for points in POSSIBLE_POINTS[name]}
        if is_missing(name, measurements)
        else {(score(measurements.get(name)),)}
        for name, score in scored.items()
    }


def _ways_of_breathing(measurements: Mapping, scale: int) -> dict[str, set[tuple[int, int]]]:
    """Return the possible pairs (saturation, oxygen); on scale 2 one depends on the other."""
    oxygen = breathes_oxygen(measurements)
    saturation = measurements.get(SATURATION)
    pairs = set()
    for on_oxygen in (False, True) if oxygen is None else (oxygen,):
        bands = saturation_bands(scale, on_oxygen)
        possible = bands.scores if saturation is None else (bands.points(saturation),)
        pairs |= {(points, OXYGEN[on_oxygen]) for points in possible}
    return {SATURATION: pairs}


def _certain_points(ways: dict[str, set[tuple[int, ...]]], missing) -> dict[str, int]:
    """Return the points of each parameter that no missing part can change, in chart order."""
    possible = {name: {pair[0] for pair in pairs} for name, pairs in ways.items()}
    possible[AIR_OR_OXYGEN] = {pair[1] for pair in ways[SATURATION]}
    return {
        name: next(iter(possible[name]))
        for name in PARAMETERS
        if name not in missing and len(possible[name]) == 1
    }
