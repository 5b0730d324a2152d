"""A population is the same for the same seed, all of it or nothing."""

import collections

import pytest
from django.core.management import CommandError, call_command

from imaging.models import ImagingStudy
from patients.models import Patient, PatientWord
from patients.population import Population, seed
from patients.population.names import Names
from patients.population.rows import time_ordered_id
from tests.factories import make_patient

pytestmark = pytest.mark.django_db


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
