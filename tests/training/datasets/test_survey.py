"""Every file is looked at once, and again when it changed."""

import numpy as np
import pytest

from tests.training.datasets.collections import make_class_folders, person, save
from training.datasets import survey as surveys
from training.datasets.survey import survey

FILES = ["a/001.png", "a/002.png", "a/003.png"]


@pytest.fixture
def place(tmp_path):
    return make_class_folders(tmp_path / "data", a=[1, 2, 3])


@pytest.fixture
def looked_at(monkeypatch):
    names, look = [], surveys._look_at
    monkeypatch.setattr(surveys, "_look_at", lambda path: names.append(path.name) or look(path))
    return names


def test_what_was_looked_at_is_remembered(place, tmp_path, looked_at):
    first = survey(place, FILES[:2], tmp_path / "cache")
    again = survey(place, FILES, tmp_path / "cache")
    assert looked_at == ["001.png", "002.png", "003.png"]
    assert np.array_equal(first.thumbnails, again.thumbnails[:2])
    assert np.array_equal(first.hashes, again.hashes[:2])
    assert again.sizes.tolist() == [[40, 40]] * 3


def test_a_changed_file_is_looked_at_again(place, tmp_path, looked_at):
    before = survey(place, FILES, tmp_path / "cache")
    save(person(9, 60), place / FILES[1])
    after = survey(place, FILES, tmp_path / "cache")
    assert looked_at[3:] == ["002.png"]
    assert before.digests[1] != after.digests[1]
    assert after.sizes[1].tolist() == [60, 60]


def test_a_damaged_cache_is_no_cache(place, tmp_path, looked_at):
    survey(place, FILES, tmp_path / "cache")
    (kept,) = (tmp_path / "cache" / "surveys").iterdir()
    kept.write_bytes(kept.read_bytes()[:500])
    assert len(survey(place, FILES, tmp_path / "cache").files) == 3
    assert len(looked_at) == 6


def test_what_was_seen_before_a_kill_is_kept(place, tmp_path, looked_at, monkeypatch):
    monkeypatch.setattr(surveys, "BLOCK", 1)
    look = surveys._look_at

    def look_twice(path):
        if len(looked_at) == 2:
            raise KeyboardInterrupt
        return look(path)

    monkeypatch.setattr(surveys, "_look_at", look_twice)
    with pytest.raises(KeyboardInterrupt):
        survey(place, FILES, tmp_path / "cache")
    monkeypatch.setattr(surveys, "_look_at", look)
    survey(place, FILES, tmp_path / "cache")
    assert looked_at == ["001.png", "002.png", "003.png"]


def test_a_cut_off_file_has_a_problem_and_a_digest(place, tmp_path):
    (place / FILES[0]).write_bytes((place / FILES[0]).read_bytes()[:200])
    seen = survey(place, FILES, tmp_path / "cache")
    assert seen.problems[0]
    assert seen.problems[1:].tolist() == ["", ""]
    assert len(seen.digests[0]) == 64
