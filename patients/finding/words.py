"""By which words people are found: case and accents do not matter, nor does the order of words."""

import re
import unicodedata

# What separates the words of names: "Sunder-Reyes", "O'Brien", "Iturbe, Marisol", "Ana (Anita)".
SEPARATORS = re.compile(r"[\s,;.'’‘ʼ`´\-‐‒–—−/()\"“”„]+")
LONGEST_WORD = 80
LONGEST_LINE = 120
SHORTEST_PART = 3
# "van den Berg", "St. John" and "Thị Ánh" are written in one word, too.
LONGEST_PARTICLE = 3
# Han, kana and, taken apart, Hangul: names are written without a space, a sign is a syllable.
WITHOUT_SPACES = re.compile(
    r"[\u1100-\u11ff\u3005\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+"
)
# Letters that Unicode does not take apart into a plain one and an accent.
# In Arabic and Persian those of one sound that writers exchange, and the sign that stretches.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
    | {"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": ""}
)
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Before a birth date, as genealogists write it: no name and no record number begins so.
BORN = "*"
CUT = "…"


def fold(text: str) -> str:
    """Return ``text`` without case and accents, for comparing.

    >>> fold("Iñaki  GARCÍA")
    'inaki  garcia'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN))
    return "".join(character for character in decomposed if not _says_nothing(character))


def _says_nothing(character: str) -> bool:
    """Tell whether a character is an accent, or an invisible one that came along when copied."""
    return unicodedata.combining(character) != 0 or unicodedata.category(character) == "Cf"


def fold_spelled_out(text: str) -> str:
    """Return ``text`` folded, with umlauts as passports write them.

    >>> fold_spelled_out("Müller")
    'mueller'
    """
    return fold(unicodedata.normalize("NFC", text).casefold().translate(SPELLED_OUT))


def words_of(text: str) -> list[str]:
    """Return the folded words of ``text``.

    >>> words_of("Sunder-Reyes, Aiko")
    ['sunder', 'reyes', 'aiko']
    """
    return [word[:LONGEST_WORD] for word in SEPARATORS.split(fold(text)) if word]


def name_words(patient) -> set[str]:
    """Return the folded words of a patient's names, also joined where they are written in one.

    A name such as O'Brien or Sunder-Reyes is found as "obrien" and as "sunderreyes" too, Müller
    as "muller" and as "mueller".
    """
    names = f"{patient.family_name} {patient.given_names}"
    spelled_out = fold_spelled_out(names)
    joined = {"".join(words_of(part)) for part in (*names.split(), *spelled_out.split())}
    words = {*words_of(names), *words_of(spelled_out), *joined}
    return {word[:LONGEST_WORD] for word in words} - {""}


def names_in_one(patient) -> set[str]:
    """Return names as they are typed without the spaces: "vandenberg", "王小明"."""
    words = {_without_spaces(f"{patient.family_name} {patient.given_names}")}
    for name in (patient.family_name, patient.given_names):
        words |= _with_particles(words_of(name)) | _with_particles(words_of(fold_spelled_out(name)))
    return {word[:LONGEST_WORD] for word in words} - {""}


def _without_spaces(names: str) -> str:
    joined = "".join(words_of(names))
    return joined if WITHOUT_SPACES.fullmatch(joined) else ""


def _with_particles(words: list[str]) -> set[str]:
    """Return short words together with what follows them."""
    found, before = set(), ""
    for word in words:
        if before:
            found.add(before + word)
        before = before + word if len(word) <= LONGEST_PARTICLE else ""
    return found


def shortest_part(word: str) -> int:
    """Return from how many letters on a part of a word is looked for; a Han sign is enough."""
    return 1 if WITHOUT_SPACES.fullmatch(word) else SHORTEST_PART


def number_words(patient) -> set[str]:
    """Return how the record number may be written: as it is, without signs, without zeros."""
    number = "".join(fold(patient.medical_record_number).split())
    joined = SEPARATORS.sub("", number)
    return {word[:LONGEST_WORD] for word in (number, joined, joined.lstrip("0"))} - {""}


def birth_words(patient) -> set[str]:
    """Return the birth date as a word; a year or a month is its beginning."""
    return {f"{BORN}{patient.birth_date.isoformat()}"} if patient.birth_date else set()


def words_to_find(patient) -> set[str]:
    """Return every word under which a patient is found; the empty one is the list of all."""
    names = {*name_words(patient), *names_in_one(patient)}
    return {"", *names, *number_words(patient), *birth_words(patient)}


def sort_name(patient) -> str:
    """Return what orders patients within one word and answers whether the other words fit too.

    Names come first and order; the rest only answers. What is too long ends in ``CUT``.
    """
    names = words_of(f"{patient.family_name} {patient.given_names}")
    others = words_to_find(patient) - {"", *names}
    line = " ".join([*names, *sorted(others)])
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + CUT


def parts_of(word: str) -> set[str]:
    """Return the ends of a name's word, each with the whole behind it.

    What is called Iturbe is found by "urbe", which begins one of its ends: a search for a part
    is a search for a beginning.

    >>> sorted(parts_of("iturbe"))
    ['rbe iturbe', 'turbe iturbe', 'urbe iturbe']
    """
    ends = (word[start:] for start in range(1, len(word) - shortest_part(word) + 1))
    return {f"{end} {word}" for end in ends if len(end) + 1 + len(word) <= LONGEST_WORD}
