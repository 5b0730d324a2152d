"""Copies are found however they were turned or packed; two people are not taken for one."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter

from tests.training.datasets.collections import person
from training.datasets.near_duplicates import (
    MOST_BITS,
    SAME,
    eight_views,
    find_near_duplicates,
    joined,
    perceptual_hashes,
)
from training.datasets.survey import thumbnail

unhurried = hypothesis_settings(deadline=None, max_examples=50)


def compare(*images):
    thumbnails = np.stack([thumbnail(np.asarray(image)) for image in images])
    hashes = np.stack([perceptual_hashes(one) for one in thumbnails])
    return find_near_duplicates(thumbnails, hashes)


def as_jpeg(image, quality=30):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


SMOOTH = person(7, 96)
COPIES = {
    "compressed": as_jpeg(SMOOTH),
    "halved": SMOOTH.resize((48, 48)),
    "squeezed": SMOOTH.resize((96, 70)),
    "coloured": SMOOTH.convert("RGB"),
    "brightened": ImageEnhance.Brightness(SMOOTH).enhance(0.8),
    "contrasted": ImageEnhance.Contrast(SMOOTH).enhance(1.3),
    "blurred": SMOOTH.filter(ImageFilter.GaussianBlur(1)),
    **{f"turned {number}": SMOOTH.transpose(number) for number in Image.Transpose},
    "flipped and compressed": as_jpeg(SMOOTH.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 50),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found(name):
    ((first, second, likeness),) = compare(person(1, 96), SMOOTH, COPIES[name])
    assert (first, second) == (1, 2)
    assert likeness >= SAME


def test_different_people_are_not_joined():
    assert compare(*(person(number, 96) for number in range(1, 60))) == []


def test_films_that_are_alike_at_large_and_differ_in_detail_are_not_joined():
    coarse = np.asarray(person(3, 32)) * 0.6 + 50
    down, across = np.mgrid[:32, :32] % 2 * 2 - 1
    one, other = ((coarse + 6 * grain).astype(np.uint8) for grain in (across, down * across))
    hashes = np.stack([perceptual_hashes(one), perceptual_hashes(other)])
    assert np.bitwise_count(hashes[0, 0] ^ hashes[1, 0]).sum() <= MOST_BITS
    assert find_near_duplicates(np.stack([one, other]), hashes) == []


def test_blank_pictures_are_nobodys_copies():
    blank = Image.new("L", (64, 64), 90)
    assert compare(blank, blank, Image.new("L", (64, 64))) == []


def test_pairs_are_found_across_blocks(monkeypatch):
    images = [person(number, 48) for number in range(1, 12)]
    images[10] = images[5].transpose(Image.Transpose.ROTATE_90)
    monkeypatch.setattr("training.datasets.near_duplicates.BLOCK", 3)
    assert [(first, second) for first, second, _ in compare(*images)] == [(5, 10)]


def test_the_eight_views_are_all_different_and_begin_with_the_picture_itself():
    picture = np.arange(9).reshape(3, 3)
    views = eight_views(picture)
    assert np.array_equal(views[0], picture)
    assert len({view.tobytes() for view in views}) == 8


@unhurried
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=25), st.randoms())
def test_groups_do_not_depend_on_the_order_of_pairs(pairs, random):
    groups = joined(20, pairs)
    assert all(groups[first] == groups[second] for first, second in pairs)
    shuffled = random.sample(pairs, len(pairs))
    assert np.array_equal(groups, joined(20, [(b, a) for a, b in shuffled]))


def test_what_is_in_no_pair_stays_alone():
    assert joined(5, [(3, 1), (1, 4)]).tolist() == [0, 1, 2, 1, 1]
