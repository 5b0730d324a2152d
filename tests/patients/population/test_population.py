"""A population is like what the services write."""

import collections
import datetime

import pytest
from django.db import connection, transaction
from django.db.models import Count, Max

from patients.invariants import broken
from patients.models import Encounter, NameWord, Patient, PatientWord, VitalSigns
from patients.population import Population, seed
from patients.population.people import BEDS_IN_A_WARD
from patients.services.words import parts_for, rows_of

pytestmark = pytest.mark.usefixtures("population")


@pytest.fixture(scope="module")
def _seeded(django_db_setup, django_db_blocker):
    """One population for all that only look at it; it goes with the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed(Population(patients=300, sets=1500, device_sets=200), say=lambda *_: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def population(_seeded, db):
    """The tests' own database access, inside of which the population is there."""


def test_what_was_seeded_breaks_no_rule():
    assert Patient.objects.count() == 301
    assert VitalSigns.objects.count() == 1700
    assert broken() == []


def test_people_are_found_by_the_words_that_the_services_write():
    people = list(Patient.objects.all())
    expected = {
        (row.word, row.sort_name, row.patient_id) for one in people for row in rows_of(one, [one])
    }
    assert set(PatientWord.objects.values_list("word", "sort_name", "patient")) == expected
    parts = {part.word for part in parts_for(people)}
    assert parts == set(NameWord.objects.values_list("word", flat=True))


def test_everybody_is_obviously_invented():
    assert not Patient.objects.exclude(medical_record_number__startswith="INV").exists()


def test_indexes_are_put_back():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, VitalSigns._meta.db_table)
    assert {"sets_of_patient", "sets_as_monitoring_finds"} <= set(found)


def test_wards_are_full_and_everybody_there_has_a_new_set():
    wards = Encounter.objects.open().exclude(ward="Long stay").values("ward")
    assert [row["beds"] for row in wards.annotate(beds=Count("pk"))] == [BEDS_IN_A_WARD]
    newest = Encounter.objects.open().annotate(newest=Max("vital_signs__measured_at"))
    now = VitalSigns.objects.latest("measured_at").measured_at
    assert all(now - stay.newest < datetime.timedelta(hours=4) for stay in newest)


def test_one_patient_may_have_very_many_sets():
    patient = Patient.objects.get(medical_record_number="INV-DEVICE")
    assert patient.vital_signs.count() == 200


def test_some_sets_are_partial_some_without_a_score_most_complete():
    found = collections.Counter(VitalSigns.objects.values_list("found_as", flat=True))
    assert found["complete"] > found["not-applicable"] > 0
    assert found["partial-low"] + found["partial-zero"] > 0
