"""Scores of a stretch of time: few or very many, the highest is there."""

import datetime

import pytest
from django.utils import timezone

from patients.early_warning import RULE
from patients.models import VitalSigns
from patients.services import record_vital_signs
from patients.summary.scores import MOST, scores_between
from tests.complete_sets import ILL, WELL

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def record(ward, minutes, **measurements):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, confirmed=True, measurements=measurements,
        measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
    )  # fmt: skip


def scores(ward, days=1):
    now = timezone.now()
    return scores_between(ward.patient, now - days * DAY, now)


def test_few_sets_are_read_one_by_one(ward):
    record(ward, 90, **WELL)
    record(ward, 60, heart_rate_per_min=104)
    record(ward, 30, **ILL)
    found = scores(ward)
    assert [(one.low, one.high, one.is_complete) for one in found.seen] == [
        (0, 0, True), (1, 18, False), (10, 10, True),
    ]  # fmt: skip
    assert not found.is_thinned


def test_sets_outside_the_time_or_without_a_score_are_left_out(ward):
    record(ward, 60 * 24 * 2, **ILL)
    ward.patient.birth_date = timezone.localdate() - 500 * DAY
    ward.patient.save()
    record(ward, 10, **WELL)
    assert scores(ward).seen == ()


@pytest.fixture
def many(ward):
    """Make more sets than are drawn: all score 1, but one 9 and one partial set of at least 7."""
    now, count = timezone.now(), 3 * MOST

    def row(number):
        partial = number == 5
        score = None if partial else 9 if number == count // 2 else 1
        return VitalSigns(
            patient=ward.patient, recorded_by=ward.nurse, heart_rate_per_min=95, rule=RULE,
            measured_at=now - number * datetime.timedelta(minutes=1), score=score,
            score_min=7 if partial else score, score_max=12 if partial else score,
            risk="high" if partial else "low", risk_min="high" if partial else "low",
        )  # fmt: skip

    VitalSigns.objects.bulk_create([row(number) for number in range(count)])
    return count


def test_of_very_many_the_highest_is_kept(ward, many, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = scores(ward)
    assert found.is_thinned
    assert len(found.seen) <= MOST + 1
    assert max(one.high for one in found.seen if one.is_complete) == 9
    assert [(one.low, one.high) for one in found.seen if not one.is_complete] == [(7, 12)]
    assert sum(one.sets for one in found.seen) == many


def test_what_is_drawn_is_in_the_order_of_time(ward, many):
    moments = [one.at for one in scores(ward).seen]
    assert moments == sorted(moments)


def test_a_partial_set_that_may_be_nothing_is_not_drawn_beside_a_score_of_zero(ward, many):
    VitalSigns.objects.filter(score=1).update(score=0, score_min=0, score_max=0)
    VitalSigns.objects.filter(score=None).update(score_min=0)
    assert all(one.is_complete for one in scores(ward).seen)
