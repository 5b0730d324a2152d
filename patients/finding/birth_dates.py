"""Birth dates as people type them into a search: "3.2.1962", "03/02/1962", "3 Feb 1962", "1962"."""

import datetime
import re
from dataclasses import dataclass

from patients.finding.words import fold

FIRST_YEAR = 1850
# January to December in English, German, Spanish and Portuguese, folded; three letters do as well.
MONTHS = (
    "january januar enero janeiro",
    "february februar febrero fevereiro",
    "march marz marzo marco",
    "april abril",
    "may mai mayo maio",
    "june juni junio junho",
    "july juli julio julho",
    "august agosto",
    "september septiembre setembro",
    "october oktober octubre outubro",
    "november noviembre novembro",
    "december dezember diciembre dezembro",
)
MONTH_OF = {
    name[:length]: number
    for number, names in enumerate(MONTHS, 1)
    for name in names.split()
    for length in (3, len(name))
}
YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))?")
DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})")
MONTH_AND_YEAR = re.compile(r"(\d{1,2})[-./](\d{4})")
# As much is typed in a hurry: 03021962, 19620203.
DIGITS_DAY_FIRST = re.compile(r"(\d{2})(\d{2})(\d{4})")
DIGITS_YEAR_FIRST = re.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR = re.compile(r"\d{4}")
# With the month as a word: three words of a search are one date.
DAY_MONTH_YEAR = re.compile(
    r"\b(\d{1,2})(?:\.?[ºo°]|\.|st|nd|rd|th|er|ero)? +(?:de +)?([^\W\d_]{3,10})\.?,?"
    r" +(?:de +)?(\d{4})\b"
)
MONTH_DAY_YEAR = re.compile(r"\b([^\W\d_]{3,10})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})\b")


@dataclass(frozen=True)
class BirthDate:
    """A day, a month or a year of birth; ``swapped`` when day and month could change places."""

    year: int
    month: int | None = None
    day: int | None = None
    swapped: bool = False

    @property
    def as_date(self) -> datetime.date:
        """The day; the first one of a month or a year."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def iso(self) -> str:
        """As much of the ISO date as is known."""
        parts = (
            f"{self.year:04}",
            self.month and f"{self.month:02}",
            self.day and f"{self.day:02}",
        )
        return "-".join(part for part in parts if part)


def with_words_joined(text: str) -> str:
    """Return folded ``text`` with each "3 feb 1962" in it as "1962-02-03".

    >>> with_words_joined("iturbe 3 feb 1962")
    'iturbe 1962-02-03'
    """
    text = DAY_MONTH_YEAR.sub(lambda found: _in_figures(found, 1, 2), text)
    return MONTH_DAY_YEAR.sub(lambda found: _in_figures(found, 2, 1), text)


def _in_figures(found, day: int, month: int) -> str:
    number = MONTH_OF.get(fold(found[month]))
    date = number and _date(int(found[3]), number, int(found[day]))
    return date.iso if date else found[0]


def read_birth_dates(word: str, *, today: datetime.date) -> list[BirthDate]:
    """Return what ``word`` may mean as a date of birth; nothing where it is none.

    The day is read before the month, of eight digits the year may come first. Two figures of a year
    may be of this century or the last.

    >>> [date.iso for date in read_birth_dates("3.2.1962", today=datetime.date(2026, 1, 1))]
    ['1962-02-03']
    """
    if found := YEAR_FIRST.fullmatch(word):
        year, month, day = (int(part) if part else None for part in found.groups())
        read = [_date(year, month, day)]
    elif found := DAY_FIRST.fullmatch(word):
        day, month, year = found.groups()
        read = [_day_first(each, int(month), int(day)) for each in _years(year, today)]
    elif found := MONTH_AND_YEAR.fullmatch(word):
        read = [_date(int(found[2]), int(found[1]), None)]
    elif len(word) == len("03021962"):
        read = _of_eight_digits(word)
    else:
        read = [_date(int(word), None, None)] if YEAR.fullmatch(word) else []
    return [date for date in read if date and _is_past(date, today)]


def _of_eight_digits(word: str) -> list[BirthDate | None]:
    read = []
    if found := DIGITS_DAY_FIRST.fullmatch(word):
        day, month, year = map(int, found.groups())
        read.append(_day_first(year, month, day))
    if found := DIGITS_YEAR_FIRST.fullmatch(word):
        read.append(_date(*map(int, found.groups())))
    return read


def _years(text: str, today: datetime.date) -> list[int]:
    if len(text) == 4:
        return [int(text)]
    century = today.year // 100 * 100
    return [century + int(text), century - 100 + int(text)]


def _day_first(year: int, month: int, day: int) -> BirthDate | None:
    date = _date(year, month, day)
    if date is None:
        return _date(year, day, month)
    return BirthDate(year, month, day, swapped=day <= 12 and day != month)


def _date(year: int, month: int | None, day: int | None) -> BirthDate | None:
    try:
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    # A zero in place of a month or a day is no date either.
    return None if 0 in (month, day) else BirthDate(year, month, day)


def _is_past(date: BirthDate, today: datetime.date) -> bool:
    return date.year >= FIRST_YEAR and date.iso <= today.isoformat()
