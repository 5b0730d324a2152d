"""The marks of the time axis: few, on the hour or at midnight of the site, also in October."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from patients.trends.ticks import ticks

MADRID = ZoneInfo("Europe/Madrid")
START = datetime.datetime(2026, 10, 24, 21, 30, tzinfo=datetime.UTC)
LENGTHS = st.integers(min_value=60, max_value=200 * 366 * 86_400)


@pytest.fixture(autouse=True)
def _madrid():
    with timezone.override(MADRID):
        yield


def marks(**length):
    return ticks(START, START + datetime.timedelta(**length), most=8)


@settings(deadline=None)
@given(LENGTHS, st.integers(min_value=0, max_value=10**8))
def test_there_are_never_more_marks_than_there_is_room_for(seconds, later):
    start = START + datetime.timedelta(seconds=later)
    with timezone.override(MADRID):
        found = ticks(start, start + datetime.timedelta(seconds=seconds), most=8)
    assert len(found) <= 9
    assert sum(tick.is_main for tick in found) <= 3
    moments = [tick.moment.timestamp() for tick in found]
    assert moments == sorted(moments)
    assert len(set(moments)) == len(moments)


def test_midnights_are_those_of_the_wall_clock_when_it_is_set_back():
    found = marks(days=4)
    assert [tick.text for tick in found] == ["25 Oct", "26 Oct", "27 Oct", "28 Oct"]
    utc = [tick.moment.astimezone(datetime.UTC).hour for tick in found]
    assert utc == [22, 23, 23, 23]


def test_hours_are_full_hours_of_the_wall_clock():
    found = marks(hours=24)
    assert [tick.text for tick in found] == [
        "25 Oct", "04:00", "08:00", "12:00", "16:00", "20:00",
    ]  # fmt: skip
    assert [tick.begins_day for tick in found] == [True, *[False] * 5]


def test_an_hour_that_the_clock_skips_has_no_mark():
    start = datetime.datetime(2026, 3, 29, 0, 0, tzinfo=MADRID)
    found = ticks(start, start + datetime.timedelta(hours=6), most=8)
    assert [tick.text for tick in found] == ["29 Mar", "01:00", "03:00", "04:00", "05:00", "06:00"]


def test_months_and_years_have_their_own_marks():
    assert [tick.text for tick in marks(days=150)][:2] == ["Nov 2026", "Dec 2026"]
    assert [tick.text for tick in marks(days=4000)][:2] == ["2028", "2030"]
