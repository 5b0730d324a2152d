"""Whatever form the data come in, each picture gets its own label, or a clear line says why not."""

import pytest

from tests.training.pictures import make_dataset_folder, read_labels, write_labels
from training.datasets.reading import read_dataset
from training.errors import TrainingError

CODES = {"covid": "covid-19", "viral_pneumonia": "viral-pneumonia", "normal": "normal"}


@pytest.fixture
def folder(tmp_path):
    return make_dataset_folder(tmp_path / "data", of_each=2, side=40)


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


def test_an_unknown_split_is_refused(folder):
    rows = read_labels(folder)
    rows[3][4] = "holdout"
    write_labels(folder, rows)
    with pytest.raises(TrainingError, match="unknown split 'holdout'"):
        read_dataset(folder, CODES)


def test_an_absent_folder_is_one_clear_line(tmp_path):
    with pytest.raises(TrainingError, match=r"nothing at .* --data"):
        read_dataset(tmp_path / "nowhere", CODES)


def test_an_empty_folder_is_one_clear_line(tmp_path):
    with pytest.raises(TrainingError, match=r"neither labels\.csv nor a folder per class"):
        read_dataset(tmp_path, CODES)


def test_the_fingerprint_changes_with_a_label_not_with_the_order(folder):
    rows = read_labels(folder)
    before = read_dataset(folder, CODES).fingerprint()
    write_labels(folder, rows[::-1])
    assert read_dataset(folder, CODES).fingerprint() == before
    rows[0][1] = "normal"
    write_labels(folder, rows)
    assert read_dataset(folder, CODES).fingerprint() != before
