"""Pictures are prepared once, whole or not at all, and stay on the disk."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.preprocessing import InputSpec, prepare
from tests.bad_inputs.pictures import photo_taken_sideways, saved
from tests.training.datasets.collections import make_dataset, person, save
from tests.training.pictures import make_dataset_folder
from training.datasets import pictures
from training.datasets.pictures import decode, pictures_of, prepared_pictures
from training.datasets.reading import read_dataset
from training.errors import TrainingError

CODES = {"covid": "covid-19", "viral_pneumonia": "viral-pneumonia", "normal": "normal"}
SPEC = InputSpec(16, 16, 1, "equalised_grey", {"border": 0.06})


@pytest.fixture
def folder(tmp_path):
    return make_dataset_folder(tmp_path / "data", of_each=2, side=40)


@pytest.fixture
def dataset(folder, tmp_path):
    return read_dataset(folder, CODES, cache=tmp_path / "answers")


def test_pictures_are_prepared_once(dataset, tmp_path, monkeypatch):
    first = prepared_pictures(dataset, SPEC, tmp_path / "cache")
    monkeypatch.setattr(pictures, "decode", None)
    second = prepared_pictures(dataset, SPEC, tmp_path / "cache")
    assert first.shape == (36, 16, 16, 1)
    assert np.array_equal(first, second)


def test_each_picture_is_in_its_own_place(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "BLOCK", 5)
    store = prepared_pictures(dataset, SPEC, tmp_path / "cache")
    for index, file in enumerate(dataset.files):
        expected = prepare(decode(dataset.folder / str(file)), SPEC)
        assert np.array_equal(store[index], expected)


def test_a_split_of_sorted_data_stays_on_the_disk(dataset, tmp_path):
    store = prepared_pictures(dataset, SPEC, tmp_path / "cache")
    val = pictures_of("val", dataset, store)
    assert isinstance(val, np.memmap)
    assert np.shares_memory(val, store)
    assert np.array_equal(val, store[dataset.splits == "val"])
    with pytest.raises(ValueError, match="read-only"):
        val[0] = 0


def test_a_split_of_unsorted_data_is_found_too():
    dataset = make_dataset(count=4, splits=["val", "train", "val", "train"])
    assert pictures_of("val", dataset, np.arange(4)).tolist() == [0, 2]
    assert pictures_of("test", dataset, np.arange(4)).tolist() == []


def test_a_picture_that_cannot_be_read_is_named_and_leaves_no_half_cache(dataset, tmp_path):
    (dataset.folder / str(dataset.files[7])).write_bytes(b"no picture")
    with pytest.raises(TrainingError, match=str(dataset.files[7])):
        prepared_pictures(dataset, SPEC, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_too_little_room_is_told_before_the_first_picture(dataset, tmp_path, monkeypatch):
    usage = type(pictures.shutil.disk_usage(tmp_path))
    monkeypatch.setattr(pictures.shutil, "disk_usage", lambda _: usage(100, 90, 10_000_000))
    monkeypatch.setattr(pictures, "decode", None)
    with pytest.raises(TrainingError, match=r"need 0 MB in .*cache, where 10 MB are free"):
        prepared_pictures(dataset, SPEC, tmp_path / "cache")


def test_a_disk_that_fills_up_meanwhile_is_one_clear_line_and_nothing_is_left(
    dataset, tmp_path, monkeypatch
):
    monkeypatch.setattr(pictures, "BLOCK", 8)
    original, seen = pictures.decode, []

    def decode_until_full(path):
        seen.append(path)
        if len(seen) > 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return original(path)

    monkeypatch.setattr(pictures, "decode", decode_until_full)
    with pytest.raises(TrainingError, match="MB are free: make room"):
        prepared_pictures(dataset, SPEC, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_a_full_device_is_noticed_while_writing(dataset, tmp_path, monkeypatch):
    original = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda self, *args, **kw: original(
            Path("/dev/full") if self.suffix == ".partial" else self, *args, **kw
        ),
    )
    with pytest.raises(TrainingError, match="make room"):
        prepared_pictures(dataset, SPEC, tmp_path / "cache")


def test_what_a_killed_process_left_is_removed(dataset, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    dead, alive = 2**22 + 1, os.getppid()
    for process in (dead, alive):
        (cache / f".abc.npy.{process}.partial").write_bytes(b"half")
    prepared_pictures(dataset, SPEC, cache)
    left = sorted(path.name for path in cache.iterdir() if path.suffix == ".partial")
    assert left == [f".abc.npy.{alive}.partial"]


# --- decoding is the platform's -------------------------------------------------------------------


def test_sixteen_bits_stay_sixteen_and_equal_channels_become_grey(tmp_path):
    deep = np.linspace(0, 65535, 1600).reshape(40, 40).astype(np.uint16)
    save(Image.fromarray(deep), tmp_path / "deep.tif")
    assert np.array_equal(decode(tmp_path / "deep.tif"), deep)
    save(person(1).convert("RGB"), tmp_path / "rgb.png")
    assert decode(tmp_path / "rgb.png").ndim == 2


def test_a_photo_taken_sideways_is_turned_upright(tmp_path):
    (tmp_path / "a.jpg").write_bytes(photo_taken_sideways())
    with Image.open(tmp_path / "a.jpg") as stored:
        assert decode(tmp_path / "a.jpg").shape[:2] == stored.size


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        saved(person(1), "BMP"),
        saved(person(1), "PNG")[:-200],
        saved(person(1), "JPEG")[:-200],
        saved(person(1, 20), "PNG"),
    ],
    ids=["empty", "gif", "bmp", "cut png", "cut jpeg", "icon"],
)
def test_what_is_no_whole_picture_is_refused_by_name(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(TrainingError, match=r"a\.png cannot be read: \w+"):
        decode(tmp_path / "a.png")


def test_an_absent_file_is_refused_by_name(tmp_path):
    with pytest.raises(TrainingError, match=r"gone\.png cannot be read: No such file"):
        decode(tmp_path / "gone.png")
