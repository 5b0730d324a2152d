"""Every text that people read is translated, whole, in every language, and compiled."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("aicare", "patients", "imaging", "inference")
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[0-9]*[a-z]|%%|%[sd]|\{\w+\}")
TAG = re.compile(r"</?[a-z][^>]*>")
# What decides about an act is said with one and the same word everywhere: the English word, and
# the part of its translation that no gender and no place in a sentence changes.
SAFETY_WORDS = {
    r"\boverdue\b": {"de": "überfällig", "es": "retras", "pt": "atras"},
    r"(?<!bits, )\bunsigned\b|\bnot signed\b": {
        "de": "nicht signiert", "es": "sin firmar", "pt": "não assinad",
    },
    r"entered in error": {"de": "irrtümlich", "es": "por error", "pt": "por erro"},
    r"not assessed": {"de": "nicht beurteilt", "es": "no se ", "pt": "não fo"},
    r"[Cc]annot judge": {"de": "nicht beurteil", "es": "no puede", "pt": "não pode"},
    r"second reader": {"de": "Zweitbefund", "es": "segundo lector", "pt": "segundo leitor"},
    r"[Nn]ot a medical device": {
        "de": "ein Medizinprodukt", "es": "es un producto sanitario", "pt": "um dispositivo médico",
    },
}  # fmt: skip


def catalogue(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def texts_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def key_of(entry) -> tuple:
    return entry.msgctxt, entry.msgid


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def entries(language) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(catalogue(language)) if not entry.obsolete]


def test_every_text_is_translated_and_none_is_guessed(entries):
    missing = [entry.msgid for entry in entries if not all(texts_of(entry)) or entry.fuzzy]
    assert not missing


def test_translations_hold_what_their_texts_hold(entries):
    """Placeholders and tags are those of the text; a singular may leave the number out."""
    wrong = []
    for entry in entries:
        source = entry.msgid_plural or entry.msgid
        for text in texts_of(entry):
            allowed = [set(PLACEHOLDER.findall(one)) for one in (source, entry.msgid)]
            if set(PLACEHOLDER.findall(text)) not in allowed:
                wrong.append((entry.msgid, text))
            if sorted(TAG.findall(text)) != sorted(TAG.findall(source)):
                wrong.append((entry.msgid, text))
    assert not wrong


def test_translations_bring_no_markup_of_their_own(entries):
    """Templates put texts into attributes as they are."""
    for entry in entries:
        for sign in ('"', "<", ">"):
            if sign not in entry.msgid:
                assert not [text for text in texts_of(entry) if sign in text]


def test_translations_begin_and_end_as_their_texts(entries):
    """A space, a colon or an ellipsis belongs to what follows; a sentence ends as one."""
    wrong = []
    for entry in entries:
        for text in texts_of(entry):
            ends = [entry.msgid.endswith(end) == text.endswith(end) for end in "…: ?"]
            ends.append(not entry.msgid.endswith(".") or text.endswith("."))
            if not all(ends) or entry.msgid.startswith(" ") != text.startswith(" "):
                wrong.append((entry.msgid, text))
    assert not wrong


def test_words_that_decide_are_translated_with_one_word(entries, language):
    wrong = []
    for entry in entries:
        for word, translated in SAFETY_WORDS.items():
            said = " ".join(texts_of(entry)).lower()
            if re.search(word, entry.msgid) and translated[language].lower() not in said:
                wrong.append((entry.msgid, said))
    assert not wrong


def test_the_compiled_catalogue_is_that_of_the_texts(entries, language):
    compiled = {
        key_of(entry): texts_of(entry)
        for entry in polib.mofile(catalogue(language).with_suffix(".mo"))
    }
    assert compiled == {key_of(entry): texts_of(entry) for entry in entries}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> set[tuple]:
    """What xgettext finds in a copy of the apps, so that no catalogue is touched."""
    if not shutil.which("xgettext"):
        pytest.skip("GNU gettext is not installed")
    copy = tmp_path_factory.mktemp("texts")
    for app in APPS:
        for path in [*(ROOT / app).rglob("*.py"), *(ROOT / app).rglob("*.html")]:
            target = copy / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale=de", "--keep-pot"]
    subprocess.run(command, cwd=copy, check=True, env={"PATH": "/usr/bin:/bin"})
    return {key_of(entry) for entry in polib.pofile(copy / "locale" / "django.pot")}


def test_the_catalogues_hold_every_text_of_the_code_and_no_other(extracted, entries):
    """After a change of texts: ``make messages``, then translate what is new."""
    assert {key_of(entry) for entry in entries} == extracted
