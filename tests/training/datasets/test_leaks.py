"""Who is in two splits is found and refused, in whatever disguise."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from tests.training.datasets.collections import (
    make_class_folders,
    make_dataset,
    person,
    save,
    settings,
)
from training.datasets.leaks import find_leaks, near_pairs, refuse_leaks
from training.datasets.reading import read_dataset
from training.errors import TrainingError


@pytest.fixture
def place(tmp_path):
    """A collection whose pictures are of different people in each split."""
    for number, split in enumerate(("train", "val", "test")):
        people = range(10 * number + 1, 10 * number + 5)
        make_class_folders(tmp_path / split, a=people, b=[one + 100 for one in people])
    return tmp_path


@pytest.fixture
def leaks_in(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")

    def leaks_in(place):
        dataset = read_dataset(place, {"a": "a", "b": "b"}, settings(), cache=cache)
        return find_leaks(dataset, near_pairs(dataset, cache))

    return leaks_in


def test_different_people_are_no_leak(place, leaks_in):
    assert leaks_in(place) == ()


def compressed(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=50)
    return Image.open(file)


@pytest.mark.parametrize(
    "disguise",
    [
        lambda image: image,
        compressed,
        lambda image: image.resize((64, 64)),
        lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        lambda image: compressed(image.transpose(Image.Transpose.ROTATE_270)),
    ],
    ids=["copied", "compressed", "scaled", "mirrored", "turned and compressed"],
)
def test_a_training_picture_among_the_test_pictures_is_found(place, leaks_in, disguise):
    save(disguise(person(2)), place / "test" / "b" / "new.png")
    (leak,) = leaks_in(place)
    assert str(leak).endswith("test/b/new.png (test) and train/a/002.png (train)") or str(
        leak
    ).endswith("train/a/002.png (train) and test/b/new.png (test)")


def test_the_very_same_file_is_named_as_that(place, leaks_in):
    save(person(2), place / "val" / "a" / "again.png")
    (leak,) = leaks_in(place)
    assert leak.why == "the same file"


def test_a_copy_inside_one_split_is_no_leak(place, leaks_in):
    save(person(2), place / "train" / "b" / "again.png")
    assert leaks_in(place) == ()


def test_a_patient_in_two_splits_is_found_once_for_each_pair_of_splits():
    dataset = make_dataset(
        count=6,
        patients=["p", "p", "p", "q", "q", "r"],
        splits=["train", "train", "test", "val", "val", "train"],
    )
    (leak,) = find_leaks(dataset, [])
    assert str(leak) == "patient p: 00000.png (train) and 00002.png (test)"


def test_what_only_looks_alike_counts_when_asked_for():
    dataset = make_dataset(count=2, splits=["train", "test"])
    assert find_leaks(dataset, [(1, 0, 0.93)]) == ()
    (leak,) = find_leaks(dataset, [(1, 0, 0.93)], least=0.9)
    assert str(leak) == "alike (0.93): 00000.png (train) and 00001.png (test)"


def test_leaks_are_refused_with_ten_of_them_and_the_place_of_all(tmp_path):
    splits = ["train"] * 15 + ["test"] * 15
    dataset = make_dataset(count=30, patients=[f"p{i % 15}" for i in range(30)], splits=splits)
    with pytest.raises(TrainingError, match=r"leaks in 15 places, all listed in") as refusal:
        refuse_leaks(find_leaks(dataset, []), tmp_path)
    assert str(refusal.value).count("patient p") == 10
    assert "and 5 more" in str(refusal.value)
    with (tmp_path / "leaks.csv").open(newline="") as handle:
        assert len(list(csv.DictReader(handle))) == 15


def test_without_leaks_nothing_is_refused_or_written(tmp_path):
    refuse_leaks((), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_many_blank_pictures_do_not_make_a_crowd_of_leaks(place, leaks_in):
    for split in ("train", "test"):
        for number in range(5):
            blank = Image.fromarray(np.full((40, 40 + number), 7, np.uint8))
            save(blank, place / split / "a" / f"blank{number}.png")
    assert {leak.why for leak in leaks_in(place)} == {"the same file"}
