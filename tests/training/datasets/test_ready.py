"""What may be trained on is read, split, checked and written down before the first epoch."""

import csv
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.training.datasets.collections import make_class_folders, person, save
from tests.training.pictures import make_dataset_folder
from tests.training.test_run import RECIPE
from training.config import parse_recipe
from training.datasets import ready
from training.datasets.dataset import SPLITS
from training.datasets.ready import data_for_training
from training.errors import TrainingError

COUNTS = {"train": 20, "val": 5, "test": 5}
SPLITLESS = {"covid": range(1, 11), "viral_pneumonia": range(11, 21), "normal": range(21, 31)}


@pytest.fixture
def recipe():
    return parse_recipe(RECIPE, "test")


@pytest.fixture
def run(tmp_path, recipe):
    def run(place, recipe=recipe, folder="run"):
        said = []
        dataset = data_for_training(
            recipe, tmp_path / folder, place=place, cache=tmp_path / "cache", say=said.append
        )
        return dataset, said

    return run


def rows_of(path):
    with path.open(newline="") as handle:
        return {row["file"]: row for row in csv.DictReader(handle)}


def test_data_with_a_split_keep_it_and_it_is_written_down(tmp_path, run):
    dataset, said = run(make_dataset_folder(tmp_path / "data"))
    rows = rows_of(tmp_path / "run" / "split.csv")
    assert {file: row["split"] for file, row in rows.items()} == dict(
        zip(dataset.files.tolist(), dataset.splits.tolist(), strict=True)
    )
    assert {row["rule"] for row in rows.values()} == {"given with the data"}
    assert dataset.splits.tolist() == ["train"] * 36 + ["val"] * 36 + ["test"] * 36
    assert said == []
    assert (tmp_path / "run" / "galleries" / "first-pictures.html").is_file()


def test_data_without_a_split_get_one_that_a_resumed_run_uses_again(tmp_path, run, monkeypatch):
    place = make_class_folders(tmp_path / "data", **SPLITLESS)
    first, _ = run(place)
    assert {name: int(np.sum(first.splits == name)) for name in SPLITS} == COUNTS
    monkeypatch.setattr(ready, "make_split", None)
    again, _ = run(place)
    assert again.fingerprint() == first.fingerprint()
    assert again.files.tolist() == first.files.tolist()


def test_copies_go_to_one_split(tmp_path, run):
    place = make_class_folders(tmp_path / "data", **SPLITLESS)
    for number in range(1, 11):
        save(person(number).rotate(90), place / "covid" / f"copy-{number:03d}.png")
    dataset, _ = run(place)
    split = dict(zip(dataset.files.tolist(), dataset.splits.tolist(), strict=True))
    for number in range(1, 11):
        assert split[f"covid/copy-{number:03d}.png"] == split[f"covid/{number:03d}.png"]


def test_a_given_split_that_leaks_is_refused_and_nothing_is_prepared(tmp_path, run):
    place = make_dataset_folder(tmp_path / "data")
    rows = (place / "labels.csv").read_text().splitlines()
    save(person(1), place / "one.png")
    save(person(1).rotate(180), place / "two.png")
    rows += ["one.png,normal,x,north,train,", "two.png,normal,y,north,test,"]
    (place / "labels.csv").write_text("\n".join(rows))
    with pytest.raises(TrainingError, match=r"leaks in 1 places.*\n.*one\.png \(train\)"):
        run(place)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["leaks.csv"]


def test_fewer_pictures_than_a_batch_are_refused(tmp_path, run, recipe):
    place = make_class_folders(tmp_path / "data", **SPLITLESS)
    large = replace(recipe, training=replace(recipe.training, batch_size=64))
    with pytest.raises(TrainingError, match="less than one batch of 64"):
        run(place, large)


def test_what_was_left_out_is_said(tmp_path, run):
    place = make_class_folders(tmp_path / "data", **SPLITLESS)
    for number in range(30):
        (place / "normal" / f"broken-{number:02d}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    _, said = run(place)
    assert said[0].startswith("normal/broken-00.png left out: ")
    assert said[ready.REMARKS_SHOWN] == "… and 10 more remarks."


# --- inspect_data ---------------------------------------------------------------------------------


@pytest.fixture
def inspect(tmp_path):
    (tmp_path / "recipe.toml").write_text(RECIPE)

    def inspect(place):
        said = StringIO()
        arguments = {"data": place, "out": tmp_path / "out", "stdout": said}
        try:
            call_command("inspect_data", tmp_path / "recipe.toml", **arguments)
        except CommandError as error:
            return said.getvalue(), str(error)
        return said.getvalue(), ""

    return inspect


def test_inspect_data_counts_and_writes(tmp_path, inspect):
    said, error = inspect(make_dataset_folder(tmp_path / "data", of_each=6))
    assert error == ""
    lines = [line.split() for line in said.splitlines()]
    assert ["covid-19", "north", "6", "6", "6", "18"] in lines
    assert ["all", "36", "36", "36", "108"] in lines
    assert "No leak" in said
    assert (tmp_path / "out" / "split.csv").is_file()
    assert (tmp_path / "out" / "galleries" / "val.html").is_file()


def test_inspect_data_names_leaks_and_contrary_labels_and_fails(tmp_path, inspect):
    place = make_dataset_folder(tmp_path / "data", of_each=6)
    rows = (place / "labels.csv").read_text().splitlines()
    for name, label, split in (("one", "covid", "val"), ("two", "normal", "test")):
        save(person(1, 60 if name == "one" else 40), place / f"{name}.png")
        rows.append(f"{name}.png,{label},{name},north,{split},")
    (place / "labels.csv").write_text("\n".join(rows))
    said, error = inspect(place)
    assert "1 pairs of copies have different labels" in said
    assert "LEAKS: the split cannot be used" in said
    assert "The split leaks in 1 places" in error
    assert (tmp_path / "out" / "leaks.csv").is_file()


def test_inspect_data_fails_where_a_class_is_empty(tmp_path, inspect):
    _, error = inspect(make_class_folders(tmp_path / "data", covid=range(9), normal=range(20, 30)))
    assert "No picture of viral-pneumonia" in error
