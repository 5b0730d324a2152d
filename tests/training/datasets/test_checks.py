"""Too little to learn from is told before anything slow begins."""

import numpy as np
import pytest

from tests.training.datasets.collections import make_dataset
from training.datasets.checks import check_enough
from training.errors import TrainingError

SPLITS = ["train"] * 8 + ["val"] * 4 + ["test"] * 4


def dataset(labels=None, **given):
    return make_dataset(count=16, labels=labels, **{"splits": SPLITS, **given})


def test_enough_is_enough():
    check_enough(dataset(), batch_size=8)


@pytest.mark.parametrize(
    ("given", "batch_size", "reason"),
    [
        ({"codes": ("a", "b", "c"), "labels": [0, 1] * 8}, 8, "No picture of c .* class is empty"),
        ({"codes": ("a",), "labels": [0] * 16}, 8, "one class alone teaches nothing"),
        ({"splits": ["train"] * 8 + ["test"] * 8}, 8, "no picture in the split val"),
        ({"labels": [0, 1] * 4 + [0, 0, 0, 0] + [0, 1] * 2}, 8, "split val has no b"),
        ({}, 9, "8 pictures to train with are less than one batch of 9"),
    ],
)
def test_too_little_is_one_clear_line(given, batch_size, reason):
    with pytest.raises(TrainingError, match=reason) as refusal:
        check_enough(dataset(**given), batch_size)
    assert "\n" not in str(refusal.value)


def test_a_single_label_needs_pictures_without_it_in_each_split():
    single = dataset(codes=("a",), labels=[0] * 16)
    single.targets[::2] = 0
    check_enough(single, 8)
    single.targets[8:12] = 1
    with pytest.raises(TrainingError, match="split val has nothing but a"):
        check_enough(single, 8)


def test_a_label_that_nobody_knows_does_not_count_as_absent():
    single = dataset(codes=("a",), labels=[0] * 16)
    single.targets[::2] = np.nan
    with pytest.raises(TrainingError, match="one class alone"):
        check_enough(single, 8)
