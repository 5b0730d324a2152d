"""How pages about one patient begin: a merged record leads to the one that stands."""

import pytest
from django.urls import reverse

from patients.models import Patient, VitalSigns
from tests.factories import make_patient, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(ward):
    """A record that was merged into the ward's patient."""
    patient = make_patient(ward.site, medical_record_number="OLD-1")
    Patient.objects.filter(pk=patient.pk).update(merged_into=ward.patient)
    return patient


def page(name, patient) -> str:
    return reverse(f"patients:{name}", args=[patient.pk])


@pytest.mark.parametrize("name", ["summary", "vital_signs", "record_vital_signs", "edit"])
def test_an_old_address_leads_to_the_same_page_of_the_record_that_stands(nurse, ward, merged, name):
    answer = nurse.get(page(name, merged), {"period": "24h"}, follow=True)
    assert answer.redirect_chain == [(f"{page(name, ward.patient)}?period=24h", 302)]
    assert answer.status_code == 200
    assert "OLD-1 was merged into this one" in answer.content.decode()


def test_nothing_is_written_under_the_old_address(nurse, ward, merged):
    answer = nurse.post(
        page("record_vital_signs", merged), {"heart_rate_per_min": "70", "save": "yes"}
    )
    assert answer.status_code == 409
    assert f'href="{page("summary", ward.patient)}"' in answer.content.decode()
    assert not VitalSigns.objects.exists()


def test_who_does_not_see_the_old_record_is_not_led_anywhere(client, ward, merged):
    client.force_login(ward.stranger)
    assert client.get(page("summary", merged)).status_code == 404
    elsewhere = make_patient(make_site())
    Patient.objects.filter(pk=merged.pk).update(merged_into=elsewhere)
    client.force_login(ward.nurse)
    answer = client.get(page("summary", merged), follow=True)
    assert answer.status_code == 404
