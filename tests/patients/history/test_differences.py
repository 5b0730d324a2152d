"""What counts as a difference between two or three states of a row."""

import datetime

import pytest

from patients.history.differences import Change, ThreeWay, are_same, changes_between, to_the_minute

NOON = datetime.datetime(2026, 3, 10, 12, 0, 5, 123456, tzinfo=datetime.UTC)
MADRID = datetime.timezone(datetime.timedelta(hours=1))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, "", True),
        ([], None, True),
        (0, None, False),
        (False, None, False),
        (" a ", "a", True),
        ("a\r\nb", "a\nb", True),
        ("a", "A", False),
        (NOON, NOON.replace(microsecond=123000), True),
        (NOON, NOON.replace(second=6), False),
        (NOON, NOON.astimezone(MADRID), True),
        (datetime.date(2026, 3, 10), datetime.date(2026, 3, 10), True),
    ],
)
def test_what_says_the_same(one, other, same):
    assert are_same(one, other) is same


def test_changes_come_in_the_order_asked_for_and_what_is_lacking_is_empty():
    found = changes_between({"a": 1, "b": 2}, {"a": 2, "b": 2, "c": 3}, ["c", "b", "a"])
    assert found == [Change("c", None, 3), Change("a", 1, 2)]


@pytest.mark.parametrize(
    ("opened", "now", "wanted", "settled", "meanwhile", "here"),
    [
        ("a", "a", "a", True, False, False),
        ("a", "a", "b", False, False, True),
        ("a", "b", "a", False, True, False),
        ("a", "b", "b", True, True, True),
        ("a", "b", "c", False, True, True),
        (None, "", "", True, False, False),
    ],
)
def test_three_states_of_a_field(opened, now, wanted, settled, meanwhile, here):
    way = ThreeWay("field", opened, now, wanted)
    assert (way.is_settled, way.is_changed_meanwhile, way.is_changed_here) == (
        settled, meanwhile, here,
    )  # fmt: skip


def test_a_form_holds_moments_to_the_minute():
    assert to_the_minute(NOON) == datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC)
    assert to_the_minute("12:00:05") == "12:00:05"
