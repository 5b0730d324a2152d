"""How a set reads in a line: nothing that was not stated, points at what scored them."""

import datetime
from decimal import Decimal

import pytest

from patients.models import Patient, VitalSigns
from patients.wording import age_words, oxygen_words, signs_line


@pytest.mark.parametrize(
    ("stated", "flow", "fio2", "words"),
    [
        (False, None, None, "air"),
        (False, "0", None, "air"),
        (False, "4", None, "air (O₂ 4.0 L/min)"),
        (False, None, 28, "air (O₂ 28 %)"),
        (True, None, None, "on O₂"),
        (True, "2", None, "on O₂ 2.0 L/min"),
        (None, "2", None, "on O₂ 2.0 L/min"),
        (None, None, 28, "on O₂ 28 %"),
        (None, "0", None, "O₂ 0.0 L/min"),
        (None, None, 21, "FiO₂ 21 %"),
        (None, None, None, ""),
    ],
)
def test_oxygen_is_said_only_where_it_was_stated_or_flows(stated, flow, fio2, words):
    one = VitalSigns(
        on_supplemental_oxygen=stated,
        oxygen_flow_l_per_min=Decimal(flow) if flow else None,
        fio2_percent=fio2,
    )
    assert oxygen_words(one) == words


def test_two_readings_of_the_pulse_share_the_points_of_either():
    one = VitalSigns(
        heart_rate_per_min=88, heart_rate_second_per_min=135, points={"heart_rate_per_min": 3}
    )
    (pulse,) = signs_line(one)
    assert (pulse.text, pulse.value, pulse.points) == ("HR 88 and 135", "88 and 135", 3)


def test_the_dead_grow_no_older():
    patient = Patient(
        birth_date=datetime.date(1950, 5, 5),
        deceased_at=datetime.datetime(2016, 5, 4, 12, tzinfo=datetime.UTC),
    )
    assert age_words(patient, datetime.date(2026, 11, 20)) == "65 y"
