"""What lies behind very many partial sets is found in one query, and not sought without need."""

import datetime

import pytest
from django.utils import timezone

from patients.newest_values import sets_behind
from patients.services import record_vital_signs

pytestmark = pytest.mark.django_db


@pytest.fixture
def sets(ward):
    def record(days, **measured):
        return record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse, measurements=measured,
            measured_at=timezone.now() - datetime.timedelta(days=days),
        )  # fmt: skip

    return record


def newest(ward, read):
    return list(ward.patient.vital_signs.final().newest_first()[:read])


def test_the_newest_set_with_each_value_is_found_in_one_query(
    ward, sets, django_assert_num_queries
):
    sets(6, consciousness="alert", temperature_celsius="37.0")
    warm = sets(5, temperature_celsius="38.0")
    awake = sets(4, consciousness="voice")
    known = [sets(1, heart_rate_per_min=80), sets(2, heart_rate_per_min=82)]
    with django_assert_num_queries(1):
        assert sets_behind(ward.patient, known, read=2) == [awake, warm]


def test_nothing_is_sought_where_every_set_was_read(ward, sets, django_assert_num_queries):
    sets(1, heart_rate_per_min=80)
    known = newest(ward, 50)
    with django_assert_num_queries(0):
        assert sets_behind(ward.patient, known, read=50) == []


def test_what_is_older_than_a_week_or_in_error_is_not_given_as_known(ward, sets):
    sets(9, temperature_celsius="38.0")
    wrong = sets(4, temperature_celsius="41.0")
    type(wrong).objects.filter(pk=wrong.pk).update(status="entered-in-error")
    sets(1, heart_rate_per_min=80)
    assert sets_behind(ward.patient, newest(ward, 1), read=1) == []
