"""A label file is read strictly: a shifted cell would give a picture another one's label."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.training.datasets.collections import settings, write_csv
from training.datasets.dataset import Box
from training.datasets.label_files import read_label_file
from training.datasets.row import UNCERTAIN
from training.datasets.tables import read_table
from training.datasets.words import Vocabulary
from training.errors import TrainingError

unhurried = hypothesis_settings(deadline=None, max_examples=50)

WORDS = Vocabulary({"mass": "mass", "normal": "no-mass"}, settings(without_finding=("nothing",)))


@pytest.fixture
def read(tmp_path):
    return lambda *rows: read_label_file(write_csv(tmp_path / "labels.csv", *rows), WORDS)


def test_a_file_that_is_listed_twice_is_refused_with_both_lines(read):
    with pytest.raises(TrainingError, match=r"line 4: a\.png was listed before, on line 2"):
        read(("file", "label"), ("a.png", "mass"), ("b.png", "mass"), ("a.png", "normal"))


def test_a_file_may_come_again_with_another_box(read):
    header = ("file", "label", "xmin", "ymin", "xmax", "ymax")
    row, other = read(
        header,
        ("a.png", "mass", 0.25, 0.25, 0.5, 0.75),
        ("a.png", "mass", 0.5, 0.5, 1, 1),
        ("b.png", "normal", "", "", "", ""),
    )
    assert row.boxes == (Box("", 0.25, 0.25, 0.25, 0.5), Box("", 0.5, 0.5, 0.5, 0.5))
    assert other.boxes == ()


@pytest.mark.parametrize(
    "box", [(0.5, 0.5, 0.5, 1), ("x", 0, 1, 1), (0, 0, "nan", 1), (0, "", 1, 1)]
)
def test_a_box_that_is_none_is_refused_with_its_line(read, box):
    with pytest.raises(TrainingError, match=r"line 2: "):
        read(("file", "label", "xmin", "ymin", "xmax", "ymax"), ("a.png", "mass", *box))


@pytest.mark.parametrize("row", [("a.png",), ("a.png", "mass", "1", "more")])
def test_a_row_of_another_length_is_refused_with_its_line(read, row):
    with pytest.raises(TrainingError, match=r"line 3: . cells under 3 columns"):
        read(("file", "label", "patient_id"), ("b.png", "mass", "2"), row)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("label",), ("mass",)], "lacks a column for the file"),
        ([("file", "age"), ("a.png", "3")], "neither a column of labels .* nor one per label"),
        ([("file", "mass"), ("a.png", "1")], "lacks a column for no-mass"),
        ([("file", "label", "Class"), ("a.png", "mass", "x")], "two columns for the label"),
        ([("file", "label"), ("", "mass")], "line 2: no file is named"),
        ([("file", "label"), ("a.png", "")], "line 2: no label"),
        ([("file", "mass", "normal"), ("a.png", "yes", "0")], "'yes' under mass is none of"),
        ([("file", "label")], "lists no picture"),
        ([("",)], "is empty"),
    ],
)
def test_what_is_wrong_is_one_clear_line(read, rows, reason):
    with pytest.raises(TrainingError, match=reason) as refusal:
        read(*rows)
    assert "\n" not in str(refusal.value)


def test_several_labels_and_uncertain_ones(read):
    rows = read(("file", "label"), ("a.png", "mass | ?normal"), ("b.png", "uncertain"))
    assert rows[0].marks == {"mass": 1.0, "normal": UNCERTAIN}
    assert rows[1].marks == {"mass": UNCERTAIN, "normal": UNCERTAIN}


def test_semicolons_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_bytes("\ufefffile;label\na, b.png;mass\n\n".encode())
    assert [row.file for row in read_label_file(path, WORDS)] == ["a, b.png"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b'file,label\n"a.png,mass\n'])
def test_bytes_that_are_no_table_are_one_clear_line(tmp_path, content):
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"labels\.csv"):
        read_label_file(path, WORDS)


@unhurried
@given(content=st.text() | st.lists(st.lists(st.text(max_size=5), max_size=4), max_size=4))
def test_whatever_the_file_holds_it_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    if isinstance(content, list):
        written = io.StringIO()
        csv.writer(written).writerows([["file", "label"], *content])
        content = written.getvalue()
    path.write_text(content, encoding="utf-8", errors="replace", newline="")
    try:
        rows = read_label_file(path, WORDS)
    except TrainingError:
        return
    assert all(row.file and row.marks for row in rows)


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n\ufeff", exclude_categories=["Cs"]),
    max_size=8,
).map(str.strip)


@unhurried
@given(rows=st.lists(st.tuples(CELL.filter(bool), CELL, CELL), min_size=1, max_size=6))
def test_every_cell_stays_in_its_row_and_column(tmp_path_factory, rows):
    path = write_csv(tmp_path_factory.getbasetemp() / "cells.csv", ("a,", "b", "c"), *rows)
    header, read = read_table(path)
    assert header == ["a,", "b", "c"]
    assert [tuple(cells) for _, cells in read] == rows
