"""The table of the vital signs: its LOINC codes are real ones, as far as a digit can tell."""

from itertools import chain

import pytest

from patients.models.note import LOINC as KINDS_OF_NOTES
from patients.vital_signs_table import VITAL_SIGNS


def check_digit(number: str) -> int:
    """LOINC Users' Guide: each second digit from the right, as one number, is doubled; mod 10."""
    from_the_right = number[::-1]
    doubled = str(2 * int(from_the_right[::2]))
    return -sum(map(int, doubled + from_the_right[1::2])) % 10


@pytest.mark.parametrize(
    "code", sorted({*chain(*(sign.loinc for sign in VITAL_SIGNS)), *KINDS_OF_NOTES.values()})
)
def test_every_loinc_code_ends_with_its_check_digit(code):
    number, digit = code.split("-")
    assert check_digit(number) == int(digit)
