"""The shaded bands are those of the score: the same points for every value that can be."""

from decimal import Decimal

import pytest

from patients.early_warning import (
    HIGHEST_SCORE,
    PULSE,
    RESPIRATION,
    SATURATION_SCALE_1,
    SATURATION_SCALE_2_ON_AIR,
    SATURATION_SCALE_2_ON_OXYGEN,
    SYSTOLIC,
    TEMPERATURE,
    risk_of,
)
from patients.trends.bands import bands, bands_of_table, points_of, risk_bands

SATURATION = "oxygen_saturation_percent"
TABLES = [
    ("respiratory_rate_per_min", {}, RESPIRATION),
    (SATURATION, {}, SATURATION_SCALE_1),
    (SATURATION, {"scale": 1, "on_oxygen": True}, SATURATION_SCALE_1),
    (SATURATION, {"scale": 2, "on_oxygen": False}, SATURATION_SCALE_2_ON_AIR),
    (SATURATION, {"scale": 2, "on_oxygen": True}, SATURATION_SCALE_2_ON_OXYGEN),
    ("systolic_mmhg", {}, SYSTOLIC),
    ("heart_rate_per_min", {}, PULSE),
    ("heart_rate_second_per_min", {}, PULSE),
    ("temperature_celsius", {}, TEMPERATURE),
]


@pytest.mark.parametrize(("field", "options", "table"), TABLES)
def test_a_band_gives_the_points_of_the_score_at_every_value(field, options, table):
    step = Decimal(1).scaleb(-table.places)
    value, last = min(table.bounds) - 5, max(table.bounds) + 5
    while value <= last:
        holding = [band for band in bands(field, **options) if band.holds(value)]
        assert [band.points for band in holding] == [table.points(value)], value
        assert points_of(field, value, **options) == table.points(value)
        value += step


@pytest.mark.parametrize(("field", "options", "table"), TABLES)
def test_the_border_between_two_bands_is_drawn_half_a_step_from_either(field, options, table):
    found = bands(field, **options)
    half = Decimal(1).scaleb(-table.places) / 2
    for lower, upper in zip(found, found[1:], strict=False):
        assert lower.top == upper.bottom
        assert upper.low - lower.top == lower.top - lower.high == half


def test_on_scale_2_with_oxygen_not_known_only_what_is_certain_has_points():
    def points(value):
        return points_of(SATURATION, Decimal(value), scale=2, on_oxygen=None)

    assert [points(value) for value in (80, 84, 86, 90, 92)] == [3, 2, 1, 0, 0]
    assert [points(value) for value in (93, 95, 97, 100)] == [None] * 4


def test_what_is_not_scored_has_no_bands():
    assert bands("glucose_mmol_per_l") == ()
    assert points_of("weight_kg", Decimal(70)) is None


@pytest.mark.parametrize("score", range(HIGHEST_SCORE + 1))
def test_every_score_lies_in_the_band_of_its_risk(score):
    (band,) = [one for one in risk_bands() if one.low <= score <= one.high]
    assert band.risk == risk_of(score, any_three=False)


def test_bands_read_as_the_chart_of_the_score_writes_them():
    assert [band.text() for band in bands("respiratory_rate_per_min")] == [
        "≤ 8", "9–11", "12–20", "21–24", "≥ 25",
    ]  # fmt: skip
    assert [band.text(1) for band in bands("temperature_celsius")][:2] == ["≤ 35.0", "35.1–36.0"]
    assert [band.text for band in risk_bands()] == ["0–4", "5–6", "≥ 7"]


def test_a_row_may_be_split_but_never_across_a_border_of_points():
    rows = bands_of_table(PULSE, splits=(60, 70, 80, 100, 120))
    assert [row.text() for row in rows] == [
        "≤ 40", "41–50", "51–60", "61–70", "71–80", "81–90", "91–100", "101–110", "111–120",
        "121–130", "≥ 131",
    ]  # fmt: skip
    assert [row.points for row in rows] == [3, 1, 0, 0, 0, 0, 1, 1, 2, 2, 3]
