"""The drawings: what is higher stands higher, nothing is drawn from nothing."""

import datetime

import pytest

from patients.drawing import BOTTOM, LEFT, NARROW, TOP, WIDTH, draw_chart, draw_spark
from patients.models import VitalSigns

START = datetime.datetime(2026, 11, 18, tzinfo=datetime.UTC)
END = START + datetime.timedelta(days=3)


def one(hour, low, high=None):
    score = low if high is None else None
    return VitalSigns(
        measured_at=START + datetime.timedelta(hours=hour), score=score, score_min=low,
        score_max=low if high is None else high, risk="low",
    )  # fmt: skip


def draw(*sets, images=(), width=WIDTH):
    return draw_chart(sets, images, start=START, end=END, width=width)


def test_without_a_scored_set_there_is_no_chart():
    assert draw() is None
    not_scored = VitalSigns(measured_at=START, risk="not-applicable")
    assert draw(not_scored) is None


def test_a_higher_score_stands_higher_and_later_stands_further_right():
    early, late = draw(one(1, 2), one(70, 9)).points
    assert early.y > late.y
    assert early.x < late.x
    assert late.label == "9"


def test_a_partial_set_is_a_range_and_no_point():
    chart = draw(one(1, 2), one(2, 3, 16))
    assert len(chart.points) == 1
    (partial,) = chart.ranges
    assert TOP <= partial.y_max < partial.y <= BOTTOM


@pytest.mark.parametrize("width", [WIDTH, NARROW])
@pytest.mark.parametrize("score", [0, 7, 12, 20])
def test_every_score_lies_inside_the_drawing(score, width):
    (first, last) = draw(one(0, score), one(72, score), width=width).points
    assert TOP <= first.y <= BOTTOM
    assert LEFT <= first.x < last.x <= width


@pytest.mark.parametrize("hour", [0, 30, 36, 42, 72])
@pytest.mark.parametrize("text", ["AI, unsigned: pattern of viral pneumonia 0.93", "long " * 20])
def test_the_words_of_an_image_fit_into_a_narrow_drawing(hour, text):
    images = [(START + datetime.timedelta(hours=hour), text, "machine")]
    (mark,) = draw(one(1, 2), images=images, width=NARROW).marks
    length = len(mark.label) * 6
    left = mark.label_x - length if mark.anchor == "end" else mark.label_x
    assert left >= 0
    assert left + length <= NARROW
    assert mark.label[:-1] in text
    assert mark.text == text


def test_only_the_newest_images_have_labels():
    hours = (START + datetime.timedelta(hours=hour) for hour in range(5))
    images = [(at, f"film {at.hour}", "machine") for at in hours]
    marks = draw(one(1, 2), images=images).marks
    assert [mark.text for mark in marks if mark.y is not None] == ["film 4", "film 3", "film 2"]


def test_what_lies_outside_the_time_is_not_drawn():
    outside = [(END + datetime.timedelta(hours=1), "later", "person")]
    chart = draw(one(1, 2), one(80, 9), images=outside)
    assert len(chart.points) == 1
    assert not chart.marks


@pytest.mark.parametrize("values", [[], [80]])
def test_one_value_makes_no_line(values):
    assert draw_spark(values) == ""


def test_a_steady_value_is_a_line_in_the_middle():
    heights = {pair.split(",")[1] for pair in draw_spark([80, 80, 80]).split()}
    assert heights == {"13.0"}
