"""Limits at the bound and beyond it, likely slips, times."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from aicare.errors import InvalidInput
from patients.checks import check_moment, measured
from patients.units import Entered
from patients.vital_signs_table import VITAL_SIGNS


def problems_of(measurements):
    with pytest.raises(InvalidInput) as error:
        measured(measurements)
    return error.value.problems


def only_problem(field, value):
    (problem,) = problems_of({field: value})
    assert problem.attr == field
    return problem


@pytest.mark.parametrize(
    ("field", "value", "suggested"),
    [
        ("systolic_mmhg", "16.3", "122"),
        ("systolic_mmhg", "46.7", "350"),
        ("systolic_mmhg", "46.8", None),
        ("systolic_mmhg", "120.5", None),
        ("diastolic_mmhg", "9.1", "68"),
        ("diastolic_mmhg", "40.1", None),
    ],
)
def test_a_pressure_with_decimals_was_probably_read_off_in_kpa(field, value, suggested):
    problem = only_problem(field, Decimal(value))
    assert problem.code == "not_a_whole_number"
    assert (problem.suggestion and problem.suggestion.value) == suggested


@pytest.mark.parametrize("sign", VITAL_SIGNS, ids=lambda sign: sign.field)
def test_the_physical_limits_are_allowed_and_the_next_value_is_not(sign):
    step = Decimal(1).scaleb(-sign.places)
    for bound in (sign.minimum, sign.maximum):
        assert measured({sign.field: bound}).values == {sign.field: bound}
    for beyond in (sign.minimum - step, sign.maximum + step):
        assert only_problem(sign.field, beyond).code == "out_of_range"


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), Decimal("-1E+999999"), Decimal("1E+999999")]
)
@pytest.mark.parametrize("unit", [None, "[degF]"])
def test_numbers_that_are_none_are_out_of_range(value, unit):
    assert only_problem("temperature_celsius", Entered(value, unit)).code == "out_of_range"


@pytest.mark.parametrize(
    ("field", "value", "suggested", "unit"),
    [
        ("temperature_celsius", "98.6", "37.0", "Cel"),
        ("temperature_celsius", "101.1", "38.4", "Cel"),
        ("temperature_celsius", "47.1", "8.4", "Cel"),
        ("temperature_celsius", "115", "46.1", "Cel"),
        ("oxygen_saturation_percent", "0.97", "97", "%"),
        ("oxygen_saturation_percent", "0.975", "98", "%"),
        ("oxygen_saturation_percent", "1", "100", "%"),
        ("oxygen_saturation_percent", "0.01", "1", "%"),
        ("fio2_percent", "0.4", "40", "%"),
        ("height_cm", "1.2", "120.0", "cm"),
        ("height_cm", "1.75", "175.0", "cm"),
        ("height_cm", "2.3", "230.0", "cm"),
    ],
)
def test_a_likely_slip_is_refused_with_what_was_probably_meant(field, value, suggested, unit):
    problem = only_problem(field, Decimal(value))
    assert problem.code == "out_of_range"
    suggestion = problem.suggestion
    assert (suggestion.field, suggestion.value, suggestion.unit) == (field, suggested, unit)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature_celsius", "115.1"),
        ("temperature_celsius", "9.9"),
        ("oxygen_saturation_percent", "-0.5"),
        ("oxygen_saturation_percent", "100.6"),
        ("height_cm", "1.1"),
        ("height_cm", "2.4"),
        ("heart_rate_per_min", "351"),
    ],
)
def test_where_no_slip_is_likely_the_limits_are_told(field, value):
    problem = only_problem(field, Decimal(value))
    assert (problem.code, problem.suggestion) == ("out_of_range", None)
    assert " to " in problem.detail


def test_no_saturation_at_all_can_be_recorded():
    assert measured({"oxygen_saturation_percent": 0}).values == {"oxygen_saturation_percent": 0}


@pytest.mark.parametrize("value", ["47.0", "47.04"])
def test_the_hottest_thermometer_is_believed(value):
    assert measured({"temperature_celsius": Decimal(value)}).values["temperature_celsius"] == 47


def test_celsius_in_the_fahrenheit_box_is_refused():
    assert (
        only_problem("temperature_celsius", Entered(Decimal("37.0"), "[degF]")).suggestion is None
    )


@pytest.mark.parametrize(
    "field",
    [
        "respiratory_rate_per_min",
        "oxygen_saturation_percent",
        "systolic_mmhg",
        "diastolic_mmhg",
        "heart_rate_per_min",
        "heart_rate_second_per_min",
        "pain_score",
    ],
)
def test_whole_numbers_are_whole(field):
    assert only_problem(field, Decimal("9.5")).code == "not_a_whole_number"
    assert measured({field: Decimal("9.0")}).as_entered == {}


def test_a_converted_value_may_have_a_fraction_and_is_rounded():
    checked = measured({"systolic_mmhg": Entered(Decimal("16.1"), "kPa")})
    assert checked.values == {"systolic_mmhg": 121}  # 120.76
    assert checked.as_entered == {"systolic_mmhg": {"value": "16.1", "unit": "kPa"}}


@pytest.mark.parametrize("unit", ["F", "°F", "degC", "celcius", "cel", "kg"])
def test_an_unknown_unit_is_refused_with_the_known_ones(unit):
    problem = only_problem("temperature_celsius", Entered(Decimal(37), unit))
    assert problem.code == "unknown_unit"
    assert "Cel, [degF]" in problem.detail


def test_every_problem_is_told_at_once():
    wrong = {"temperature_celsius": Decimal("98.6"), "weight_kg": 0, "consciousness": "sleepy"}
    assert [problem.attr for problem in problems_of(wrong)] == [
        "temperature_celsius",
        "weight_kg",
        "consciousness",
    ]


@pytest.mark.parametrize("nothing", [{}, {"pain_score": None}, {"consciousness": ""}])
def test_an_empty_set_is_refused(nothing):
    assert [problem.code for problem in problems_of(nothing)] == ["no_measurement"]


@pytest.mark.parametrize(
    "one", [{"on_supplemental_oxygen": False}, {"consciousness": "alert"}, {"pain_score": 0}]
)
def test_one_measurement_is_a_set(one):
    assert measured(one).values == one


NOON = datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (NOON, None),
        (NOON + datetime.timedelta(minutes=5), None),
        (NOON + datetime.timedelta(minutes=5, seconds=1), "in_the_future"),
        (datetime.datetime(2026, 1, 31, 23, 0, tzinfo=datetime.UTC), None),  # midnight in Madrid
        (datetime.datetime(2026, 1, 31, 22, 59, tzinfo=datetime.UTC), "before_birth"),
        (datetime.datetime(1899, 12, 31, tzinfo=datetime.UTC), "invalid_timestamp"),
    ],
)
def test_a_moment_lies_between_birth_and_now(moment, code):
    life = {"now": NOON, "born": datetime.date(2026, 2, 1), "died": None, "zone": MADRID}
    if code is None:
        check_moment(moment, **life)
        return
    with pytest.raises(InvalidInput) as error:
        check_moment(moment, **life)
    assert error.value.problems[0].code == code


@pytest.mark.parametrize(("seconds", "refused"), [(0, False), (1, True)])
def test_the_moment_of_death_is_the_last(seconds, refused):
    died = NOON - datetime.timedelta(hours=1)
    moment = died + datetime.timedelta(seconds=seconds)
    life = {"now": NOON, "born": None, "died": died, "zone": MADRID}
    if not refused:
        check_moment(moment, **life)
        return
    with pytest.raises(InvalidInput):
        check_moment(moment, **life)
