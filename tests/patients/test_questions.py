"""Each question at its bound and beyond it."""

import datetime
from decimal import Decimal

import pytest

from patients.questions import EarlierWeight, questions_about

NOW = datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC)


def asked(values, *, age_years=64, earlier=None, days_before=1):
    numbers = {
        name: Decimal(value) if isinstance(value, str) else value for name, value in values.items()
    }
    before = NOW - datetime.timedelta(days=days_before)
    problems = questions_about(
        numbers,
        measured_at=NOW,
        age_years=age_years,
        earlier_weight=EarlierWeight(Decimal(earlier), before) if earlier else None,
    )
    return [(problem.code, problem.attr) for problem in problems]


def codes(*args, **kwargs):
    return [code for code, _ in asked(*args, **kwargs)]


@pytest.mark.parametrize(
    ("systolic", "diastolic", "question"),
    [("120", "119", False), ("120", "120", True), ("80", "120", True), ("120", None, False)],
)
def test_pressure_swapped(systolic, diastolic, question):
    values = {"systolic_mmhg": systolic}
    values |= {"diastolic_mmhg": diastolic} if diastolic else {}
    assert asked(values) == ([("pressure_swapped", "systolic_mmhg")] if question else [])


@pytest.mark.parametrize(
    ("weight", "earlier", "question"),
    [
        ("154.0", "70", "weight_unit"),
        ("70", "154.0", "weight_unit"),
        ("146.3", "70", "weight_unit"),  # 2.09
        ("146.2", "70", "weight_change"),
        ("161.7", "70", "weight_unit"),  # 2.31
        ("161.8", "70", "weight_change"),
        ("84.0", "70", None),  # 20 %
        ("84.1", "70", "weight_change"),
        ("56.0", "70", None),
        ("55.9", "70", "weight_change"),
        ("70", "70", None),
    ],
)
def test_weight_against_the_last_one(weight, earlier, question):
    expected = [question] if question else []
    assert codes({"weight_kg": weight}, earlier=earlier) == expected


@pytest.mark.parametrize(
    ("days", "weight", "question"),
    [
        (7, "90", "weight_change"),
        (7.01, "90", None),
        (400, "154", "weight_unit"),
    ],
)
def test_a_change_is_fast_within_a_week_and_pounds_are_pounds_at_any_time(days, weight, question):
    expected = [question] if question else []
    assert codes({"weight_kg": weight}, earlier="70", days_before=days) == expected


def test_a_first_weight_is_not_compared():
    assert codes({"weight_kg": "154"}) == []


@pytest.mark.parametrize(
    ("height", "weight", "age_years", "question"),
    [
        ("70", "170", 40, True),
        ("15", "120", 40, True),
        ("120", "250", 40, True),
        ("120.1", "170", 40, False),
        ("70", "119.9", 40, False),
        ("70", "250.1", 40, False),
        ("70", "170", 15, False),
        ("70", "170", 0, False),
        ("70", "170", 16, True),
        ("70", "170", None, True),
    ],
)
def test_height_and_weight_swapped(height, weight, age_years, question):
    found = codes({"height_cm": height, "weight_kg": weight}, age_years=age_years)
    assert found == (["height_weight_swapped"] if question else [])


@pytest.mark.parametrize(
    ("first", "second", "question"),
    [
        ("60", "70", False),  # 10 apart
        ("60", "71", True),  # 11 apart, 16.8 %
        ("200", "232", False),  # 14.8 %
        ("200", "233", True),  # 15.2 %
        ("233", "200", True),
        ("92.5", "107.5", False),  # 15 % exactly
        ("80", "80", False),
    ],
)
def test_two_pulses_that_differ(first, second, question):
    values = {"heart_rate_per_min": first, "heart_rate_second_per_min": second}
    assert codes(values) == (["pulse_differs"] if question else [])


@pytest.mark.parametrize(
    ("values", "question"),
    [
        ({"on_supplemental_oxygen": False, "oxygen_flow_l_per_min": "2"}, True),
        ({"on_supplemental_oxygen": False, "fio2_percent": "22"}, True),
        ({"on_supplemental_oxygen": False, "fio2_percent": "21"}, False),
        ({"on_supplemental_oxygen": False, "oxygen_flow_l_per_min": "0"}, False),
        ({"on_supplemental_oxygen": True, "oxygen_flow_l_per_min": "2"}, False),
        ({"oxygen_flow_l_per_min": "2"}, False),
        ({"on_supplemental_oxygen": False}, False),
    ],
)
def test_air_with_oxygen(values, question):
    assert codes(values) == (["air_with_oxygen"] if question else [])


@pytest.mark.parametrize(
    ("field", "fine", "extreme"),
    [
        ("heart_rate_per_min", "1", "0"),
        ("heart_rate_second_per_min", "1", "0"),
        ("oxygen_saturation_percent", "50", "49"),
        ("systolic_mmhg", "50", "49"),
        ("systolic_mmhg", "260", "261"),
        ("temperature_celsius", "32.0", "31.9"),
        ("temperature_celsius", "42.0", "42.1"),
        ("respiratory_rate_per_min", "5", "4"),
        ("respiratory_rate_per_min", "60", "61"),
    ],
)
def test_extreme_values(field, fine, extreme):
    assert asked({field: fine}) == []
    assert asked({field: extreme}) == [("extreme_value", field)]


def test_every_question_is_asked():
    values = {
        "systolic_mmhg": "40",
        "diastolic_mmhg": "60",
        "heart_rate_per_min": "60",
        "heart_rate_second_per_min": "90",
        "on_supplemental_oxygen": False,
        "oxygen_flow_l_per_min": "2",
        "height_cm": "70",
        "weight_kg": "170",
    }
    assert codes(values, earlier="77") == [
        "pressure_swapped",
        "weight_unit",
        "height_weight_swapped",
        "pulse_differs",
        "air_with_oxygen",
        "extreme_value",
    ]
