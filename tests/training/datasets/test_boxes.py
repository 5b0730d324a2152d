"""Boxes become fractions of their picture, or a clear line says why they cannot."""

import pytest

from tests.training.datasets.collections import write_csv
from training.datasets.boxes import as_fractions, read_box_file
from training.datasets.dataset import Box
from training.errors import TrainingError

SIZES = {"a.png": (100, 200)}


def test_fractions_stay_as_they_are():
    assert as_fractions({"a.png": (Box("", 0.1, 0.2, 0.9, 0.8),)}, SIZES, "boxes.csv") == {
        "a.png": (Box("", 0.1, 0.2, 0.9, 0.8),)
    }


def test_pixels_are_divided_by_the_pictures_own_size():
    assert as_fractions({"a.png": (Box("", 50, 50, 100, 25),)}, SIZES, "boxes.csv") == {
        "a.png": (Box("", 0.25, 0.5, 0.5, 0.25),)
    }


def test_a_hand_drawn_box_may_stick_out_a_little_and_is_cut():
    (box,) = as_fractions({"a.png": (Box("", -0.01, 0, 1.02, 1),)}, SIZES, "boxes.csv")["a.png"]
    assert (box.left, box.left + box.width) == (0.0, 1.0)


def test_a_box_of_the_larger_original_is_refused():
    with pytest.raises(
        TrainingError, match=r"boxes\.csv: a box of a\.png lies outside .* 200 x 100"
    ):
        as_fractions({"a.png": (Box("", 500, 50, 100, 25),)}, SIZES, "boxes.csv")


def test_a_list_without_the_four_numbers_is_refused(tmp_path):
    path = write_csv(tmp_path / "boxes.csv", ("file", "xmin", "ymin"), ("a.png", 1, 2))
    with pytest.raises(TrainingError, match="no list of boxes"):
        read_box_file(path)
