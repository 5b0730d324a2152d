"""Lists and pages take a fixed number of queries, however much there is to show."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.services import record_vital_signs
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter, make_patient
from tests.inference.scenes import make_report, make_study, make_version

FEW, MANY = 3, 30
# What each read takes, with who asks, what they may see and the row of the audit trail.
QUERIES = {
    "board": 21,
    "board over REST": 10,
    "list": 20,
    "search": 14,
    "search over REST": 10,
    "vitals list": 19,
    "vitals list over REST": 7,
    "summary": 33,
    "summary over REST": 30,
    "studies": 26,
}


@pytest.fixture
def fill(ward):
    """Return a function that admits so many people, and adds as much to one patient's record."""
    version = make_version()
    make_encounter(ward.patient, ward="3 East")

    def add(count):
        for number in range(count):
            one = make_patient(ward.site, family_name="Inventada", given_names=f"Nº {number}")
            make_encounter(one, ward=f"{number % 3} East")
            measure(one, 200, **WELL)
            measure(one, number, **ILL)
            make_report(make_study(one, size=(64, 64)), (0.04, 0.91), version=version)
            measure(ward.patient, number, heart_rate_per_min=60 + number)
            study = make_study(ward.patient, size=(64, 64))
            make_report(study, (0.04, 0.91), version=version)
            ward.patient.conditions.create(display=f"Condition {number}")
            ward.patient.allergies.create(display=f"Allergy {number}")
            ward.patient.medications.create(display=f"Medication {number}")

    def measure(patient, minutes, **measurements):
        record_vital_signs(
            patient=patient, recorded_by=ward.nurse, measurements=measurements, confirmed=True,
            measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
        )  # fmt: skip

    return add


def addresses(ward):
    pk = ward.patient.pk
    api = f"/api/v1/patients/{pk}"
    return {
        "board": reverse("patients:ward"),
        "board over REST": "/api/v1/ward/",
        "list": reverse("patients:list"),
        "search": f"{reverse('patients:list')}?q=inventada",
        "search over REST": "/api/v1/patients/?q=inventada",
        "vitals list": reverse("patients:vital_signs", args=[pk]),
        "vitals list over REST": f"{api}/vital-signs/",
        "summary": reverse("patients:summary", args=[pk]),
        "summary over REST": f"{api}/summary/",
        "studies": reverse("patients:studies", args=[pk]),
    }


def counts(client, ward):
    """Count what each read takes after all were read once: the list shows what was opened."""
    paths = addresses(ward)
    for path in paths.values():
        assert client.get(path).status_code == 200
    return {name: _count(client, path) for name, path in paths.items()}


def _count(client, path):
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def test_the_number_of_queries_is_what_is_written_here_and_does_not_grow(clinician, ward, fill):
    fill(FEW)
    assert counts(clinician, ward) == QUERIES
    fill(MANY)
    assert counts(clinician, ward) == QUERIES
