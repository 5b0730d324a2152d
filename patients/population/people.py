"""Invented people: who they are, the words they are found by, their stays and facts."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from patients.early_warning import AGE_UNKNOWN, UNDER_16
from patients.finding.words import name_words, parts_of, sort_name, words_to_find
from patients.models import (
    Allergy,
    Condition,
    Encounter,
    Medication,
    NameWord,
    Patient,
    PatientWord,
)
from patients.population.names import Names
from patients.population.rows import Table, encoded, moment_text, plain, time_ordered_id

BEDS_IN_A_WARD = 30
ADMITTED = 0.0005
STAY = datetime.timedelta(days=3)
EARLIER_STAY = datetime.timedelta(days=4 * 365)
REGISTERED_WITHIN = datetime.timedelta(days=3 * 365)
# Sets go back three years: whoever has one was born before, and is a child or an adult throughout.
BORN_BEFORE = datetime.timedelta(days=3 * 365 + 30)
YEAR = 365.25
ADULT = ""
ADDRESS = "1 Nowhere Street, Invented Town"
EVERY = {"earlier_stay": 10, "condition": 5, "allergy": 8, "medication": 5}
CONDITIONS = ("COPD", "Type 2 diabetes", "Heart failure", "Asthma", "Hypertension")
ALLERGIES = ("Penicillin", "Latex", "Peanut", "Contrast medium")
MEDICATIONS = ("Metformin 500 mg", "Ramipril 5 mg", "Salbutamol inhaler", "Aspirin 100 mg")


@dataclass(frozen=True)
class Crowd:
    """How many people there are, where, since when: what all of them follow from."""

    count: int
    seed: int
    now: datetime.datetime
    site: UUID
    author: UUID

    @property
    def admitted(self) -> int:
        """How many are on a ward; wards are full."""
        wards = max(1, round(self.count * ADMITTED / BEDS_IN_A_WARD))
        return min(self.count, wards * BEDS_IN_A_WARD)

    @property
    def admitted_numbers(self) -> range:
        """The people on the wards, spread over all who are registered."""
        step = self.count // self.admitted
        return range(0, self.admitted * step, step)

    def id_of(self, number: int) -> str:
        """Return the id of the patient with this number, in the order of their registration."""
        return time_ordered_id(self.registered_at(number), number)

    def registered_at(self, number: int) -> float:
        began = (self.now - REGISTERED_WITHIN - STAY).timestamp()
        return began + REGISTERED_WITHIN.total_seconds() * number / self.count

    def stay_of(self, number: int) -> str:
        """Return the id of the stay of somebody on a ward."""
        return time_ordered_id((self.now - STAY).timestamp(), number)

    def kind_of(self, number: int) -> str:
        """Tell whether a score applies to the patient: adult, child, or of unknown age."""
        if number % 50 == 49:
            return AGE_UNKNOWN
        return UNDER_16 if number % 8 == 3 else ADULT


@dataclass(frozen=True)
class Person:
    """What a search looks at, as ``patients.finding.words`` reads it from a patient."""

    medical_record_number: str
    family_name: str
    given_names: str
    birth_date: datetime.date | None


class People:
    """Rows of a crowd."""

    patients = Table(
        Patient, "id", "created_at", "medical_record_number", "family_name", "given_names",
        "birth_date", "sex", "phone",
    )  # fmt: skip
    words = Table(PatientWord, "word", "sort_name", "patient")
    parts = Table(NameWord, "word")
    stays = Table(
        Encounter, "id", "created_at", "patient", "encounter_class", "ward", "bed", "started_at",
        "ended_at",
    )  # fmt: skip

    def __init__(self, crowd: Crowd):
        self.crowd, self.names = crowd, Names(crowd.seed)
        self._of_patients = self.patients.tail(
            Patient(site_id=crowd.site, created_by_id=crowd.author, address=ADDRESS)
        )
        self._of_words = self.words.tail(PatientWord(site_id=crowd.site))

    def draw(self, number: int) -> Person:
        family, given = self.names.draw()
        return Person(f"INV{number:07}", family, given, self._birth_date(number))

    def patient_row(self, number: int, person: Person):
        return encoded([
            self.crowd.id_of(number), moment_text(self.crowd.registered_at(number)),
            person.medical_record_number, person.family_name, person.given_names,
            plain(person.birth_date), ("female", "male")[number & 1], f"555 {number:07}",
        ]) + self._of_patients  # fmt: skip

    def word_rows(self, number: int, person: Person) -> Iterator:
        """Yield the words by which a person is found."""
        pk, line = self.crowd.id_of(number), sort_name(person)
        for word in words_to_find(person):
            yield encoded([word, line, pk]) + self._of_words

    def part_rows(self) -> Iterator:
        """Yield the parts of all names that were drawn so far."""
        shared = self.parts.tail(NameWord(site_id=self.crowd.site))
        words = {
            word for name in self.names.drawn for word in name_words(Person("", name, "", None))
        }
        for part in sorted({part for word in words for part in parts_of(word)}):
            yield encoded([part]) + shared

    def _birth_date(self, number: int) -> datetime.date | None:
        kind = self.crowd.kind_of(number)
        if kind == AGE_UNKNOWN:
            return None
        years = (0, 10) if kind == UNDER_16 else (20, 97)
        days = self.names.random.uniform(*(year * YEAR for year in years))
        return (self.crowd.now - BORN_BEFORE - datetime.timedelta(days=days)).date()

    def stay_rows(self) -> Iterator:
        """Yield closed stays of long ago, and the open ones of today."""
        crowd, shared = self.crowd, self.stays.tail(Encounter(created_by_id=self.crowd.author))
        began = (crowd.now - EARLIER_STAY).timestamp()
        for number in range(0, crowd.count, EVERY["earlier_stay"]):
            at = began + number * 10
            yield encoded([
                time_ordered_id(at, number), moment_text(at), crowd.id_of(number), "inpatient",
                "Old ward", str(number % BEDS_IN_A_WARD), moment_text(at), moment_text(at + 86400),
            ]) + shared  # fmt: skip
        at = moment_text((crowd.now - STAY).timestamp())
        for place, number in enumerate(crowd.admitted_numbers):
            ward, bed = divmod(place, BEDS_IN_A_WARD)
            yield encoded([
                crowd.stay_of(number), at, crowd.id_of(number), "inpatient", ward_name(ward),
                str(bed + 1), at, None,
            ]) + shared  # fmt: skip

    def fact_rows(self, table: Table, fact, displays: tuple[str, ...], every: int) -> Iterator:
        """Yield facts for every so many people, and for all who are on a ward."""
        at, shared = moment_text(self.crowd.now.timestamp()), table.tail(fact)
        numbers = {*range(0, self.crowd.count, every), *self.crowd.admitted_numbers}
        for number in sorted(numbers):
            yield encoded([
                time_ordered_id(self.crowd.registered_at(number), number + every), at,
                self.crowd.id_of(number), displays[number % len(displays)],
            ]) + shared  # fmt: skip

    def facts(self) -> Iterator[tuple[Table, Iterator]]:
        """Yield each kind of fact: its table and its rows."""
        author = self.crowd.author
        for model, displays, kind in (
            (Condition, CONDITIONS, "condition"),
            (Allergy, ALLERGIES, "allergy"),
            (Medication, MEDICATIONS, "medication"),
        ):
            table = Table(model, "id", "created_at", "patient", "display")
            fact = model(created_by_id=author)
            yield table, self.fact_rows(table, fact, displays, EVERY[kind])


def ward_name(number: int) -> str:
    return f"Ward {number + 1:02}"
