"""The time that is shown: as asked, in the site's time, never nonsense."""

import datetime
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest

from aicare.errors import InvalidInput
from patients.trends.windows import PERIODS, Window, window_of

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime.datetime(2026, 11, 20, 10, 0, tzinfo=datetime.UTC)
FIRST, LAST = NOW - datetime.timedelta(days=90), NOW - datetime.timedelta(days=2)


def utc(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def ask(extent=(FIRST, LAST), **query):
    query = {key.rstrip("_"): value for key, value in query.items()}
    return window_of(query, now=NOW, zone=MADRID, extent=extent)


@pytest.mark.parametrize(("period", "hours"), [("24h", 24), ("3d", 72), ("7d", 168), ("30d", 720)])
def test_a_period_ends_now(period, hours):
    window = ask(period=period)
    assert (window.start, window.end) == (NOW - datetime.timedelta(hours=hours), NOW)


def test_three_days_are_usual():
    assert ask() == ask(period="3d")


def test_all_is_from_the_first_to_the_last_set():
    assert (ask(period="all").start, ask(period="all").end) == (FIRST, LAST)


def test_all_of_a_single_set_is_an_hour_around_it():
    window = ask(extent=(LAST, LAST), period="all")
    assert window.start < LAST < window.end
    assert window.length == datetime.timedelta(hours=1)


def test_all_of_nothing_is_a_day():
    assert ask(extent=None, period="all").length == datetime.timedelta(days=1)


def test_a_time_without_an_offset_is_the_sites():
    window = ask(from_="2026-07-01T08:00", to="2026-12-01T08:00")
    assert window.start == utc("2026-07-01T06:00")
    assert window.end == utc("2026-12-01T07:00")


def test_a_time_with_an_offset_is_taken_as_it_is_also_with_a_lost_plus():
    for text in ("2026-07-01T08:00+05:00", "2026-07-01T08:00 05:00"):
        assert ask(from_=text).start == utc("2026-07-01T03:00")
    assert ask(from_="2026-07-01T08:00Z").start == utc("2026-07-01T08:00")


def test_of_the_hour_that_comes_twice_all_is_shown():
    window = ask(from_="2026-10-25T02:30", to="2026-10-25T02:30")
    assert window.start == utc("2026-10-25T00:30")
    assert window.end == utc("2026-10-25T01:30")


def test_an_hour_that_is_not_there_is_still_a_moment():
    assert ask(from_="2026-03-29T02:30", to="2026-03-30T00:00").start == utc("2026-03-29T01:30")


def test_a_day_alone_begins_at_midnight():
    assert ask(from_="2026-11-01", to="2026-11-02").start == utc("2026-10-31T23:00")


def test_without_an_end_it_is_until_now_and_without_a_start_three_days():
    assert ask(from_="2026-11-01T00:00").end == NOW
    assert ask(to="2026-11-10T01:00").start == utc("2026-11-07T00:00")


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"period": "fortnight"}, "period"),
        ({"period": ""}, "period"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-02-30T10:00"}, "from"),
        ({"to": "'; drop table"}, "to"),
        ({"from": "0001-01-01T00:00+14:00"}, "from"),
        ({"from": "9999-12-31T23:59-14:00"}, "from"),
        ({"from": "1066-10-14"}, "from"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"from": "2026-11-02", "to": "2026-11-02"}, "to"),
    ],
)
def test_what_is_no_time_is_refused_with_the_field(query, attr):
    with pytest.raises(InvalidInput) as refused:
        window_of(query, now=NOW, zone=MADRID, extent=None)
    (problem,) = refused.value.problems
    assert problem.attr == attr
    assert not any(value and value in problem.detail for value in query.values())


def test_both_ends_that_are_wrong_are_told_at_once():
    with pytest.raises(InvalidInput) as refused:
        ask(from_="x", to="y")
    assert [one.attr for one in refused.value.problems] == ["to", "from"]


def test_the_stretch_before_ends_where_this_one_begins_and_back_again():
    window = ask(period="7d")
    before = window.earlier((FIRST, LAST))
    assert (before.end, before.length) == (window.start, window.length)
    assert before.later((FIRST, LAST)) == Window(window.start, window.end)


def test_nobody_is_led_to_where_nothing_was_measured():
    window = ask(period="all")
    assert window.earlier((FIRST, LAST)) is None
    assert window.later((FIRST, LAST)) is None
    assert window.earlier(None) is None
    assert window.later(None) is None
    assert ask(period="7d").later((FIRST, LAST)) is None


def test_closer_is_the_middle_half_down_to_an_hour():
    window = ask(period="24h")
    assert window.closer() == Window(
        NOW - datetime.timedelta(hours=18), NOW - datetime.timedelta(hours=6)
    )
    steps = 0
    while window := window.closer():
        steps += 1
        assert window.length >= datetime.timedelta(hours=1)
    assert steps == 4


def test_wider_is_twice_the_time_and_never_the_future():
    wider = ask(period="24h").wider(NOW)
    assert (wider.end, wider.length) == (NOW, datetime.timedelta(days=2))
    past = Window(utc("2026-11-01T00:00"), utc("2026-11-02T00:00")).wider(NOW)
    assert (past.start, past.end) == (utc("2026-10-31T12:00"), utc("2026-11-02T12:00"))


def test_at_the_end_of_the_calendar_nothing_breaks():
    window = ask(from_="1900-01-02", to="2199-12-30")
    assert window.wider(NOW) is None or window.wider(NOW).length > window.length
    extent = (utc("1900-01-01T00:00"), utc("2199-12-31T00:00"))
    assert window.earlier(extent).start.year == 1900
    assert window.later(extent).end.year <= 2200


@pytest.mark.parametrize("query", [*({"period": key} for key in PERIODS), {"from": "2026-11-01"}])
def test_the_address_of_a_window_shows_the_same_window(query):
    window = window_of(query, now=NOW, zone=MADRID, extent=(FIRST, LAST))
    again = window_of(dict(parse_qsl(window.query)), now=NOW, zone=MADRID, extent=(FIRST, LAST))
    assert (again.start, again.end) == (window.start, window.end)
