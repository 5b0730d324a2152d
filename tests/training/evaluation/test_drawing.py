"""Axes with round numbers, and texts that stay texts."""

import pytest

from training.evaluation.drawing import Plot, ticks
from training.evaluation.plots import history_figures


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 0.83, [0, 0.2, 0.4, 0.6, 0.8]),
        (0.41, 1, [0.6, 0.8, 1.0]),
        (1, 90, [20, 40, 60, 80]),
        (0, 23.7, [0, 5, 10, 15, 20]),
        (5, 5, [5]),
    ],
)
def test_ticks_are_round(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_texts_are_escaped():
    plot = Plot('a "<b>"', "<i>", "&")
    plot.upright(0.5, "<u>")
    svg = plot.svg()
    assert not any(tag in svg for tag in ("<b>", "<i>", "<u>"))


def test_points_outside_the_axes_are_drawn_at_the_edge():
    plot = Plot("", "", "")
    assert plot.place(2, -1) == plot.place(1, 0)


@pytest.mark.parametrize("history", [0, 1])
def test_a_run_of_one_epoch_has_no_curve(history):
    assert history_figures([{"epoch": 1, "val_loss": 1.0}] * history) == []
