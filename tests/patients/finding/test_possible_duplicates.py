"""Who at a site may be the same person."""

import datetime

import pytest

from patients.finding.possible_duplicates import MOST_SHOWN, possible_duplicates
from patients.models import Patient
from tests.factories import make_patient, make_site


def entered(site, family_name="Iturbe", given_names="Marisol", born="1962-02-03"):
    day = datetime.date.fromisoformat(born) if born else None
    return Patient(
        site=site, family_name=family_name, given_names=given_names, birth_date=day, sex="female"
    )


@pytest.fixture
def site(db):
    return make_site()


def on_record(site, family_name, given_names, born="1962-02-03", **fields):
    day = datetime.date.fromisoformat(born) if born else None
    return make_patient(
        site, family_name=family_name, given_names=given_names, birth_date=day, **fields
    )


def found(person):
    return [(one.patient, one.likeness.level) for one in possible_duplicates(person)]


@pytest.mark.parametrize(
    ("names", "born", "level"),
    [
        (("Iturbe", "Marisol"), "1962-02-03", "very-likely"),
        (("Marisol", "Iturbe"), "1962-02-03", "very-likely"),
        (("Yturbe", "Marisol"), "1962-02-03", "very-likely"),
        (("Iturbe", "Marisol"), "1962-03-02", "likely"),
        (("Iturbe", "Marisol"), "1972-02-03", "likely"),
        (("Iturbe", "Marisol"), "1962-02-13", "likely"),
        (("Iturbe", "Marisol"), "1962-12-03", "likely"),
        (("Iturbe", "Marisol"), None, "possible"),
    ],
)
def test_a_record_that_looks_alike_is_found(site, names, born, level):
    other = on_record(site, *names, born=born)
    on_record(site, "Solheim", "Ingrid")
    assert found(entered(site)) == [(other, level)]


def test_who_is_entered_without_a_birth_date_is_found_by_the_name(site):
    other = on_record(site, "Iturbe", "Marisol", born="1980-01-01")
    assert found(entered(site, born=None)) == [(other, "possible")]


def test_a_child_of_every_birthday_of_the_year_can_be_asked_about(site):
    for born in ("2024-02-29", "1962-12-31", "1962-01-12"):
        assert found(entered(site, born=born)) == []


def test_records_of_other_sites_merged_ones_and_itself_are_not_found(site):
    one = on_record(site, "Iturbe", "Marisol")
    on_record(make_site(), "Iturbe", "Marisol")
    on_record(site, "Iturbe", "Marisol", merged_into=one)
    assert found(one) == []


def test_the_likeliest_come_first_and_only_a_few(site):
    for number in range(MOST_SHOWN + 2):
        on_record(site, "Iturbe", f"Other{number}")
    same = on_record(site, "Iturbe", "Marisol")
    answer = found(entered(site))
    assert answer[0] == (same, "very-likely")
    assert len(answer) == MOST_SHOWN


def test_it_takes_the_same_queries_among_many(site, django_assert_num_queries):
    on_record(site, "Iturbe", "Marisol")
    with django_assert_num_queries(3):
        found(entered(site))
    for _ in range(20):
        on_record(site, "Iturbe", "Marisol")
    with django_assert_num_queries(3):
        found(entered(site))
