"""A data folder is brought up to date, and only when it has to be."""

import stat

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.management import CommandError

from aicare import heartbeat
from aicare.management.commands.up import is_private
from aicare.supervision import preparation


@pytest.fixture
def collected(settings, tmp_path, monkeypatch):
    """Count how often static files are collected, without collecting any."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    calls = []
    monkeypatch.setattr(preparation, "call_command", lambda name, **_: calls.append(name))
    return calls


def silent(subject, text):
    pass


def test_static_files_are_collected_once(collected):
    preparation.collect_static(silent)
    preparation.collect_static(silent)
    assert collected == ["collectstatic"]


def test_a_new_version_collects_static_files_again(collected, settings):
    preparation.collect_static(silent)
    settings.VERSION = "0.0.0-other"
    preparation.collect_static(silent)
    assert collected == ["collectstatic"] * 2


def test_a_changed_file_collects_static_files_again(collected, settings, tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [folder]
    get_finder.cache_clear()
    preparation.collect_static(silent)
    (folder / "a.css").write_text("a { color: red }")
    preparation.collect_static(silent)
    get_finder.cache_clear()
    assert collected == ["collectstatic"] * 2


def test_a_broken_classifier_does_not_keep_the_record_away(monkeypatch):
    def broken(name, **options):
        raise CommandError("1 package(s) could not be registered.")

    said = []
    monkeypatch.setattr(preparation, "call_command", broken)
    preparation.register_starter_models(lambda subject, text: said.append(text))
    assert "could not be registered" in said[-1]


def test_a_folder_that_others_could_read_is_closed(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o755)
    preparation.tighten_data_folder()
    for folder in (settings.DATA_DIR, *settings.DATA_DIR.iterdir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("mode", "private"), [(0o700, True), (0o750, False), (0o701, False), (0o777, False)]
)
def test_the_broker_uses_only_a_folder_of_our_own(tmp_path, mode, private):
    folder = tmp_path / "socket"
    folder.mkdir()
    folder.chmod(mode)
    assert is_private(folder) is private


def test_a_link_or_nothing_is_no_folder_of_our_own(tmp_path):
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(target)
    assert not is_private(tmp_path / "link")
    assert not is_private(tmp_path / "missing")


def test_a_process_that_was_never_heard_of_is_silent_for_ever(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert heartbeat.seconds_since("scheduler") == float("inf")
    heartbeat.beat("scheduler")
    assert heartbeat.seconds_since("scheduler") < 60
