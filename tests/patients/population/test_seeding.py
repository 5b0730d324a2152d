"""A population is like what the services write, the same for the same seed, all or nothing."""

import collections
import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Max

from imaging.models import ImagingStudy
from patients.invariants import broken
from patients.models import Encounter, NameWord, Patient, PatientWord, VitalSigns
from patients.population import Population, seed
from patients.population.names import Names
from patients.population.people import BEDS_IN_A_WARD
from patients.population.rows import time_ordered_id
from patients.services.words import parts_for, rows_of
from tests.factories import make_patient

pytestmark = pytest.mark.django_db


def quietly(*_):
    pass


@pytest.fixture
def population():
    seed(Population(patients=300, sets=1500, device_sets=200), say=quietly)


def test_what_was_seeded_breaks_no_rule(population):
    assert Patient.objects.count() == 301
    assert VitalSigns.objects.count() == 1700
    assert broken() == []


def test_people_are_found_by_the_words_that_the_services_write(population):
    people = list(Patient.objects.all())
    expected = {
        (row.word, row.sort_name, row.patient_id) for one in people for row in rows_of(one, [one])
    }
    assert set(PatientWord.objects.values_list("word", "sort_name", "patient")) == expected
    parts = {part.word for part in parts_for(people)}
    assert parts == set(NameWord.objects.values_list("word", flat=True))


def test_everybody_is_obviously_invented(population):
    assert not Patient.objects.exclude(medical_record_number__startswith="INV").exists()


def test_indexes_are_put_back(population):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, VitalSigns._meta.db_table)
    assert {"sets_of_patient", "sets_as_monitoring_finds"} <= set(found)


def test_wards_are_full_and_everybody_there_has_a_new_set(population):
    wards = Encounter.objects.open().exclude(ward="Long stay").values("ward")
    assert [row["beds"] for row in wards.annotate(beds=Count("pk"))] == [BEDS_IN_A_WARD]
    newest = Encounter.objects.open().annotate(newest=Max("vital_signs__measured_at"))
    now = VitalSigns.objects.latest("measured_at").measured_at
    assert all(now - stay.newest < datetime.timedelta(hours=4) for stay in newest)


def test_one_patient_may_have_very_many_sets(population):
    patient = Patient.objects.get(medical_record_number="INV-DEVICE")
    assert patient.vital_signs.count() == 200


def test_some_sets_are_partial_some_without_a_score_most_complete(population):
    found = collections.Counter(VitalSigns.objects.values_list("found_as", flat=True))
    assert found["complete"] > found["not-applicable"] > 0
    assert found["partial-low"] + found["partial-zero"] > 0


def test_a_record_with_patients_is_refused():
    make_patient()
    with pytest.raises(CommandError, match="There are patients already"):
        call_command("seed_population", patients=10)


def test_what_is_interrupted_leaves_nothing_behind():
    def interrupt(what, done, count):
        if what == "sets":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(Population(patients=100, sets=500), say=interrupt)
    assert not Patient.objects.exists()
    assert not PatientWord.objects.exists()


def test_the_command_adds_studies(settings):
    call_command("seed_population", patients=40, sets=50, studies=3, verbosity=0)
    assert ImagingStudy.objects.count() == 3


@pytest.mark.parametrize("numbers", [{"patients": 0}, {"sets": -1}, {"studies": -1}])
def test_numbers_that_make_no_population_are_refused(numbers):
    with pytest.raises(CommandError, match="at least one patient"):
        call_command("seed_population", **{"patients": 10} | numbers)


def test_names_are_few_and_frequent_or_many_and_rare():
    names = Names(seed=1)
    drawn = collections.Counter(names.draw()[0].split()[0] for _ in range(20_000))
    (_, often), *_ = drawn.most_common(1)
    assert 0.02 < often / 20_000 < 0.04
    assert sum(count == 1 for count in drawn.values()) > 2000


def test_the_same_seed_draws_the_same_names():
    first, second = Names(seed=7), Names(seed=7)
    assert [first.draw() for _ in range(50)] == [second.draw() for _ in range(50)]


def test_ids_are_of_version_7_and_in_the_order_of_time():
    ids = [time_ordered_id(1_700_000_000 + second, second) for second in range(100)]
    assert ids == sorted(set(ids))
    assert all(one[12] == "7" and one[16] in "89ab" and len(one) == 32 for one in ids)
