"""The head of every page about a patient: allergies and alerts stay in sight, none in silence."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from patients.allergies import says_none_known
from patients.models import Allergy
from patients.services import record_allergy, record_vital_signs
from patients.templatetags.signs import tel
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter
from tests.inference.scenes import make_report, make_study

pytestmark = pytest.mark.django_db
PAGES = ("summary", "studies", "vital_signs", "record_vital_signs", "edit")


@pytest.fixture
def banner(clinician, ward):
    """Return the words of the banner on a page, and its HTML."""

    def read(name="summary"):
        html = clinician.get(reverse(f"patients:{name}", args=[ward.patient.pk])).content.decode()
        head = re.search(r'<section class="banner".*?</section>', html, re.DOTALL).group()
        return " ".join(strip_tags(head).split()), head

    return read


def allergy(ward, display, reaction="", **fields):
    return record_allergy(
        patient=ward.patient, recorded_by=ward.clinician, display=display, reaction=reaction,
        **fields,
    )  # fmt: skip


def fall_ill(ward):
    make_encounter(ward.patient)
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=ILL,
        measured_at=timezone.now() - datetime.timedelta(minutes=20),
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_allergies_and_alerts_stand_on_every_page(ward, banner, page):
    allergy(ward, "Penicillin", "rash")
    fall_ill(ward)
    make_report(make_study(ward.patient), (0.04, 0.91))
    words, _ = banner(page)
    assert "Allergy: Penicillin (rash)" in words
    assert "3 alerts: High risk: call the emergency team" in words
    assert "Chest X-ray: read and sign" in words, "the others can be opened"


@pytest.mark.parametrize("page", PAGES)
def test_paper_says_when_and_by_whom_it_was_printed(ward, banner, page):
    words, _ = banner(page)
    assert words.count("Printed ") == 1
    assert re.search(rf"Printed \d+ \w+ \d{{4}}, \d\d:\d\d CES?T by {ward.clinician}\.", words)


def test_ten_allergies_are_counted_named_in_part_and_all_within_reach(ward, banner):
    for number in range(10):
        allergy(ward, f"Substance {number}.")
    words, head = banner()
    assert "10 allergies: Substance 9., Substance 8., Substance 7. and 7 more" in words
    detail = head[head.index('class="opened"') :]
    assert all(f"Substance {number}." in detail for number in range(10))


def test_the_most_dangerous_allergy_is_named_first(ward, clinician, banner):
    Allergy.objects.create(patient=ward.patient, display="Latex", criticality="high")
    for number in range(3):
        allergy(ward, f"Substance {number}.")
    assert "4 allergies: Latex, " in banner()[0]
    html = clinician.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    beside = html[html.index('id="all-allergies"') :]
    assert beside.index("Latex") < beside.index("Substance")


def test_a_score_says_of_when_it_is_where_nobody_waits_for_the_next(ward, banner):
    fall_ill(ward)
    assert "not admitted" not in banner()[0]
    assert "NEWS2 high from" not in banner()[0]
    now = timezone.now()
    ward.patient.encounters.update(ended_at=now - datetime.timedelta(minutes=10))
    words, head = banner()
    assert "not admitted" in words
    assert re.search(r"10 NEWS2 high from (yesterday )?\d\d:\d\d", words)
    assert "<time" in head, "with its day for who points at it"
    ward.patient.deceased_at = now
    ward.patient.save()
    words, _ = banner()
    assert "not admitted" not in words
    assert re.search(r"NEWS2 high from .* died ", words)


def test_where_no_score_applies_none_is_dated(ward, banner):
    ward.patient.birth_date = timezone.localdate() - datetime.timedelta(days=400)
    ward.patient.save()
    fall_ill(ward)
    assert "from" not in banner()[0]


def test_nothing_recorded_is_not_the_same_as_none_known(ward, banner):
    words, _ = banner()
    assert "No allergies recorded" in words
    assert "None recorded. Not the same as none known." in words
    allergy(ward, "No known allergies")
    words, head = banner()
    assert "No known allergies" in words
    assert "recorded" not in words
    assert "warning allergy" not in head, "an answer is not shown as a danger"


def test_an_allergy_stands_above_the_answer_that_none_is_known(ward, banner):
    allergy(ward, "No known drug allergy")
    allergy(ward, "Peanuts")
    assert "Allergy: Peanuts" in banner()[0]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"display": "No known allergies"}, True),
        ({"display": "NKDA"}, True),
        ({"display": "keine", "code": "716186003"}, True),
        ({"display": "Keine Allergien bekannt"}, True),
        ({"display": "No known drug allergy"}, True),
        ({"display": "No known latex allergy"}, True),
        ({"display": "Sin alergias medicamentosas conocidas"}, True),
        ({"display": "keine", "code": "409137002"}, True),
        ({"display": "No known allergies except penicillin"}, False),
        ({"display": "No known drug allergies, but nuts"}, False),
        ({"display": "Penicillin"}, False),
        ({"display": "Nkalonium"}, False),
    ],
)
def test_what_says_that_none_is_known(fields, expected):
    assert says_none_known(Allergy(**fields)) is expected


def test_the_emergency_number_can_be_called_at_high_risk(ward, banner):
    assert "tel:2222" not in banner()[1]
    fall_ill(ward)
    words, head = banner()
    assert '<a class="btn call" href="tel:2222">Emergency 2222</a>' in head
    assert "Emergency 2222" in words


def test_the_emergency_contact_can_be_called(ward, banner):
    ward.patient.emergency_contact_name = "Iñaki"
    ward.patient.emergency_contact_phone = "+34 (0)555-0142"
    ward.patient.save()
    assert 'href="tel:+3405550142">+34 (0)555-0142</a>' in banner()[1]


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("2222", "tel:2222"), ("+34 555 01 42", "tel:+345550142"), ("*55", "tel:*55"),
        ("2222 ext. 5", ""), ("", ""), ("ask the porter", ""), ("javascript:alert(1)", ""),
    ],
)  # fmt: skip
def test_what_a_telephone_can_dial(phone, link):
    assert tel(phone) == link


def test_the_trend_is_told_in_words(ward, banner):
    for minutes, pulse in ((90, 66), (30, 95)):
        record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse,
            measurements=ILL | {"heart_rate_per_min": pulse},
            measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
        )  # fmt: skip
    assert "up from 8" in banner()[0]


def a_set(ward, minutes, measurements):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=measurements,
        measured_at=timezone.now() - datetime.timedelta(minutes=minutes), confirmed=True,
    )  # fmt: skip


def test_a_later_incomplete_set_that_is_worse_never_stands_beside_an_arrow_down(ward, banner):
    a_set(ward, 90, ILL)
    a_set(ward, 60, WELL)
    a_set(ward, 30, {"respiratory_rate_per_min": 28, "systolic_mmhg": 85})
    words, _ = banner()
    assert "6–20 NEWS2 medium" in words
    assert "▲ up from 0" in words
    assert "down" not in words


def test_no_arrow_where_only_the_worst_sign_of_an_incomplete_set_raises_the_risk(ward, banner):
    a_set(ward, 90, WELL)
    a_set(ward, 60, WELL | {"respiratory_rate_per_min": 21, "heart_rate_per_min": 95})
    a_set(ward, 30, {"systolic_mmhg": 85})
    words, _ = banner()
    assert "3–20 NEWS2 low-medium" in words
    assert "up from" not in words
    assert "still" not in words


def test_names_are_never_markup(ward, banner):
    ward.patient.family_name = "<script>alert(1)</script>"
    ward.patient.save()
    allergy(ward, "<img src=x>")
    assert "<script>alert" not in banner()[1]
    assert "<img" not in banner()[1]


@pytest.mark.parametrize("page", ["studies", "vital_signs"])
def test_alerts_cost_the_same_few_queries_whatever_their_number(
    client, ward, banner, django_assert_num_queries, django_assert_max_num_queries, page
):
    make_report(make_study(ward.patient), (0.04, 0.91))
    banner(page)
    with django_assert_max_num_queries(40) as before:
        banner(page)
    for _ in range(5):
        make_report(make_study(ward.patient), (0.3, 0.2))
    with django_assert_num_queries(len(before)):
        banner(page)
