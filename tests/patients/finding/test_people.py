"""Finding people: any part of the name, record number, birth date; whole, in order, bounded."""

import datetime

import pytest
from django.utils import timezone

from patients.finding import people as finding
from patients.finding.people import Search
from patients.finding.places import Place
from patients.finding.words import words_to_find
from patients.models import Patient
from patients.services import change_patient
from patients.services.words import write_words
from tests.factories import make_patient, make_site, make_user

TODAY = datetime.date(2026, 11, 20)


def person(site, family_name, given_names="", number=None, born="1962-02-03", **fields):
    fields |= {"medical_record_number": number} if number else {}
    return make_patient(
        site, family_name=family_name, given_names=given_names,
        birth_date=datetime.date.fromisoformat(born), **fields,
    )  # fmt: skip


@pytest.fixture
def hospital(db):
    site = make_site()
    site.nurse = make_user("nurse", site=site)
    return site


def search(hospital, words):
    return Search(hospital.nurse, words, today=TODAY)


def found(hospital, words, **how):
    return [hit.patient for hit in search(hospital, words).page(size=50, **how).hits]


# --- what is found -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words",
    ["marisol itur", "iturbe, marisol", "MARISOL", "Itürbe", "sol", "urbe", "sol urbe",
     "iturbe 1962", "iturbe 1962-02", "3.2.1962", "03/02/1962", "3 Feb 1962", "1962-02-03", "1962",
     "3004", "300417-B", "300417b", "0300417", "iturbe 3004", "  iturbe  ", "(Iturbe)"],
)  # fmt: skip
def test_iturbe_is_found_by(hospital, words):
    iturbe = person(hospital, "Iturbe", "Marisol", "300417-B")
    person(hospital, "Solheim", "Ingrid", "900", born="1980-01-01")
    assert found(hospital, words)[-1] == iturbe


@pytest.mark.parametrize(
    "words",
    ["iturbe ingrid", "iturbe 1980", "0417", "417", "ub", "%", "_", "-", "' OR 1=1 --", "*", "…",
     "iturbe\n%", "31.2.1962", "1962-02-04", "x" * 200, "𝒳", "\u0301"],
)  # fmt: skip
def test_nobody_is_found_by(hospital, words):
    person(hospital, "Iturbe", "Marisol", "300417-B")
    person(hospital, "Solheim", "Ingrid", "900", born="1980-01-01")
    assert found(hospital, words) == []


@pytest.mark.parametrize(
    ("family_name", "words"),
    [
        ("O'Brien", "o'brien"), ("O'Brien", "obrien"), ("O’Brien", "o brien"),
        ("OBrien", "O'Brien"), ("Sunder-Reyes", "sunder reyes"), ("Sunder-Reyes", "sunderreyes"),
        ("Sunder Reyes", "sunder-reyes"), ("García", "garcia"), ("Garcia", "GARCÍA"),
        ("Müller", "muller"), ("Müller", "mueller"), ("Mueller", "Müller"), ("Weiß", "weiss"),
        ("Ørsted", "orsted"), ("Łukasz", "lukasz"), ("Al-Hassan", "alhassan"),
        ("van der Berg", "berg van"), ("Иванов", "иван"), ("王小明", "王小"), ("İnönü", "inonu"),
        ("Mül\u00adler", "\u200fmüller"),
        ("O'Brien", "o‘brien"), ("OʼBrien", "o'brien"), ("Sunder‐Reyes", "reyes-sunder"),
        ("Sunder-Reyes", "sunder—reyes"), ("Sunder (Reyes)", "reyes(sunder)"),
        ("van den Berg", "vandenberg"), ("St. John", "stjohn"), ("de la Cruz", "delacruz"),
        ("Thị Ánh", "thianh"), ("مصطفى", "مصطفي"), ("فاطمة", "فاطمه"), ("فاطمة", "فاطـمة"),
        ("王小明", "明"), ("김수", "수"),
        ("\u202bعلي\u202c", "علي"),
    ],
)  # fmt: skip
def test_spelling_is_forgiven(hospital, family_name, words):
    one = person(hospital, family_name, "Aiko")
    assert found(hospital, words) == [one]


@pytest.mark.parametrize(
    ("family_name", "given_names", "words"),
    [
        ("王", "小明", "王小明"),
        ("山田", "太郎", "山田太郎"),
        ("김", "민준", "김민준"),
        ("김", "민준", "김민"),
    ],
)
def test_a_name_that_is_written_without_a_space_is_found_so(
    hospital, family_name, given_names, words
):
    one = person(hospital, family_name, given_names)
    assert found(hospital, words) == [one]


def test_a_line_that_was_written_by_other_rules_hides_nobody(hospital):
    one = person(hospital, "Iturbe", "Marisol")
    one.words.update(sort_name="iturbe marisol *1962-02-03 as before")
    assert found(hospital, "iturbe") == found(hospital, "") == [one]


def test_a_number_is_found_with_and_without_its_zeros(hospital):
    one = person(hospital, "One", number="000417")
    other = person(hospital, "Other", number="418")
    for words in ("417", "000417", "0004", "00417"):
        assert found(hospital, words) == [one]
    assert found(hospital, "000418") == [other]


def test_eight_digits_are_a_birth_date_or_a_number(hospital):
    born = person(hospital, "Iturbe", "Marisol", "900", born="1962-02-03")
    numbered = person(hospital, "Solheim", "Ingrid", "3021962", born="1980-01-01")
    assert set(found(hospital, "03021962")) == {born, numbered}


def test_what_begins_so_comes_before_what_contains_it_then_by_name(hospital):
    marisol = person(hospital, "Abad", "Marisol")
    late, early = person(hospital, "Zorn", "Sol"), person(hospital, "Alba", "Sol")
    longer = person(hospital, "Abel", "Soledad")
    assert found(hospital, "sol") == [early, late, longer, marisol]


def test_everybody_is_listed_by_name_whatever_the_accents(hospital):
    zorn, alvarez = person(hospital, "Zorn"), person(hospital, "Álvarez")
    assert found(hospital, "") == [alvarez, zorn]


def test_a_long_name_is_found_by_all_of_its_words(hospital):
    names = " ".join(f"Nombre{number:02}largo" for number in range(10))
    long = person(hospital, names[:119], "Última", number="77")
    assert found(hospital, "ultima nombre00largo") == [long]
    assert found(hospital, "nombre00 77 1962") == [long]
    assert found(hospital, "nombre00 nobody") == []
    for number in range(3):
        person(hospital, "Otro", f"{number}")
    assert found(hospital, "nombre00 otro") == []


def test_a_changed_name_is_found_and_the_old_one_is_not(hospital):
    one = person(hospital, "Vieja", "Ana")
    change_patient(patient=one, changed_by=hospital.nurse, expected_version=1, family_name="Nueva")
    assert (found(hospital, "nueva"), found(hospital, "vieja")) == ([one], [])


# --- whose patients ------------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["", "iturbe", "urbe", "1962"])
def test_only_patients_of_the_own_sites_are_found(hospital, words):
    other = make_site()
    there = person(other, "Iturbe", "Zoe")
    assert found(hospital, words) == []
    here = person(hospital, "Iturbe", "Aaron")
    assert found(hospital, words) == [here]
    hospital.nurse.sites.add(other)
    assert found(hospital, words) == [here, there]


def test_who_may_not_read_patients_finds_nobody(hospital):
    person(hospital, "Iturbe")
    hospital.nurse = make_user("administrator", site=hospital)
    assert found(hospital, "iturbe") == found(hospital, "") == []


# --- merged records ------------------------------------------------------------------------------
@pytest.fixture
def merged(hospital):
    stands = person(hospital, "Iturbe", "Marisol", "300417")
    former = person(hospital, "Yturbe", "Marisol", "900-B", born="1962-03-02")
    former.merged_into = stands
    former.save()
    write_words(former)
    write_words(stands)
    return stands, former


@pytest.mark.parametrize("words", ["yturbe", "900-b", "yturbe 2.3.1962", "marisol yturbe"])
def test_a_merged_record_leads_to_the_one_that_stands(hospital, merged, words):
    stands, former = merged
    (hit,) = search(hospital, words).page(size=50).hits
    assert (hit.patient, hit.was) == (stands, former)


@pytest.mark.parametrize("words", ["", "marisol", "iturbe", "300417", "turbe"])
def test_who_is_found_under_todays_name_is_listed_once_and_as_such(hospital, merged, words):
    (hit,) = search(hospital, words).page(size=50).hits
    assert (hit.patient, hit.was) == (merged[0], None)


def test_a_former_name_that_comes_first_does_not_stand_for_todays(hospital):
    stands = person(hospital, "Iturbe", "Marisol")
    person(hospital, "Abad", "Marisol", merged_into=stands)
    write_words(stands)
    (hit,) = search(hospital, "marisol").page(size=50).hits
    assert (hit.patient, hit.was) == (stands, None)


# --- pages ---------------------------------------------------------------------------------------
NAMES = ("Marta", "Maria Marisol", "Mar", "Omar", "Guiomar", "María-Omar", "Tamara", "Ana", "Elmar")


@pytest.fixture
def many(hospital):
    for number in range(45):
        person(
            hospital, f"{NAMES[number % 9]} {NAMES[number % 7]}", NAMES[number % 5],
            born=f"19{60 + number % 3}-02-03",
        )  # fmt: skip
    second = make_site()
    hospital.nurse.sites.add(second)
    for number in range(10):
        person(second, NAMES[number % 9], NAMES[number % 2])
    return hospital


QUESTIONS = ("", "mar", "ma", "omar", "maria mar", "mar 1961", "a m", "ar", "t", "1960")


@pytest.mark.parametrize("words", QUESTIONS)
@pytest.mark.parametrize("size", [1, 4, 50])
def test_pages_lead_through_everybody_who_fits_once_forth_and_back(many, words, size):
    asked = search(many, words)
    fitting = {
        one.pk
        for one in Patient.objects.of_own_sites(many.nurse)
        if not words or all(any(map(term.fits, words_to_find(one))) for term in asked.terms)
    }
    pages, place = [], None
    while not pages or place:
        pages.append(search(many, words).page(size=size, place=place))
        place = pages[-1].behind and Place.from_text(pages[-1].behind.as_text())
    forth = [hit.patient.pk for page in pages for hit in page.hits]
    assert len(forth) == len(fitting)
    assert set(forth) == fitting
    back, place = pages[-1:], pages[-1].before
    while place:
        back.insert(0, search(many, words).page(size=size, place=place, backwards=True))
        place = back[0].before
    assert [hit.patient.pk for page in back for hit in page.hits] == forth


def test_reading_on_goes_past_rows_that_lead_to_the_same_people(many, monkeypatch):
    monkeypatch.setattr(finding, "SOME_MORE", 0)
    monkeypatch.setattr(finding, "READ_ON", 2)
    test_pages_lead_through_everybody_who_fits_once_forth_and_back(many, "mar", 3)


def test_a_part_of_very_many_names_says_that_not_all_were_looked_through(hospital):
    for number in range(finding.MOST_WORDS_WITH_A_PART + 2):
        person(hospital, f"{chr(97 + number // 26)}{chr(97 + number % 26)}endung")
    asked = search(hospital, "endung")
    assert len(asked.page(size=200).hits) == finding.MOST_WORDS_WITH_A_PART
    assert asked.left_out_words


def test_nobody_is_left_out_where_another_word_can_be_walked(hospital):
    for number in range(finding.MOST_WORDS_WITH_A_PART + 2):
        person(hospital, f"{chr(97 + number // 26)}{chr(97 + number % 26)}endung", "Solvig")
    last = person(hospital, "Zzendung", "Marisol")
    for number in range(3):
        person(hospital, "Solheim", f"Ingrid{number}")
    asked = search(hospital, "endung marisol")
    assert [hit.patient for hit in asked.page(size=5).hits] == [last]
    assert not asked.left_out_words


@pytest.mark.parametrize("words", ["", "mar", "omar", "maria mar 1961", "zzz", "1962-02-03"])
def test_a_search_takes_the_same_queries_among_many(
    many, words, django_assert_max_num_queries, django_assert_num_queries
):
    many.nurse.get_all_permissions()
    with django_assert_max_num_queries(7) as before:
        found(many, words)
    for number in range(30):
        person(many, "Maria Omar", born=f"1961-02-{number % 28 + 1:02}")
    if words in {"", "zzz"}:
        with django_assert_num_queries(len(before)):
            found(many, words)
    else:
        with django_assert_max_num_queries(7):
            found(many, words)


def test_a_date_that_can_be_read_in_two_ways_is_told(hospital):
    ((typed, read),) = search(hospital, "03/02/1962").asked.ambiguous_dates
    assert (typed, [date.iso for date in read]) == ("03/02/1962", ["1962-02-03"])
    assert search(hospital, "1962-02-03").asked.ambiguous_dates == []


def test_the_zone_of_today_does_not_matter_for_a_birth_today(hospital):
    today = timezone.localdate()
    born = person(hospital, "Neugeboren", born=today.isoformat())
    asked = Search(hospital.nurse, today.strftime("%d.%m.%Y"), today=today)
    assert [hit.patient for hit in asked.page(size=5).hits] == [born]
