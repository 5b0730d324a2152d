"""The small tables of codes: their form, and that a name means one thing."""

import re
from collections import Counter

import pytest
from django.utils import translation

from patients.codes import find, folded, suggestions
from patients.codes.allergens import (
    ALLERGENS,
    NONE_KNOWN,
    NONE_OF_A_KIND,
    denies_a_kind_of_allergy,
    denies_every_allergy,
)
from patients.codes.conditions import CONDITIONS, ICD_10, SNOMED
from patients.codes.drugs import ATC, DRUGS, NAMED_BY_USE
from patients.models import Allergy

TABLES = {"conditions": CONDITIONS, "drugs": DRUGS, "allergens": ALLERGENS}
ALL = [entry for table in TABLES.values() for entry in table]
FORMS = {
    ICD_10: r"[A-Z][0-9]{2}(\.[0-9])?",
    ATC: r"[A-Z][0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?",
    SNOMED: r"[1-9][0-9]{5,17}",
    "": "",
}
LANGUAGES = ("en", "de", "es", "pt")
# The check digit of SNOMED CT's identifiers: Verhoeff's dihedral scheme.
D = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]  # fmt: skip
P = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
]  # fmt: skip


def is_verhoeff(number: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = D[check][P[place % 8][int(digit)]]
    return check == 0


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.display[:40])
def test_every_code_has_the_form_of_its_system(entry):
    assert re.fullmatch(FORMS[entry.system], entry.code)
    assert entry.system != SNOMED or is_verhoeff(entry.code)


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.display[:40])
def test_every_entry_has_names_in_every_language(entry):
    assert set(entry.names) == set(LANGUAGES)
    names = [name for names in entry.names.values() for name in names]
    assert all(name == name.strip() and 0 < len(name) <= 200 for name in names)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_code_is_there_once(table):
    codes = Counter(entry.code for entry in table if entry.code)
    assert [code for code, count in codes.items() if count > 1] == []


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_means_one_thing(table, language):
    names = Counter(
        name for entry in table for name in {folded(one) for one in entry.names_in(language)}
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_that_is_offered_is_found(table, language):
    with translation.override(language):
        for one in suggestions(table):
            found = find(table, f" {one.name.upper()} ")
            assert found.display in one.stands_for


@pytest.mark.parametrize(
    ("language", "table", "typed", "code"),
    [
        ("es", CONDITIONS, "neumonia", "J18.9"),
        ("pt", CONDITIONS, "doença pulmonar obstrutiva crônica não especificada", "J44.9"),
        ("pt", CONDITIONS, "Doenca renal cronica", "N18"),
        ("pt", CONDITIONS, "cancro do pulmão", "C34"),
        ("pt", CONDITIONS, "câncer de pulmão", "C34"),
        ("es", ALLERGENS, "Acetaminofén", "N02BE01"),
    ],
)
def test_a_name_is_found_without_its_accents_and_as_either_continent_writes_it(
    language, table, typed, code
):
    with translation.override(language):
        assert find(table, typed).code == code


@pytest.mark.parametrize(
    ("language", "table", "typed"),
    [
        ("de", CONDITIONS, "Angina"),
        ("es", CONDITIONS, "Angina"),
        ("de", CONDITIONS, "Cellulitis"),
        ("es", CONDITIONS, "Constipación"),
        ("de", CONDITIONS, "Delirium"),
        ("pt", CONDITIONS, "UTI"),
        ("de", DRUGS, "HCT"),
        ("en", CONDITIONS, "Influenza"),
        ("en", DRUGS, "vancomycin"),
        ("en", DRUGS, "salbutamol"),
        ("de", DRUGS, "Kaliumchlorid"),
        ("en", DRUGS, "ciprofloxacin eye drops"),
    ],
)
def test_a_name_of_two_things_brings_no_code(language, table, typed):
    """A sore throat, cosmetic cellulite, a cold, withdrawal, intensive care, hydrocortisone …"""
    with translation.override(language):
        assert find(table, typed) is None


@pytest.mark.parametrize("entry", DRUGS, ids=lambda entry: entry.display)
def test_no_drug_is_shown_with_an_unnamed_partner(entry):
    assert "inhibitor" not in entry.display


def test_a_drug_that_is_named_by_its_use_says_it_in_every_language():
    for entry in NAMED_BY_USE:
        assert all("(" in names[0] for names in entry.names.values())
        assert entry not in ALLERGENS


def test_names_are_offered_by_the_alphabet_whatever_their_accents():
    with translation.override("es"):
        offered = [one.name for one in suggestions(ALLERGENS)]
    for first, then in [("Ácaros del polvo", "acenocumarol"), ("ácido fólico", "alopurinol")]:
        assert offered.index(first) < offered.index(then)


def test_a_delusion_is_no_delirium_in_spanish():
    with translation.override("es"):
        assert find(CONDITIONS, "Delirio") is None
        assert find(CONDITIONS, "delirium").code == "F05"


def test_walnuts_are_not_all_nuts_in_portuguese():
    with translation.override("pt"):
        assert find(ALLERGENS, "Nozes") is None


@pytest.mark.parametrize("entry", NONE_OF_A_KIND, ids=lambda entry: entry.display)
@pytest.mark.parametrize("language", LANGUAGES)
def test_none_known_of_one_kind_is_known_by_every_name_and_denies_no_other(entry, language):
    for name in entry.names[language]:
        assert denies_a_kind_of_allergy(Allergy(display=name))
        assert not denies_every_allergy(Allergy(display=name))


def test_every_group_of_allergens_is_a_group_of_drugs_and_no_single_one():
    groups = [entry for entry in ALLERGENS if entry.system == ATC and entry not in DRUGS]
    assert all(len(entry.code) < 7 for entry in groups)
    assert all(len(entry.code) == 7 for entry in DRUGS)


@pytest.mark.parametrize(
    ("fields", "denies"),
    [
        ({"display": "No known allergy", "code": NONE_KNOWN.code}, True),
        ({"display": "Keine Allergie bekannt"}, True),
        ({"display": " nka "}, True),
        ({"display": "Sin alergias"}, True),
        ({"display": "nao conhecidas"}, True),
        ({"display": "Sin alergias a medicamentos"}, False),
        ({"display": "No known drug allergy", "code": "409137002"}, False),
        ({"display": "Nuts"}, False),
    ],
)
def test_what_says_that_no_allergy_is_known(fields, denies):
    assert denies_every_allergy(Allergy(**fields)) is denies
