"""However many sets there are, few rows are read, and they say what all sets say."""

import datetime
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.early_warning import breathes_oxygen
from patients.models import VitalSigns
from patients.trends.reading import COLUMNS, OXYGEN, RECENT, Grid, read
from tests.patients.trends.thinning_rule import thin

START = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)
MANY = 3_000


def make_sets(patient, count, *, seconds=600, seed=1):
    """Store sets as a monitor would send them, some of them without this or that."""
    chance = random.Random(seed)
    author = patient.site.users.first()
    rows = []
    for number in range(count):
        score = chance.choice([None, *range(13)])
        rows.append(VitalSigns(
            patient=patient, recorded_by=author,
            measured_at=START + datetime.timedelta(seconds=seconds * number, microseconds=number),
            heart_rate_per_min=chance.choice([None, *range(40, 150)]),
            temperature_celsius=chance.choice([None, "36.8", "38.4", "40.1"]),
            oxygen_saturation_percent=chance.randint(85, 100),
            on_supplemental_oxygen=chance.choice([None, True, False]),
            oxygen_flow_l_per_min=chance.choice([None, 0, 2]),
            fio2_percent=chance.choice([None, 21, 40]),
            consciousness=chance.choice(["", "alert", "voice"]),
            score=score, score_min=score if score is not None else 2,
            score_max=score if score is not None else 15,
            risk=chance.choice(["low", "not-applicable"]), risk_min="low", rule="NEWS2-2017",
            saturation_scale=chance.choice([1, 2]),
        ))  # fmt: skip
    VitalSigns.objects.bulk_create(rows)


def all_of(ward):
    return VitalSigns.objects.final().filter(patient=ward.patient)


def read_all(ward, **options):
    return read(all_of(ward), START, START + datetime.timedelta(days=60), **options)


def test_few_sets_are_read_one_by_one_in_two_queries(ward, django_assert_num_queries):
    make_sets(ward.patient, COLUMNS)
    with django_assert_num_queries(2):
        reading = read_all(ward)
    assert not reading.is_thinned
    assert len(reading.columns) == COLUMNS == reading.sets
    assert reading.recent == reading.columns


def test_many_sets_cost_three_queries_and_few_rows(ward):
    make_sets(ward.patient, MANY)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        reading = read_all(ward)
    assert len(captured) == 3
    with connection.cursor() as cursor:
        fetched = []
        for query in captured:
            cursor.execute(query["sql"])
            fetched.append(len(cursor.fetchall()))
    assert max(fetched) <= COLUMNS
    assert reading.is_thinned
    assert reading.sets == MANY
    assert len(reading.recent) == RECENT


def test_the_database_thins_exactly_as_the_rule_says(ward):
    make_sets(ward.patient, MANY)
    everything = read_all(ward, most=MANY)
    assert len(everything.columns) == MANY
    end = START + datetime.timedelta(days=60)
    for most in (7, 100, 240):
        expected = thin(everything.columns, Grid.over(START, end, most))
        assert list(read_all(ward, most=most).columns) == expected


def test_breathing_oxygen_is_read_as_the_score_reads_it(ward):
    make_sets(ward.patient, 200)
    for row, column in zip(
        all_of(ward).order_by("measured_at"), read_all(ward).columns, strict=True
    ):
        span = column.spans.get(OXYGEN)
        assert breathes_oxygen(row.measurements) == (bool(span.high) if span else None)


def test_sets_in_error_are_left_out(ward):
    make_sets(ward.patient, 3)
    VitalSigns.objects.filter(measured_at=START).update(status="entered-in-error")
    assert read_all(ward).sets == 2


@pytest.mark.parametrize(("first", "last", "expected"), [(0, 2, 3), (1, 1, 1), (3, 9, 0)])
def test_the_ends_belong_to_the_time_that_is_read(ward, first, last, expected):
    make_sets(ward.patient, 3, seconds=3600)
    hour = datetime.timedelta(hours=1)
    end = START + last * hour + datetime.timedelta(seconds=1)
    assert read(all_of(ward), START + first * hour, end).sets == expected


def test_partial_sets_keep_the_range_and_the_worst_that_is_certain(ward):
    make_sets(ward.patient, 30, seconds=10)
    VitalSigns.objects.update(score=None, score_min=0, score_max=17)
    VitalSigns.objects.filter(measured_at__gt=START + datetime.timedelta(seconds=200)).update(
        score_min=7, score_max=15
    )
    (column,) = read(all_of(ward), START, START + datetime.timedelta(hours=1), most=1).columns
    assert (column.spans["partial"].low, column.spans["partial"].high) == (0, 17)
    assert column.spans["at_least"].high == 7
    assert "score" not in column.spans
