"""Times as people say them."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from aicare.templatetags.clock import in_words, length_in_words

NOW = datetime.datetime(2026, 11, 20, 10, 42, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-20T10:31+00:00", "today 10:31"),
        ("2026-11-19T22:10+00:00", "yesterday 22:10"),
        ("2026-11-21T00:05+00:00", "tomorrow 00:05"),
        ("2026-11-18T09:12+00:00", "18 Nov 09:12"),
        ("2025-11-18T09:12+00:00", "18 Nov 2025 09:12"),
    ],
)
def test_moments(moment, words):
    assert in_words(datetime.datetime.fromisoformat(moment), now=NOW) == words


def test_the_day_is_that_of_the_site():
    late = datetime.datetime(2026, 11, 19, 23, 30, tzinfo=datetime.UTC)
    with timezone.override(ZoneInfo("Europe/Madrid")):
        assert in_words(late, now=NOW) == "today 00:30"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "less than 1 min"),
        (60, "1 min"),
        (57 * 60, "57 min"),
        (3600, "1 h"),
        (3900, "1 h 05"),
        (5 * 3600 + 60, "5 h"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 days"),
        (-540, "9 min"),
    ],
)
def test_lengths(seconds, words):
    assert length_in_words(seconds) == words
