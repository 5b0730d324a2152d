"""Birth dates as people type them."""

import datetime

import pytest

from patients.finding.birth_dates import read_birth_dates, with_words_joined

TODAY = datetime.date(2026, 11, 20)


def read(word):
    return [date.iso for date in read_birth_dates(word, today=TODAY)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1962-02-03", ["1962-02-03"]),
        ("1962-2-3", ["1962-02-03"]),
        ("1962/02/03", ["1962-02-03"]),
        ("3.2.1962", ["1962-02-03"]),
        ("03/02/1962", ["1962-02-03"]),
        ("03-02-1962", ["1962-02-03"]),
        ("02/13/1962", ["1962-02-13"]),
        ("1962-02", ["1962-02"]),
        ("2.1962", ["1962-02"]),
        ("02/1962", ["1962-02"]),
        ("1962", ["1962"]),
        ("3.2.62", ["1962-02-03"]),
        ("3.2.24", ["2024-02-03", "1924-02-03"]),
        ("29.2.24", ["2024-02-29", "1924-02-29"]),
        ("29.2.23", []),
        ("03021962", ["1962-02-03"]),
        ("02131962", ["1962-02-13"]),
        ("19620203", ["1962-02-03"]),
        ("31021962", []),
        ("30041700", []),
    ],
)
def test_a_date_is_read_with_the_day_first(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["31.2.1962", "13.13.1962", "0.2.1962", "1962-00", "1962-02-00", "1849", "2027", "2026-12",
     "0000", "9999-99-99", "3.2.962", "300417", "iturbe", "", "1962-02-03-04"],
)  # fmt: skip
def test_what_is_no_date_of_birth_is_not_read_as_one(typed):
    assert read(typed) == []


@pytest.mark.parametrize(
    "typed",
    ["3 feb 1962", "3. februar 1962", "3 de febrero de 1962", "3 de fevereiro de 1962",
     "3rd february 1962", "feb 3, 1962", "february 3rd 1962", "3º de fevereiro de 1962",
     "3.º de febrero de 1962", "3o de fevereiro de 1962"],
)  # fmt: skip
def test_a_month_may_be_a_word_in_four_languages(typed):
    assert with_words_joined(f"iturbe {typed}") == "iturbe 1962-02-03"


def test_the_month_of_march_has_an_umlaut_in_german():
    assert with_words_joined("3. märz 1962") == "1962-03-03"


@pytest.mark.parametrize("typed", ["mar 1962", "3 marisol 1962", "31 feb 1962", "marisol 3 1962"])
def test_a_name_beside_a_number_stays_a_name(typed):
    assert with_words_joined(typed) == typed


@pytest.mark.parametrize(
    ("typed", "could_be_swapped"),
    [
        ("3.2.1962", True),
        ("03021962", True),
        ("3.3.1962", False),
        ("13.2.1962", False),
        ("1962-02-03", False),
    ],
)
def test_a_date_says_whether_day_and_month_could_change_places(typed, could_be_swapped):
    (date,) = read_birth_dates(typed, today=TODAY)
    assert date.swapped is could_be_swapped
