"""Only what labels.csv lists is learnt from, and no patient is in two splits."""

import numpy as np
import pytest

from inference.preprocessing import InputSpec
from tests.training.pictures import make_dataset_folder, read_labels, write_labels
from training.datasets import pictures
from training.datasets.pictures import prepared_pictures
from training.datasets.reading import read_dataset
from training.errors import TrainingError

CODES = {"covid": "covid-19", "viral_pneumonia": "viral-pneumonia", "normal": "normal"}
SPEC = InputSpec(16, 16, 1, "equalised_grey", {"border": 0.06})


@pytest.fixture
def folder(tmp_path):
    return make_dataset_folder(tmp_path / "data", of_each=2, side=24)


def test_pictures_keep_label_source_patient_and_split(folder):
    dataset = read_dataset(folder, CODES)
    assert len(dataset) == 36
    assert dataset.codes == ("covid-19", "viral-pneumonia", "normal")
    assert len(dataset.split("val")) == 12
    assert dataset.counts()["test"]["normal"] == {"north": 2, "south": 2}


def test_a_stray_folder_never_becomes_a_class(folder):
    before = read_dataset(folder, CODES)
    stray = folder / ".ipynb_checkpoints"
    stray.mkdir()
    (stray / "0001.png").write_bytes((folder / str(before.files[0])).read_bytes())
    assert read_dataset(folder, CODES).fingerprint() == before.fingerprint()


def test_a_patient_in_two_splits_is_refused(folder):
    rows = read_labels(folder)
    rows[-1][2] = rows[0][2]
    write_labels(folder, rows)
    with pytest.raises(TrainingError, match="two splits"):
        read_dataset(folder, CODES)


def test_an_unknown_split_is_refused(folder):
    rows = read_labels(folder)
    rows[3][4] = "holdout"
    write_labels(folder, rows)
    with pytest.raises(TrainingError, match="unknown split 'holdout'"):
        read_dataset(folder, CODES)


def test_a_split_without_a_class_is_refused(folder):
    write_labels(folder, [row for row in read_labels(folder) if row[1:5:3] != ["covid", "val"]])
    with pytest.raises(TrainingError, match="split val has no covid"):
        read_dataset(folder, CODES)


def test_an_absent_folder_is_one_clear_line(tmp_path):
    with pytest.raises(TrainingError, match=r"No labels\.csv .* --data"):
        read_dataset(tmp_path, CODES)


def test_the_fingerprint_changes_with_a_label_not_with_the_order(folder):
    rows = read_labels(folder)
    before = read_dataset(folder, CODES).fingerprint()
    write_labels(folder, rows[::-1])
    assert read_dataset(folder, CODES).fingerprint() == before
    rows[0][1] = "normal"
    write_labels(folder, rows)
    assert read_dataset(folder, CODES).fingerprint() != before


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
