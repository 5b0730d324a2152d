"""Ages in years and sexes, as collections write them."""

import math

import pytest

from training.datasets.people import age_in_years, sex_of


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("58", 58), ("058Y", 58), ("018M", 1.5), ("002W", 0.038), ("010D", 0.027), ("58.5", 58.5),
        ("0", 0), ("90+", 90), (">89", 89), ("120", 120),
    ],
)  # fmt: skip
def test_ages_are_years_without_a_remark(text, years):
    age, remark = age_in_years(text)
    assert age == pytest.approx(years, abs=0.001)
    assert remark == ""


@pytest.mark.parametrize("text", ["", " ", "unknown", "N/A", "nan", "?"])
def test_an_unknown_age_is_not_a_number_and_no_news(text):
    age, remark = age_in_years(text)
    assert math.isnan(age)
    assert remark == ""


@pytest.mark.parametrize(
    ("text", "remark"), [("121", "above 120"), ("412Y", "above 120"), ("old", "not understood")]
)
def test_an_odd_age_is_not_guessed(text, remark):
    age, said = age_in_years(text)
    assert math.isnan(age)
    assert remark in said


def test_of_a_range_the_middle_is_taken_and_told():
    assert age_in_years("1-5 (cohort)") == (3.0, "a range, of which the middle is taken")


@pytest.mark.parametrize(
    ("text", "sex"), [("F", "F"), ("female", "F"), ("Male", "M"), ("m", "M"), ("", ""), ("O", "")]
)
def test_sexes_are_f_m_or_unknown(text, sex):
    assert sex_of(text) == (sex, "")


def test_an_odd_sex_is_remarked_on():
    assert sex_of("7") == ("", "not understood, so taken as not known")
