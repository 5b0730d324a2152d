"""All images of a patient: also the old ones, page by page, each in its speaker's voice."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from imaging.models import ImagingStudy
from inference.models import DiagnosticReport
from patients.views.studies import PAGE_SIZE
from tests.factories import make_site, make_user
from tests.inference.scenes import make_report, make_study, make_version


@pytest.fixture
def page(nurse, ward):
    """Return the answer of the page to the nurse."""
    return lambda **query: nurse.get(address_of(ward.patient), query)


def address_of(patient) -> str:
    return reverse("patients:studies", args=[patient.pk])


def make_studies(ward, count, **fields):
    """Make studies a day apart, the newest first."""
    now = timezone.now()
    return [
        make_study(
            ward.patient,
            description=f"image {number}.",
            started_at=now - datetime.timedelta(days=number),
            **fields,
        )
        for number in range(count)
    ]


def shown(answer) -> list[str]:
    return [card.study.description for card in answer.context["cards"]]


def test_a_patient_without_images_says_so(page):
    assert "No images." in page().content.decode()


def test_every_image_has_a_place_on_one_of_the_pages(ward, page):
    studies = make_studies(ward, PAGE_SIZE + 2)
    first = page()
    second = page(before=first.context["following"])
    assert shown(first) + shown(second) == [one.description for one in studies]
    assert "Older images" in first.content.decode()
    assert "Older images" not in second.content.decode()


def test_images_of_the_same_moment_are_neither_lost_nor_shown_twice(ward, page):
    studies = make_studies(ward, PAGE_SIZE + 2)
    ImagingStudy.objects.filter(patient=ward.patient).update(started_at=timezone.now())
    first = page()
    both = shown(first) + shown(page(before=first.context["following"]))
    assert sorted(both) == sorted(one.description for one in studies)


@pytest.mark.parametrize("before", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_place_to_go_on_from_shows_the_newest(ward, page, before):
    make_studies(ward, 1)
    assert shown(page(before=before)) == ["image 0."]


def test_a_withdrawn_study_is_not_among_them(ward, page):
    make_studies(ward, 1, status="entered-in-error")
    assert shown(page()) == []


def test_an_unsigned_finding_speaks_with_the_machines_voice(ward, page):
    make_report(make_study(ward.patient), (0.04, 0.91))
    html = page().content.decode()
    assert '<span class="said machine">' in html
    assert "unsigned" in html
    assert "Not read by a person yet." in html


def test_the_summary_leads_here(nurse, ward):
    html = nurse.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    assert f'href="{address_of(ward.patient)}"' in html


def test_images_of_another_site_are_not_found(client, ward):
    client.force_login(make_user("clinician", site=make_site(name="Elsewhere")))
    assert client.get(address_of(ward.patient)).status_code == 404


def test_a_reading_is_on_record(ward, page):
    page()
    event = AuditEvent.objects.get(action="patient.read")
    assert (event.user, event.patient_id) == (ward.nurse, ward.patient.pk)


def test_the_page_needs_the_same_queries_for_little_and_for_much(
    ward, page, django_assert_num_queries, django_assert_max_num_queries
):
    version = make_version()

    def fill():
        make_report(make_study(ward.patient), (0.04, 0.91), version=version)
        signed = make_report(make_study(ward.patient), (0.04, 0.91), version=version)
        DiagnosticReport.objects.filter(pk=signed.pk).update(
            status="final", signed_at=timezone.now(), signed_by=ward.radiologist
        )

    fill()
    page()
    with django_assert_max_num_queries(40) as before:
        page()
    for _ in range(4):
        fill()
    with django_assert_num_queries(len(before)):
        page()
