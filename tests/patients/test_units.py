"""Conversion and rounding of entered values."""

from decimal import Decimal

import pytest

from patients.units import (
    PLACES_SHOWN,
    UNIT_SHOWN,
    Entered,
    UnknownUnit,
    in_field_unit,
    in_other_unit,
    round_half_up,
    unit_shown,
)
from patients.vital_signs_table import BY_FIELD, VITAL_SIGNS


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("38.05", 1, "38.1"),
        ("38.04", 1, "38.0"),
        ("38.049999", 1, "38.0"),
        ("35.05", 1, "35.1"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("92.5", 0, "93"),
    ],
)
def test_a_half_is_rounded_up(value, places, rounded):
    assert str(round_half_up(Decimal(value), places)) == rounded


@pytest.mark.parametrize(
    ("field", "value", "unit", "converted"),
    [
        ("temperature_celsius", "98.6", "[degF]", "37.0"),
        ("temperature_celsius", "101.1", "[degF]", "38.4"),
        ("temperature_celsius", "100.5", "[degF]", "38.1"),  # 38.05…
        ("temperature_celsius", "50", "[degF]", "10.0"),
        ("systolic_mmhg", "16", "kPa", "120"),
        ("diastolic_mmhg", "10.7", "kPa", "80"),
        ("weight_kg", "154", "[lb_av]", "69.9"),
        ("height_cm", "70", "[in_i]", "177.8"),
        ("glucose_mmol_per_l", "100", "mg/dL", "5.6"),
        ("temperature_celsius", "38.4", "Cel", "38.4"),
        ("heart_rate_per_min", "60", "/min", "60"),
        ("heart_rate_per_min", "60", None, "60"),
    ],
)
def test_a_value_in_another_unit_is_converted(field, value, unit, converted):
    sign = BY_FIELD[field]
    exact = in_field_unit(sign, Entered(Decimal(value), unit))
    assert round_half_up(exact, sign.places) == Decimal(converted)


@pytest.mark.parametrize("unit", ["F", "°F", "degC", "cel", "kg", ""])
def test_a_unit_that_is_not_of_the_field_is_refused(unit):
    with pytest.raises(UnknownUnit):
        in_field_unit(BY_FIELD["temperature_celsius"], Entered(Decimal(37), unit))


@pytest.mark.parametrize("sign", VITAL_SIGNS, ids=lambda sign: sign.field)
def test_every_unit_of_the_table_can_be_converted(sign):
    for unit in sign.also_entered_as:
        assert in_field_unit(sign, Entered(Decimal(100), unit)) > 0


@pytest.mark.parametrize(
    ("value", "unit", "converted"),
    [
        ("37.0", "[degF]", "98.6"),
        ("38.1", "[degF]", "100.6"),
        ("36.25", "[degF]", "97.3"),  # 97.25: the half goes up
        ("120", "kPa", "16.0"),
        ("70.0", "[lb_av]", "154.3"),
        ("177.8", "[in_i]", "70.0"),
        ("5.6", "mg/dL", "101"),
    ],
)
def test_a_stored_value_is_shown_as_a_device_of_the_other_unit_would(value, unit, converted):
    assert str(in_other_unit(Decimal(value), unit)) == converted


@pytest.mark.parametrize("sign", VITAL_SIGNS, ids=lambda sign: sign.field)
def test_every_other_unit_has_a_name_places_and_a_way_there_and_back(sign):
    for unit in sign.also_entered_as:
        assert unit_shown(sign, unit) == UNIT_SHOWN[unit]
        value = sign.maximum / 2
        there = in_other_unit(value, unit)
        back = in_field_unit(sign, Entered(there, unit))
        step = in_field_unit(sign, Entered(there + Decimal(1).scaleb(-PLACES_SHOWN[unit]), unit))
        assert abs(back - value) <= abs(step - back)
