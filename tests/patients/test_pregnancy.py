"""At which sex and age a pregnancy is asked about; every boundary."""

import pytest

from patients.pregnancy import questions_about_pregnancy


@pytest.mark.parametrize(
    ("sex", "age_years", "is_asked"),
    [
        ("female", 9, True),
        ("female", 10, False),
        ("female", 60, False),
        ("female", 61, True),
        ("female", None, False),
        ("unknown", 30, False),
        ("other", 30, False),
        ("male", 30, True),
        ("male", None, True),
    ],
)
def test_an_unlikely_pregnancy_is_asked_about(sex, age_years, is_asked):
    asked = list(questions_about_pregnancy(sex=sex, age_years=age_years, attr="x"))
    assert [one.code for one in asked] == ["pregnancy_unlikely"] * is_asked
