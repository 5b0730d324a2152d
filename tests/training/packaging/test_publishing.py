"""A package is published whole or not at all, and never replaced by another."""

import pytest

from inference.packages import digest_of, verify_package
from tests.model_packages import change_card, make_package
from training.errors import TrainingError
from training.packaging import publishing
from training.packaging.packages import replaced_at_once
from training.packaging.publishing import publish


@pytest.fixture
def run(tmp_path):
    make_package(tmp_path / "run" / "package")
    return tmp_path / "run"


def names_in(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_a_published_package_is_the_one_of_the_run(run, tmp_path):
    place = publish(run, tmp_path / "models")
    assert place == tmp_path / "models" / "invented" / "1.0.0"
    verify_package(place, digest_of(run / "package"))


def test_publishing_twice_changes_nothing(run, tmp_path):
    place = publish(run, tmp_path / "models")
    before = place.stat().st_ino
    assert publish(run, tmp_path / "models").stat().st_ino == before


def test_another_package_under_the_same_version_is_refused(run, tmp_path):
    place = publish(run, tmp_path / "models")
    digest = digest_of(place)
    change_card(run / "package", title="Another")
    with pytest.raises(TrainingError, match="new version"):
        publish(run, tmp_path / "models")
    assert digest_of(place) == digest


def test_a_damaged_package_is_not_published(run, tmp_path):
    (run / "package" / "model.bin").write_bytes(b"damaged")
    with pytest.raises(TrainingError, match=r"model\.bin was changed"):
        publish(run, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_run_without_a_package_is_one_clear_line(tmp_path):
    with pytest.raises(TrainingError, match="no publishable package"):
        publish(tmp_path, tmp_path / "models")


def test_a_copy_that_fails_in_the_middle_leaves_nothing(run, tmp_path, monkeypatch):
    def half(source, target, **options):
        (target / "card.json").write_bytes((source / "card.json").read_bytes())
        raise OSError("the disk is full")

    monkeypatch.setattr(publishing.shutil, "copytree", half)
    with pytest.raises(OSError, match="full"):
        publish(run, tmp_path / "models")
    assert names_in(tmp_path / "models") == ["invented"]


def test_what_was_there_stays_when_its_replacement_fails(tmp_path):
    place = tmp_path / "package"
    place.mkdir()
    (place / "old").touch()

    def replace_badly():
        with replaced_at_once(place) as staging:
            (staging / "new").touch()
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        replace_badly()
    assert names_in(tmp_path) == ["old", "package"]
