"""Whose records a user sees: own sites, and what break-glass opens for a while."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from imaging.models import ImagingStudy
from patients.models import BreakGlassGrant, Encounter, Patient
from tests.factories import make_encounter, make_patient, make_study

pytestmark = pytest.mark.django_db


def grant(user, patient, *, minutes=60, begun=0, **fields):
    start = timezone.now() - datetime.timedelta(minutes=begun)
    return BreakGlassGrant.objects.create(
        user=user,
        patient=patient,
        reason="Unconscious in the corridor",
        granted_at=start,
        expires_at=start + datetime.timedelta(minutes=minutes),
        **fields,
    )


def test_a_record_of_another_site_opens_with_a_grant_and_only_that_one(ward):
    other = make_patient(ward.site)
    grant(ward.stranger, ward.patient)
    seen = Patient.objects.visible_to(ward.stranger)
    assert ward.patient in seen
    assert other not in seen


def test_what_lies_below_the_record_opens_with_it(ward):
    stay, study = make_encounter(ward.patient), make_study(ward.patient)
    assert not Encounter.objects.visible_to(ward.stranger).exists()
    grant(ward.stranger, ward.patient)
    assert Encounter.objects.visible_to(ward.stranger).get() == stay
    assert ImagingStudy.objects.visible_to(ward.stranger).get() == study


def test_lists_do_not_show_what_break_glass_opened(ward):
    make_encounter(ward.patient)
    grant(ward.stranger, ward.patient)
    assert not Patient.objects.of_own_sites(ward.stranger).exists()
    assert not Encounter.objects.of_own_sites(ward.stranger).exists()


@pytest.mark.parametrize("given_back", [True, False])
def test_a_grant_that_ended_opens_nothing(ward, given_back):
    if given_back:
        grant(ward.stranger, ward.patient, ended_at=timezone.now())
    else:
        grant(ward.stranger, ward.patient, minutes=30, begun=31)
    assert not Patient.objects.visible_to(ward.stranger).filter(pk=ward.patient.pk).exists()


def test_a_grant_of_one_user_opens_nothing_for_another(ward):
    grant(ward.nurse, ward.patient)
    assert ward.patient not in Patient.objects.visible_to(ward.stranger)


def test_a_grant_gives_no_role(ward):
    ward.stranger.groups.clear()
    grant(ward.stranger, ward.patient)
    assert not Patient.objects.visible_to(ward.stranger).exists()


@pytest.mark.parametrize("wrong", [{"minutes": 61}, {"minutes": 0}])
def test_the_database_refuses_a_grant_that_is_too_long_or_none(ward, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        grant(ward.stranger, ward.patient, **wrong)
