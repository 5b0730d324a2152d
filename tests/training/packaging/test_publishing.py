"""A package is published whole or not at all, and never replaced by another."""

import json
from pathlib import Path

import pytest

from inference.packages import BrokenPackage, digest_of, read_card, verify_package
from tests.model_packages import change_card, make_gate, make_package
from training.errors import TrainingError
from training.packaging import publishing
from training.packaging.packages import replaced_at_once, write_card
from training.packaging.publishing import Override, publish


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


BECAUSE = Override(
    reason="for the research ward alone", by="a-manager", at="2026-01-01T00:00:00+00:00"
)


@pytest.fixture
def doubtful(tmp_path):
    """A run whose network may be reading the hospital."""
    gates = [make_gate("leaks"), make_gate("shortcuts", passed=False)]
    make_package(tmp_path / "doubtful" / "package", gates=gates)
    return tmp_path / "doubtful"


def test_a_model_that_failed_a_check_is_refused_by_the_name_of_the_check(doubtful, tmp_path):
    with pytest.raises(TrainingError, match="failed 1 check.*: shortcuts"):
        publish(doubtful, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_with_a_reason_it_is_published_and_the_card_keeps_who_why_and_when(doubtful, tmp_path):
    place = publish(doubtful, tmp_path / "models", override=BECAUSE)
    card = json.loads((place / "card.json").read_text())
    assert card["override"] == {
        "reason": BECAUSE.reason,
        "gates": ["shortcuts"],
        "by": "a-manager",
        "at": BECAUSE.at,
    }
    verify_package(place, digest_of(place))
    assert digest_of(place) != digest_of(doubtful / "package")


def test_publishing_it_again_changes_nothing_and_the_first_reason_stands(doubtful, tmp_path):
    place = publish(doubtful, tmp_path / "models", override=BECAUSE)
    digest = digest_of(place)
    later = Override(
        reason="another reason entirely", by="somebody", at="2027-01-01T00:00:00+00:00"
    )
    assert publish(doubtful, tmp_path / "models", override=later) == place
    assert publish(doubtful, tmp_path / "models") == place
    assert digest_of(place) == digest


def test_the_reason_is_written_into_the_report_and_publishing_again_still_changes_nothing(
    doubtful, tmp_path, monkeypatch
):
    report = doubtful / "package" / "report"
    figures = {"figures": {}, "curves": {}, "subject": "its test split", "history": []}
    (report / "metrics.json").write_text(json.dumps(figures))
    (report / "report.html").write_text("failed")
    card = json.loads((doubtful / "package" / "card.json").read_text())
    write_card(doubtful / "package", card)
    monkeypatch.setattr(
        publishing,
        "write_page",
        lambda path, page: path.write_text(page.card["override"]["reason"]),
    )
    place = publish(doubtful, tmp_path / "models", override=BECAUSE)
    assert (place / "report" / "report.html").read_text() == BECAUSE.reason
    verify_package(place, digest_of(place))
    assert publish(doubtful, tmp_path / "models") == place


def test_another_package_under_the_same_version_is_refused_with_a_reason_too(doubtful, tmp_path):
    publish(doubtful, tmp_path / "models", override=BECAUSE)
    change_card(doubtful / "package", title="Another")
    with pytest.raises(TrainingError, match="new version"):
        publish(doubtful, tmp_path / "models", override=BECAUSE)


@pytest.mark.parametrize("reason", ["", "   ", "because", "a" * 9])
def test_a_reason_that_says_nothing_is_none(reason):
    with pytest.raises(TrainingError, match="at least 10"):
        Override(reason=reason, by="a-manager", at="2026-01-01T00:00:00+00:00")


def test_no_reason_publishes_a_package_that_workers_cannot_load(tmp_path):
    gates = [make_gate("canary", passed=False)]
    make_package(tmp_path / "run" / "package", gates=gates)
    with pytest.raises(TrainingError, match="cannot be loaded"):
        publish(tmp_path / "run", tmp_path / "models", override=BECAUSE)


def test_a_package_that_was_never_checked_is_refused(run, tmp_path):
    path = run / "package" / "card.json"
    card = json.loads(path.read_text())
    del card["gates"]
    path.write_text(json.dumps(card))
    assert read_card(run / "package").gates == ()
    with pytest.raises(TrainingError, match="without the checks"):
        publish(run, tmp_path / "models", override=BECAUSE)


def test_a_reason_where_nothing_failed_is_a_mistake(run, tmp_path):
    with pytest.raises(TrainingError, match="without --override"):
        publish(run, tmp_path / "models", override=BECAUSE)


def test_a_file_damaged_while_it_was_copied_is_noticed(doubtful, tmp_path, monkeypatch):
    copy = publishing.shutil.copytree

    def badly(source, target, *arguments, **options):
        copy(source, target, *arguments, **options)
        if Path(target).name != "report":
            (Path(target) / "model.bin").write_bytes(b"damaged")

    monkeypatch.setattr(publishing.shutil, "copytree", badly)
    with pytest.raises(BrokenPackage, match=r"model\.bin was changed"):
        publish(doubtful, tmp_path / "models", override=BECAUSE)
    assert not (tmp_path / "models" / "invented" / "1.0.0").exists()
