"""Leave to open a record of another site: who gets it, why, for how long, and who looks at it."""

import datetime

import pytest
from django.utils import timezone

from aicare.errors import Conflict, NotAllowed
from aicare.models import AuditEvent
from patients.break_glass.search import (
    AT_MOST,
    SEARCHED,
    SEARCHES,
    Sought,
    TooManySearches,
    find_anywhere,
)
from patients.models import BreakGlassGrant, Patient
from patients.services.break_glass import (
    ReasonRequired,
    break_the_glass,
    close_the_glass,
    judge_opening,
)
from tests.factories import make_patient, make_site, make_user

pytestmark = pytest.mark.django_db
REASON = "Unconscious in the corridor"


def opened(ward, *, by=None, reason=REASON):
    return break_the_glass(user=by or ward.stranger, patient=ward.patient, reason=reason)


def test_a_grant_lasts_an_hour_and_is_on_record(ward):
    grant = opened(ward)
    assert grant.expires_at - grant.granted_at == datetime.timedelta(minutes=60)
    event = AuditEvent.objects.get(action="break-glass.granted")
    assert (event.user, event.patient_id, event.object_id) == (
        ward.stranger, ward.patient.pk, grant.pk,
    )  # fmt: skip
    assert event.detail == f"break-glass {grant.pk}"


@pytest.mark.parametrize("reason", ["", "  ", "urgent", "x" * 9, "a  b     c  d"])
def test_a_reason_of_ten_characters_is_needed(ward, reason):
    with pytest.raises(ReasonRequired) as refused:
        opened(ward, reason=reason)
    assert (refused.value.http_status, refused.value.problems[0].code) == (422, "reason_required")
    assert not BreakGlassGrant.objects.exists()


@pytest.mark.parametrize("role", ["nurse", "clinician", "radiologist"])
def test_whoever_is_at_the_bedside_may_open(ward, role):
    assert opened(ward, by=make_user(role, site=make_site())).is_running


@pytest.mark.parametrize("role", ["integrator", "model manager", "administrator", None])
def test_others_may_not(ward, role):
    with pytest.raises(NotAllowed):
        opened(ward, by=make_user(role, site=make_site()))


def test_an_own_patient_needs_no_grant(ward):
    with pytest.raises(Conflict) as refused:
        opened(ward, by=ward.nurse)
    assert refused.value.problems[0].code == "own_patient"


def test_a_second_grant_while_one_runs_is_the_running_one(ward):
    assert opened(ward) == opened(ward, reason="Still unconscious in the corridor")
    assert BreakGlassGrant.objects.count() == 1


def test_after_its_end_a_new_one_is_given(ward):
    first = opened(ward)
    hour_ago = timezone.now() - datetime.timedelta(minutes=61)
    BreakGlassGrant.objects.update(
        granted_at=hour_ago, expires_at=hour_ago + datetime.timedelta(minutes=60)
    )
    assert opened(ward) != first


def test_closing_ends_it_at_once_and_closing_twice_changes_nothing(ward):
    grant = opened(ward)
    closed = close_the_glass(grant=grant, closed_by=ward.stranger)
    assert not closed.is_running
    again = close_the_glass(grant=grant, closed_by=ward.stranger)
    assert again.ended_at == closed.ended_at
    assert AuditEvent.objects.filter(action="break-glass.closed").count() == 1


def test_nobody_closes_for_another(ward):
    with pytest.raises(NotAllowed):
        close_the_glass(grant=opened(ward), closed_by=ward.nurse)


def test_an_administrator_looks_at_it_once_and_says_what_they_found(ward):
    grant, administrator = opened(ward), make_user("administrator")
    judged = judge_opening(grant=grant, looked_at_by=administrator, verdict=" Justified. ")
    assert (judged.verdict, judged.looked_at_by) == ("Justified.", administrator)
    with pytest.raises(Conflict):
        judge_opening(grant=grant, looked_at_by=make_user("administrator"), verdict="Not so.")
    assert BreakGlassGrant.objects.get().verdict == "Justified."


def test_nobody_looks_at_their_own(ward):
    both = make_user("clinician", site=make_site())
    both.groups.add(*make_user("administrator").groups.all())
    with pytest.raises(NotAllowed):
        judge_opening(grant=opened(ward, by=both), looked_at_by=both, verdict="All is well.")


def test_a_verdict_says_something(ward):
    with pytest.raises(ReasonRequired):
        judge_opening(grant=opened(ward), looked_at_by=make_user("administrator"), verdict=" ")


# --- the search ----------------------------------------------------------------------------------
def found(ward, **known):
    return find_anywhere(user=ward.stranger, sought=Sought(**known))


@pytest.fixture
def marisol(ward):
    return make_patient(
        ward.site, family_name="Iturbe-Núñez", given_names="Marisol Ana",
        birth_date=datetime.date(1962, 2, 3), medical_record_number="300417",
    )  # fmt: skip


BORN = datetime.date(1962, 2, 3)


@pytest.mark.parametrize(
    "known",
    [
        {"medical_record_number": "300417"},
        {"family_name": "Iturbe-Núñez", "given_names": "Marisol Ana", "birth_date": BORN},
        {"family_name": "iturbe nunez", "given_names": "marisol", "birth_date": BORN},
    ],
)
def test_a_person_is_found_by_the_number_or_by_name_and_birth_date(ward, marisol, known):
    assert found(ward, **known) == [marisol]


@pytest.mark.parametrize(
    "known",
    [
        {"medical_record_number": "30041"},
        {"medical_record_number": "%"},
        {"family_name": "Iturbe", "given_names": "Marisol", "birth_date": BORN},
        {"family_name": "Iturbe-Núñez", "given_names": "Mar", "birth_date": BORN},
        {"family_name": "Iturbe-Núñez", "given_names": "-", "birth_date": BORN},
        {
            "family_name": "Iturbe-Núñez",
            "given_names": "Marisol",
            "birth_date": datetime.date(1962, 2, 4),
        },
    ],
)
def test_nobody_is_found_by_a_part(ward, marisol, known):
    assert found(ward, **known) == []


@pytest.mark.parametrize(
    "known", [{}, {"family_name": "Iturbe-Núñez", "given_names": "Marisol"}, {"birth_date": BORN}]
)
def test_too_little_known_is_refused_and_not_searched(ward, marisol, known):
    with pytest.raises(Exception, match="Give the record number"):
        found(ward, **known)
    assert not AuditEvent.objects.filter(action=SEARCHED).exists()


def test_a_merged_record_leads_to_the_one_that_stands(ward, marisol):
    stands = make_patient(ward.site)
    Patient.objects.filter(pk=marisol.pk).update(merged_into=stands)
    assert found(ward, medical_record_number="300417") == [stands]


def test_more_than_a_handful_are_none(ward):
    for _ in range(AT_MOST + 1):
        make_patient(make_site(), medical_record_number="1")
    assert found(ward, medical_record_number="1") == []


def test_a_search_is_on_record_with_whom_it_showed(ward, marisol):
    found(ward, medical_record_number="300417")
    event = AuditEvent.objects.get(action=SEARCHED)
    assert (event.user, event.patient_ids) == (ward.stranger, [str(marisol.pk)])


def test_who_tries_one_number_after_the_other_is_stopped(ward, marisol):
    for number in range(SEARCHES):
        found(ward, medical_record_number=str(number))
    with pytest.raises(TooManySearches) as refused:
        found(ward, medical_record_number="300417")
    assert (refused.value.http_status, refused.value.retry_after_seconds) == (429, 600)
    assert find_anywhere(user=ward.nurse, sought=Sought("300417")) == [marisol]


def test_the_number_of_queries_does_not_grow(ward, marisol, django_assert_num_queries):
    for _ in range(3):
        make_patient(make_site(), birth_date=BORN)
    # Three of them are a savepoint and the lock of whoever searches.
    with django_assert_num_queries(7):
        found(ward, family_name="Iturbe-Núñez", given_names="Marisol", birth_date=BORN)
