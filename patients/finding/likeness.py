"""How much two entries look like one person: names, birth date, sex. No queries.

What people mistype is forgiven: the order of names, one or two letters, an initial in place of a
name, day and month in each other's place, one digit of the birth date. The comparisons are those
of record linkage (Christen, Data Matching, 2012, chapters 4 and 5), with rules in place of weights,
so that a page can say why.
"""

import datetime
from dataclasses import dataclass

from patients.finding.words import words_of

VERY_LIKELY, LIKELY, POSSIBLE = "very-likely", "likely", "possible"
LEVELS = (VERY_LIKELY, LIKELY, POSSIBLE)
SAME, SIMILAR, PARTLY, DIFFERENT, UNKNOWN = "same", "similar", "partly", "different", "unknown"
# By what the names and the birth dates are to each other.
LEVEL_OF = {
    (SAME, SAME): VERY_LIKELY,
    (SAME, SIMILAR): LIKELY,
    (SAME, UNKNOWN): POSSIBLE,
    (SIMILAR, SAME): VERY_LIKELY,
    (SIMILAR, SIMILAR): POSSIBLE,
    (PARTLY, SAME): POSSIBLE,
}
# When the sex differs too.
LESS = {VERY_LIKELY: LIKELY, LIKELY: POSSIBLE, POSSIBLE: POSSIBLE}
LETTERS_FOR_ONE_SLIP, LETTERS_FOR_TWO = 4, 8


@dataclass(frozen=True)
class Likeness:
    """How alike two people are, and why: codes for programs."""

    level: str
    because: tuple[str, ...]

    @property
    def order(self) -> int:
        return LEVELS.index(self.level)


def likeness(one, other) -> Likeness | None:
    """Return how alike two people are, or None where nothing speaks for one person.

    Both have family_name, given_names, birth_date and sex.
    """
    names, birth = compare_names(one, other), compare_births(one.birth_date, other.birth_date)
    level = LEVEL_OF.get((names, birth))
    if level is None:
        return None
    sexes = {one.sex, other.sex} - {"unknown", ""}
    if len(sexes) > 1:
        level = LESS.get(level) if names != PARTLY else None
    if level is None:
        return None
    because = [f"names_{names}", f"birth_date_{birth}"]
    if birth == SIMILAR:
        is_swapped = swapped(one.birth_date) == other.birth_date
        because[1] = "birth_date_swapped" if is_swapped else "birth_date_one_digit"
    return Likeness(level, (*because, *(["sex_differs"] if len(sexes) > 1 else [])))


def compare_names(one, other) -> str:
    """Tell whether names are the same in any order, similar, partly the same, or different.

    Partly: only the family names or only the given names are the same, as after a marriage.
    """
    mine, yours = _words(one), _words(other)
    if sorted(mine) == sorted(yours) or "".join(mine) == "".join(yours):
        return SAME
    fewer, more = sorted((mine, yours), key=len)
    left = list(more)
    for word in fewer:
        like = next((each for each in left if _are_alike(word, each)), None)
        if like is None:
            return PARTLY if _share_a_part(one, other) else DIFFERENT
        left.remove(like)
    # One name alone says little of somebody with several.
    if len(fewer) > 1 or len(more) == 1:
        return SIMILAR
    return PARTLY if _share_a_part(one, other) else DIFFERENT


def compare_births(one: datetime.date | None, other: datetime.date | None) -> str:
    """Tell whether birth dates are the same, a slip of the pen apart, different or not known."""
    if one is None or other is None:
        return UNKNOWN
    if one == other:
        return SAME
    digits = sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True))
    return SIMILAR if digits == 1 or swapped(one) == other else DIFFERENT


def _words(person) -> list[str]:
    return words_of(f"{person.family_name} {person.given_names}")


def _share_a_part(one, other) -> bool:
    parts = ((one.family_name, other.family_name), (one.given_names, other.given_names))
    return any(sorted(words_of(mine)) == sorted(words_of(yours)) != [] for mine, yours in parts)


def _are_alike(one: str, other: str) -> bool:
    """Tell whether two words are the same but for a slip, or one is the other's initial."""
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    shorter = min(len(one), len(other))
    slips = (shorter >= LETTERS_FOR_ONE_SLIP) + (shorter >= LETTERS_FOR_TWO)
    return one == other or (slips > 0 and distance(one, other) <= slips)


def swapped(day: datetime.date) -> datetime.date | None:
    """Return the date with day and month in each other's place, or None if there is none."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else None


def distance(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped with their neighbour.

    >>> distance("marisol", "marsiol")
    1
    """
    before, row = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
