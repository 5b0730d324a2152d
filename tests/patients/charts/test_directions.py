"""Where a sign is heading, in words: against the value before, wherever that was measured."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from patients.charts.directions import direction


def a_set(**measured):
    fields = dict.fromkeys(
        ("heart_rate_per_min", "oxygen_saturation_percent", "temperature_celsius",
         "on_supplemental_oxygen", "oxygen_flow_l_per_min", "fio2_percent")
    )  # fmt: skip
    words = {"alert": "Alert", "new_confusion": "New confusion"}
    one = SimpleNamespace(**fields | {"consciousness": ""} | measured)
    one.get_consciousness_display = lambda: words.get(one.consciousness, "")
    return one


def said(field, *sets):
    found = direction(sets, field)
    return (found.arrow, found.words) if found else None


@pytest.mark.parametrize(
    ("newest", "before", "expected"),
    [
        (110, 95, ("▲", "up from 95")),
        (88, 95, ("▼", "down from 95")),
        (95, 95, ("▬", "still 95")),
        (0, 95, ("▼", "down from 95")),
    ],
)
def test_a_number(newest, before, expected):
    sets = [a_set(heart_rate_per_min=Decimal(one)) for one in (newest, before)]
    assert said("heart_rate_per_min", *sets) == expected


def test_a_temperature_keeps_its_decimal():
    sets = [a_set(temperature_celsius=Decimal(one)) for one in ("38.4", "37.0")]
    assert said("temperature_celsius", *sets) == ("▲", "up from 37.0")


def test_sets_without_the_sign_are_passed_over():
    sets = [a_set(heart_rate_per_min=Decimal(90)), a_set(), a_set(heart_rate_per_min=Decimal(80))]
    assert said("heart_rate_per_min", *sets) == ("▲", "up from 80")


def test_one_value_heads_nowhere():
    assert said("heart_rate_per_min", a_set(heart_rate_per_min=Decimal(90)), a_set()) is None


def test_the_same_saturation_with_more_oxygen_says_so():
    now = a_set(oxygen_saturation_percent=Decimal(94), on_supplemental_oxygen=True)
    then = a_set(oxygen_saturation_percent=Decimal(94), on_supplemental_oxygen=False)
    assert said("oxygen_saturation_percent", now, then) == ("▬", "still 94 air")
    assert said("oxygen_saturation_percent", now, now) == ("▬", "still 94")


def test_consciousness_has_no_up_and_down():
    sets = [a_set(consciousness="new_confusion"), a_set(consciousness="alert")]
    assert said("consciousness", *sets) == ("", "was alert")
    assert said("consciousness", sets[0], sets[0]) == ("▬", "still new confusion")


@pytest.mark.parametrize(("hours", "is_told"), [(23.9, False), (24, True), (1000, True)])
def test_a_value_of_long_ago_is_told_to_be_so(hours, is_told):
    now = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
    then = now - datetime.timedelta(hours=hours)
    sets = [
        a_set(heart_rate_per_min=Decimal(pulse), measured_at=at)
        for pulse, at in ((90, now), (80, then))
    ]
    assert direction(sets, "heart_rate_per_min").is_of_long_ago is is_told
