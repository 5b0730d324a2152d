"""The line below each sign: what is higher stands higher, nothing is drawn from nothing."""

import pytest

from patients.charts.spark import MOST_IN_SPARK, SPARK_HEIGHT, SPARK_WIDTH, draw_spark


def points(values):
    return [tuple(map(float, pair.split(","))) for pair in draw_spark(values).split()]


@pytest.mark.parametrize("values", [[], [80]])
def test_one_value_makes_no_line(values):
    assert draw_spark(values) == ""


def test_a_steady_value_is_a_line_in_the_middle():
    assert {y for _, y in points([80, 80, 80])} == {13.0}


def test_a_higher_value_stands_higher_and_the_newest_at_the_right_end():
    low, high = points([60, 120])
    assert low[1] > high[1]
    assert (low[0], high[0]) == (0, SPARK_WIDTH)


def test_only_the_newest_values_are_drawn_and_all_inside():
    found = points(range(100))
    assert len(found) == MOST_IN_SPARK
    assert all(0 <= y <= SPARK_HEIGHT for _, y in found)
