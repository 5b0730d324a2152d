"""A zip is unpacked whole and once, and a hostile one not at all."""

import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.training.datasets.collections import png, zip_of
from training.datasets import archives
from training.datasets.archives import unpacked
from training.errors import TrainingError

unhurried = hypothesis_settings(deadline=None, max_examples=50)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def content_of(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_litter_stays_in_the_zip_and_a_single_folder_is_entered(tmp_path, cache):
    entries = {"data/labels.csv": b"x", "__MACOSX/data/a.png": b"x", "data/.DS_Store": b"x"}
    assert content_of(unpacked(zip_of(tmp_path / "a.zip", entries), cache)) == ["labels.csv"]


def test_a_zip_is_unpacked_once_until_it_changes(tmp_path, cache, monkeypatch):
    path = zip_of(tmp_path / "a.zip", {"a/1.png": png(1), "b/2.png": png(2)})
    folder = unpacked(path, cache)
    monkeypatch.setattr(archives, "_unpack", None)
    assert unpacked(path, cache) == folder
    monkeypatch.undo()
    zip_of(path, {"a/3.png": png(3), "b/4.png": png(4)})
    assert content_of(unpacked(path, cache)) == ["a/3.png", "b/4.png"]


def test_names_with_old_letters_do_not_pass_for_overlaps(tmp_path, cache):
    path = zip_of(tmp_path / "a.zip", {"x/gr__n.png": png(1), "x/sch__n.png": png(2)})
    path.write_bytes(path.read_bytes().replace(b"__n", b"\x81\x81n"))
    assert content_of(unpacked(path, cache)) == ["grüün.png", "schüün.png"]


def linked(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


def encrypted(path):
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)


def overlapping(path):
    """Let the second entry of the directory point at the data of the first."""
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\1\2", content.index(b"PK\1\2") + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil.png", "points outside"),
        ("/evil.png", "points outside"),
        ("a/../../evil.png", "points outside"),
        ("a\\..\\evil.png", "points outside"),
        ("C:/evil.png", "points outside"),
        (linked("a/link.png"), "link or a device"),
    ],
)
def test_an_entry_that_leads_astray_refuses_the_archive(tmp_path, cache, name, reason):
    path = zip_of(tmp_path / "a.zip", {"a/1.png": png(1), name: b"/etc/passwd"})
    with pytest.raises(TrainingError, match=reason):
        unpacked(path, cache)
    assert list(cache.rglob("*.png")) == []


def test_an_encrypted_archive_is_refused(tmp_path, cache):
    path = zip_of(tmp_path / "a.zip", {"a/1.png": png(1)})
    encrypted(path)
    with pytest.raises(TrainingError, match="is encrypted"):
        unpacked(path, cache)


def test_entries_that_share_their_bytes_are_refused(tmp_path, cache):
    path = zip_of(tmp_path / "a.zip", {"a/1.png": png(1), "a/2.png": png(2)})
    overlapping(path)
    with pytest.raises(TrainingError, match="overlap"):
        unpacked(path, cache)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 1000)
    path = zip_of(
        tmp_path / "a.zip", {"a/1.png": bytes(3_000_000)}, compression=zipfile.ZIP_DEFLATED
    )
    with pytest.raises(TrainingError, match="grow more than 200 times"):
        unpacked(path, cache)
    assert list(cache.rglob("*.png")) == []


def test_an_unusual_compression_is_refused(tmp_path, cache):
    path = zip_of(tmp_path / "a.zip", {"a/1.png": png(1)}, compression=zipfile.ZIP_LZMA)
    with pytest.raises(TrainingError, match="not read here"):
        unpacked(path, cache)


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and no more", png(1)])
def test_a_file_that_is_no_zip_is_one_clear_line(tmp_path, cache, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(TrainingError, match="not a zip that can be read"):
        unpacked(tmp_path / "a.zip", cache)


def test_a_damaged_entry_leaves_nothing_behind(tmp_path, cache):
    path = zip_of(tmp_path / "a.zip", {"a/1.png": png(1), "a/2.png": png(2)})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"IDAT") + 20] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(TrainingError, match="not a zip that can be read"):
        unpacked(path, cache)
    assert list((cache / "unpacked").iterdir()) == []


@unhurried
@given(changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4))
def test_whatever_was_altered_it_is_unpacked_whole_or_not_at_all(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("altered")
    path = zip_of(folder / "a.zip", {"a/1.txt": b"one" * 9, "b/2.txt": b"two" * 9})
    content = bytearray(path.read_bytes())
    for place, value in changes:
        content[place % len(content)] = value
    path.write_bytes(content)
    try:
        found = unpacked(path, folder / "cache")
    except TrainingError:
        assert not any((folder / "cache").rglob("*.txt"))
        return
    assert all(file.resolve().is_relative_to(folder / "cache") for file in found.rglob("*"))


def test_a_full_disk_is_told_before_anything_is_written(tmp_path, cache, monkeypatch):
    path = zip_of(tmp_path / "a.zip", {"a/1.png": bytes(2_000_000)})
    monkeypatch.setattr(
        archives.shutil, "disk_usage", lambda _: archives.shutil._ntuple_diskusage(1, 1, 10)
    )
    with pytest.raises(TrainingError, match=r"needs 2 MB in .*make room"):
        unpacked(path, cache)
    assert list((cache / "unpacked").iterdir()) == []
