"""No letter of a name vanishes on paper without a sign."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from patients.pdf import paper
from patients.pdf.letters import MISSING, Letters

FONTS = Path(paper.FONTS)
MANIFEST = json.loads((FONTS / "manifest.json").read_text())


@pytest.fixture
def letters():
    identity = paper.Identity("", "", "", "")
    return paper.Paper(identity, title="").letters


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_fonts_are_those_of_the_manifest(entry):
    assert sha256((FONTS / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (FONTS / "LICENSE").exists()


def test_every_font_is_in_the_manifest():
    assert {one.name for one in FONTS.glob("*.ttf")} == {entry["file"] for entry in MANIFEST}


@pytest.mark.parametrize(
    "text", ["Iñaki Iturbe", "Łukasz Żółć", "Ελένη", "Ольга", "SpO₂ ≥ 96 % ▲ ▼ ▬ ✓", "Nguyễn Văn"]
)
def test_letters_of_many_languages_are_printed(letters, text):
    assert letters.printable(text) == text
    assert not letters.any_missing


@pytest.mark.parametrize("text", ["李小龍", "محمد", "דוד", "🙂", "สมชาย"])
def test_what_cannot_be_printed_is_marked_letter_by_letter(letters, text):
    assert set(letters.printable(text)) == {MISSING}
    assert letters.any_missing


def test_letters_in_two_parts_become_one(letters):
    assert letters.printable("In\u0303aki") == "Iñaki"


def test_signs_that_turn_the_direction_are_dropped():
    letters = Letters(set(range(32, 127)))
    assert letters.printable("abc\u202egpj\x00") == "abcgpj "
    assert not letters.any_missing
