"""Fill an empty record with invented people: all of them or none, in bounded memory."""

import contextlib
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict
from aicare.models import Site, User
from patients.models import (
    Allergy,
    Condition,
    Encounter,
    Medication,
    NameWord,
    Patient,
    PatientWord,
    VitalSigns,
)
from patients.population.people import Crowd, People
from patients.population.rows import Table, bare, settle
from patients.population.sets import Sets
from patients.services import register_patient, start_encounter

TABLES = (
    Patient, PatientWord, NameWord, Encounter, VitalSigns, Condition, Allergy, Medication,
)  # fmt: skip
PEOPLE_AT_ONCE = 20_000
ROWS_AT_ONCE = 100_000
SITE = {"name": "Invented Population Hospital", "country": "ES", "time_zone": "Europe/Madrid",
        "emergency_phone": "2222"}  # fmt: skip
AUTHOR = "invented-population"
DEVICE_WARD, DEVICE_STEP = "Long stay", datetime.timedelta(minutes=10)
DEVICE_NUMBER = "INV-DEVICE"
DEVICE_PATIENT = {
    "family_name": "Invented",
    "given_names": "Device",
    "birth_date": datetime.date(1960, 1, 1),
    "sex": "female",
}


@dataclass(frozen=True)
class Population:
    """How many people and sets of them; ``device_sets`` are those of one more patient."""

    patients: int
    sets: int
    device_sets: int = 0
    seed: int = 1


def seed(population: Population, *, say: Callable[[str, int, int], object]) -> Site:
    """Store the population and return its site; ``say`` hears what was stored, and of how many.

    Raises Conflict where there is a patient already: a real record is never mixed with invented
    people, and what was interrupted left nothing behind.
    """
    if Patient.objects.exists():
        raise Conflict(_("There are patients already. A population goes into an empty record."))
    with _without_foreign_keys(), transaction.atomic():
        crowd = crowd_of(population)
        with bare(*TABLES):
            _write_people(crowd, say)
            rows = Sets(crowd).rows(population.sets)
            _write(Sets.table, rows, "sets", population.sets, say)
            say("indexes", 0, 1)
        if population.device_sets:
            add_device_patient(crowd, sets=population.device_sets)
        detail = f"{population.patients} patients, {population.sets} sets"
        record_access(user=None, action="population.seeded", detail=detail)
    say("indexes", 1, 1)
    settle(*TABLES)
    return Site.objects.get(pk=crowd.site)


def crowd_of(population: Population) -> Crowd:
    """Return what all rows follow from; the site and the author are made if need be."""
    site = Site.objects.first() or Site.objects.create(**SITE)
    author = User.objects.filter(username=AUTHOR).first()
    if author is None:
        author = User(username=AUTHOR, last_name="Invented population", is_active=False)
        author.set_unusable_password()
        author.save()
    return Crowd(population.patients, population.seed, timezone.now(), site.pk, author.pk)


def _write_people(crowd: Crowd, say) -> None:
    people = People(crowd)
    for start in range(0, crowd.count, PEOPLE_AT_ONCE):
        numbers = range(start, min(start + PEOPLE_AT_ONCE, crowd.count))
        drawn = [(number, people.draw(number)) for number in numbers]
        people.patients.write(people.patient_row(*one) for one in drawn)
        people.words.write(row for one in drawn for row in people.word_rows(*one))
        say("patients", numbers.stop, crowd.count)
    people.parts.write(people.part_rows())
    people.stays.write(people.stay_rows())
    for table, rows in people.facts():
        table.write(rows)


def _write(table: Table, rows: Iterator, what: str, count: int, say) -> None:
    for done in range(0, count, ROWS_AT_ONCE):
        table.write(islice(rows, ROWS_AT_ONCE))
        say(what, min(done + ROWS_AT_ONCE, count), count)


def add_device_patient(crowd: Crowd, *, sets: int, record_number: str = DEVICE_NUMBER) -> Patient:
    """Admit one more patient about whom a device sends a set every ten minutes."""
    author = User.objects.get(pk=crowd.author)
    patient = register_patient(
        site=Site.objects.get(pk=crowd.site),
        registered_by=author,
        medical_record_number=record_number,
        **DEVICE_PATIENT,
    )
    stay = start_encounter(
        patient=patient,
        started_by=author,
        ward=DEVICE_WARD,
        started_at=crowd.now - (sets + 1) * DEVICE_STEP,
    )
    step = int(DEVICE_STEP.total_seconds())
    Sets.table.write(Sets(crowd).of_device(patient.pk.hex, stay.pk.hex, sets, step))
    return patient


@contextlib.contextmanager
def _without_foreign_keys() -> Iterator[None]:
    """SQLite looks foreign keys up row by row, and can only be told before a transaction."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.disable_constraint_checking()
    try:
        yield
    finally:
        connection.enable_constraint_checking()
