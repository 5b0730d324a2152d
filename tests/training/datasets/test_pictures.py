"""Pictures are prepared once, whole or not at all."""

import numpy as np
import pytest

from inference.preprocessing import InputSpec
from tests.training.pictures import make_dataset_folder
from training.datasets import pictures
from training.datasets.pictures import prepared_pictures
from training.datasets.reading import read_dataset
from training.errors import TrainingError

CODES = {"covid": "covid-19", "viral_pneumonia": "viral-pneumonia", "normal": "normal"}
SPEC = InputSpec(16, 16, 1, "equalised_grey", {"border": 0.06})


@pytest.fixture
def folder(tmp_path):
    return make_dataset_folder(tmp_path / "data", of_each=2, side=40)


def test_pictures_are_prepared_once(folder, tmp_path, monkeypatch):
    dataset = read_dataset(folder, CODES)
    first = prepared_pictures(dataset, SPEC, tmp_path / "cache")
    monkeypatch.setattr(pictures, "decode", None)
    second = prepared_pictures(dataset, SPEC, tmp_path / "cache")
    assert first.shape == (36, 16, 16, 1)
    assert np.array_equal(first, second)


def test_a_picture_that_cannot_be_read_is_named_and_leaves_no_half_cache(folder, tmp_path):
    dataset = read_dataset(folder, CODES)
    (folder / str(dataset.files[7])).write_bytes(b"no picture")
    with pytest.raises(TrainingError, match=str(dataset.files[7])):
        prepared_pictures(dataset, SPEC, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
