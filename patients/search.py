"""How names are found: case and accents do not matter."""

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` without case and accents, for comparing.

    >>> fold("Iñaki  GARCÍA")
    'inaki  garcia'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def search_text(patient) -> str:
    """Return what a search of ``patient`` looks through: names, record number, birth date."""
    birth_dates = (
        [patient.birth_date.isoformat(), patient.birth_date.strftime("%d.%m.%Y %d/%m/%Y")]
        if patient.birth_date
        else []
    )
    words = [patient.family_name, patient.given_names, patient.medical_record_number, *birth_dates]
    return fold(" ".join(words))[:400]
