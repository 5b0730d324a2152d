"""Galleries show the first pictures with their labels, in one file each."""

import re

import pytest

from tests.training.datasets.collections import (
    make_class_folders,
    person,
    save,
    settings,
    write_csv,
)
from training.datasets.gallery import SHOWN, page, write_galleries
from training.datasets.reading import read_dataset


@pytest.fixture
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def test_a_sheet_of_all_and_one_of_each_split(tmp_path, cache):
    for split in ("train", "test"):
        make_class_folders(tmp_path / "data" / split, b=[1, 2], a=[3])
    dataset = read_dataset(tmp_path / "data", {"a": "a", "b": "b"}, settings(), cache=cache)
    paths = write_galleries(dataset, tmp_path / "run")
    assert [path.name for path in paths] == ["first-pictures.html", "train.html", "test.html"]
    assert sorted((tmp_path / "run" / "galleries").iterdir()) == sorted(paths)
    text = (tmp_path / "run" / "galleries" / "train.html").read_text()
    assert text.count("data:image/jpeg;base64,") == 3
    assert re.findall(r"<h2>(\w+) <small>(\d) pictures", text) == [("a", "1"), ("b", "2")]
    assert not re.search(r"(src|href)=[\"'](?!data:)", text)


def test_forty_pictures_are_shown_and_small_classes_whole(tmp_path, cache):
    make_class_folders(tmp_path, few=[1, 2], many=range(10, 60))
    dataset = read_dataset(tmp_path, {"few": "few", "many": "many"}, settings(), cache=cache)
    text = page(dataset, "All")
    assert text.count("<figure>") == SHOWN == 40
    assert text.count("<b>few</b>") == 2
    assert "010.png" in text
    assert "059.png" not in text


def test_words_from_the_data_cannot_become_markup(tmp_path, cache):
    save(person(1), tmp_path / "a.png")
    label = "<script>alert(1)</script>"
    header = ("file", "label", "source", "view", "xmin", "ymin", "xmax", "ymax")
    write_csv(tmp_path / "labels.csv", header, ("a.png", label, label, label, 0, 0, 0.5, 0.5))
    dataset = read_dataset(tmp_path, {label: label}, settings(), cache=cache)
    text = page(dataset, label)
    assert "<script" not in text
    assert 'class="box"' in text
