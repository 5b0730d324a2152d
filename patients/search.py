"""How names are found: case and accents do not matter, nor does the order of the words."""

import re
import unicodedata

# What separates the words of names: "Sunder-Reyes", "O'Brien", "Iturbe, Marisol".
SEPARATORS = re.compile(r"[\s,;.'’`\-–/]+")
LONGEST_WORD = 80
LONGEST_SORT_NAME = 120


def fold(text: str) -> str:
    """Return ``text`` without case and accents, for comparing.

    >>> fold("Iñaki  GARCÍA")
    'inaki  garcia'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words_of(text: str) -> list[str]:
    """Return the folded words of ``text``.

    >>> words_of("Sunder-Reyes, Aiko")
    ['sunder', 'reyes', 'aiko']
    """
    return [word[:LONGEST_WORD] for word in SEPARATORS.split(fold(text)) if word]


def name_words(patient) -> set[str]:
    """Return the folded words of a patient's names, also joined where they are written in one.

    A name such as O'Brien or Sunder-Reyes is found as "obrien" and as "sunderreyes" too.
    """
    names = f"{patient.family_name} {patient.given_names}"
    joined = {"".join(words_of(part))[:LONGEST_WORD] for part in names.split()}
    return {*words_of(names), *joined} - {""}


def sort_name(patient) -> str:
    """Return what orders patients within one found word."""
    return fold(f"{patient.family_name} {patient.given_names}")[:LONGEST_SORT_NAME]


def search_text(patient) -> str:
    """Return what a search of ``patient`` looks through: names, record number, birth date."""
    birth_dates = (
        [patient.birth_date.isoformat(), patient.birth_date.strftime("%d.%m.%Y %d/%m/%Y")]
        if patient.birth_date
        else []
    )
    words = [patient.family_name, patient.given_names, patient.medical_record_number, *birth_dates]
    return fold(" ".join(words))[:400]
