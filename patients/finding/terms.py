"""What was asked: each typed word becomes beginnings and parts of the words of people."""

import datetime
import re
from dataclasses import dataclass

from patients.finding.birth_dates import BirthDate, read_birth_dates, with_words_joined
from patients.finding.words import (
    BORN,
    LONGEST_WORD,
    SEPARATORS,
    SHORTEST_PART,
    fold,
    fold_spelled_out,
    shortest_part,
    words_of,
)

BETWEEN_WORDS = re.compile(r"[\s,;]+")
AT_THE_ENDS = ".,;:'’`´-–/()*\"“”„"
DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Term:
    """One word that was asked for: somebody fits who has a word that begins or contains it so."""

    beginnings: tuple[str, ...]
    parts: tuple[str, ...] = ()

    def begins(self, word: str) -> bool:
        return word.startswith(self.beginnings)

    def fits(self, word: str) -> bool:
        return self.begins(word) or any(part in word for part in self.parts)


@dataclass(frozen=True)
class Asked:
    """A search as it was understood: all ``terms`` must fit."""

    terms: tuple[Term, ...]
    dates: tuple[tuple[str, tuple[BirthDate, ...]], ...] = ()

    @property
    def ambiguous_dates(self) -> list[tuple[str, tuple[BirthDate, ...]]]:
        """Dates that could be read another way: as typed, and as they were read."""
        return [
            (typed, read)
            for typed, read in self.dates
            if len(read) > 1 or any(one.swapped for one in read)
        ]


def understand(text: str, *, today: datetime.date) -> Asked:
    """Return what ``text`` asks for.

    >>> understand("o'brien 3.2.1962", today=datetime.date(2026, 1, 1)).terms[-1].beginnings
    ('*1962-02-03', '3.2.1962')
    """
    terms, dates = [], []
    plain = unfolded_spaces(text)
    for typed in BETWEEN_WORDS.split(with_words_joined(plain)):
        word = typed.strip(AT_THE_ENDS)
        if not word:
            continue
        born = tuple(read_birth_dates(word, today=today))
        if born:
            dates.append((word, born))
        terms += [_number(word, born)] if DIGIT.search(word) else _names(word)
    return Asked(tuple(dict.fromkeys(terms)), tuple(dates))


def unfolded_spaces(text: str) -> str:
    """Return ``text`` in small letters with single spaces; accents stay."""
    return " ".join(text.casefold().split())


def _number(word: str, born: tuple[BirthDate, ...]) -> Term:
    """Return a record number or a birth date; a number's zeros may be left out or added.

    Digits alone may be either.
    """
    folded = fold(word)
    days = [f"{BORN}{date.iso}" for date in born]
    if any(date.day for date in born) and not folded.isdigit():
        return Term(_shortened((*days, folded)))
    joined = SEPARATORS.sub("", folded)
    without_zeros = joined.lstrip("0") if joined.isdigit() else ""
    if len(without_zeros) < SHORTEST_PART:
        without_zeros = ""
    return Term(_shortened((folded, joined, without_zeros, *days)))


def _names(word: str) -> list[Term]:
    """Return the words of a name; one typed with an umlaut may be on record spelled out."""
    plain, spelled_out = words_of(word), words_of(fold_spelled_out(word))
    if len(plain) != len(spelled_out):
        spelled_out = plain
    return [_name(_shortened(ways)) for ways in zip(plain, spelled_out, strict=True)]


def _name(ways: tuple[str, ...]) -> Term:
    return Term(ways, tuple(way for way in ways if len(way) >= shortest_part(way)))


def _shortened(ways) -> tuple[str, ...]:
    """Return different ways to write a word; one that begins with another one finds no more."""
    short = list(dict.fromkeys(way[:LONGEST_WORD] for way in ways if way))
    return tuple(
        way for way in short if not any(way != other and way.startswith(other) for other in short)
    )
