"""Numbers and days as the reader's language writes them."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from aicare import locale_formats

MOMENT = datetime.datetime(2026, 3, 5, 21, 7, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "places", "english", "german"),
    [
        (Decimal("38.4"), None, "38.4", "38,4"),
        (38.0, 1, "38.0", "38,0"),
        (0.666, 2, "0.67", "0,67"),
        (-1.5, None, "-1.5", "-1,5"),
        (12345.5, 1, "12345.5", "12345,5"),
        (1234567, None, "1234567", "1234567"),
        (Decimal("1E+3"), None, "1000", "1000"),
        (0.00001, None, "0.00001", "0,00001"),
        (None, 1, "", ""),
    ],
)
def test_numbers_have_the_decimal_sign_of_the_language_and_no_groups(
    value, places, english, german
):
    for language, text in [("en", english), ("de", german), ("es", german), ("pt", german)]:
        with translation.override(language):
            assert locale_formats.number_text(value, places) == text


def test_quotation_marks_are_those_of_the_language():
    assert locale_formats.quoted("Normal") == "“Normal”"
    with translation.override("de"):
        assert locale_formats.quoted("Normal") == "„Normal“"


@pytest.mark.parametrize(
    ("language", "day", "exact"),
    [
        ("en", "5 Mar 2026", "5 Mar 2026, 22:07 CET"),
        ("de", "5. Mär 2026", "5. Mär 2026, 22:07 CET"),
        ("es", "5 mar 2026", "5 mar 2026, 22:07 CET"),
        ("pt", "5 mar 2026", "5 mar 2026, 22:07 CET"),
    ],
)
def test_days_and_times_in_the_zone_of_the_site(language, day, exact):
    with timezone.override(ZoneInfo("Europe/Madrid")), translation.override(language):
        assert locale_formats.day_text(MOMENT) == day
        assert locale_formats.day_text(MOMENT.date()) == day
        assert locale_formats.exact_text(MOMENT) == exact


def test_the_year_is_said_where_it_is_another():
    this_year = timezone.now().year
    with timezone.override(datetime.UTC):
        moments = [MOMENT.replace(year=year) for year in (this_year, this_year - 1)]
        assert [locale_formats.moment_text(one) for one in moments] == [
            "5 Mar 21:07",
            f"5 Mar {this_year - 1} 21:07",
        ]


def test_a_zone_without_a_short_name_is_told_by_its_distance():
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        assert locale_formats.zone_text(MOMENT) == "UTC-03"


def test_the_filter_of_templates():
    page = Template("{% load clock %}{{ value|number:1 }} {{ whole|number }}")
    with translation.override("de"):
        assert page.render(Context({"value": 38.46, "whole": 12})) == "38,5 12"


def test_a_time_on_a_page_tells_its_day_and_zone_when_pointed_at():
    page = Template("{% load clock %}{{ moment|clock_only }}")
    with timezone.override(ZoneInfo("Europe/Madrid")):
        assert 'title="5 Mar 2026, 22:07 CET"' in page.render(Context({"moment": MOMENT}))


def test_the_hour_that_comes_twice_is_told_with_its_zone():
    first = datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)
    hours = [first + datetime.timedelta(hours=number) for number in range(-1, 3)]
    with timezone.override(ZoneInfo("Europe/Madrid")):
        said = [locale_formats.time_text(one) for one in hours]
        in_spring = locale_formats.time_text(datetime.datetime(2026, 3, 29, 1, tzinfo=datetime.UTC))
    assert said == ["01:30", "02:30 CEST", "02:30 CET", "03:30"]
    assert in_spring == "03:00"
