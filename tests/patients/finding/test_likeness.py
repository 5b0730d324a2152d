"""How much two entries look like one person."""

import datetime
from types import SimpleNamespace

import pytest

from patients.finding.likeness import distance, likeness


def person(name, born="1962-02-03", sex="female"):
    family_name, _, given_names = name.partition(", ")
    day = datetime.date.fromisoformat(born) if born else None
    return SimpleNamespace(
        family_name=family_name, given_names=given_names, birth_date=day, sex=sex
    )


ITURBE = person("Iturbe, Marisol")


@pytest.mark.parametrize(
    ("other", "level", "because"),
    [
        (person("Iturbe, Marisol"), "very-likely", "names_same birth_date_same"),
        (person("ITÚRBE, marisol"), "very-likely", "names_same birth_date_same"),
        (person("Marisol, Iturbe"), "very-likely", "names_same birth_date_same"),
        (person("Iturbe, Mari Sol"), "very-likely", "names_same birth_date_same"),
        (person("Iturve, Marisol"), "very-likely", "names_similar birth_date_same"),
        (person("Iturbe, Marsiol"), "very-likely", "names_similar birth_date_same"),
        (person("Iturbe, M."), "very-likely", "names_similar birth_date_same"),
        (person("Iturbe Ruiz, Marisol"), "very-likely", "names_similar birth_date_same"),
        (person("Iturbe, Marisol", sex="unknown"), "very-likely", "names_same birth_date_same"),
        (person("Iturbe, Marisol", "1962-03-02"), "likely", "names_same birth_date_swapped"),
        (person("Iturbe, Marisol", "1926-02-03"), None, ""),
        (person("Iturbe, Marisol", "1962-02-08"), "likely", "names_same birth_date_one_digit"),
        (person("Iturve, Marisol", "1962-03-02"), "possible", "names_similar birth_date_swapped"),
        (person("Iturbe, Marisol", None), "possible", "names_same birth_date_unknown"),
        (person("Ruiz, Marisol"), "possible", "names_partly birth_date_same"),
        (person("Iturbe, Ingrid"), "possible", "names_partly birth_date_same"),
        (person("Iturbe, Marisol", sex="male"), "likely", "names_same birth_date_same sex_differs"),
        (
            person("Iturbe, Marisol", "1962-03-02", sex="male"),
            "possible",
            "names_same birth_date_swapped sex_differs",
        ),
        (person("Ruiz, Marisol", sex="male"), None, ""),
        (person("Marisol, Ruiz"), None, ""),
        (person("Iturbe Ruiz, Ana"), None, ""),
        (person("Marisol"), None, ""),
        (person("Iturve, Marisol", None), None, ""),
        (person("Iturbe, Marisol", "1970-12-24"), None, ""),
        (person("Solheim, Ingrid"), None, ""),
        (person("I, M"), "very-likely", "names_similar birth_date_same"),
        (person("Ruiz, M"), None, ""),
    ],
)
def test_likeness(other, level, because):
    found = likeness(ITURBE, other)
    assert (found and found.level) == level
    assert found is None or " ".join(found.because) == because
    back = likeness(other, ITURBE)
    assert (back and back.level) == level


def test_short_names_do_not_differ_by_a_slip():
    assert likeness(person("Li, Ana"), person("Lu, Ane")) is None


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("iturbe", "yturve", 2), ("sol", "marisol", 4)],
)
def test_letters_that_are_wrong_missing_or_swapped_are_counted(one, other, letters):
    assert distance(one, other) == distance(other, one) == letters
