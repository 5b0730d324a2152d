"""One record behind a pipe: it is asked for pages and answers how long each took.

``python -m tests.benchmarks.probe`` reads a JSON list a line, such as ["get", "/ward/"], and
answers a line. Each of two databases has a probe of its own, so that their requests can take turns
while everything else is the same.
"""

import json
import os
import sys
import time

import django

import tests.environment  # noqa: F401  a data folder of its own

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aicare.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from aicare.models import Site  # noqa: E402
from imaging.models import ImagingStudy  # noqa: E402
from patients.management.commands.seed_population import add_studies  # noqa: E402
from patients.models import Encounter, Patient  # noqa: E402
from patients.population import Population  # noqa: E402
from patients.population.names import COMMON_FAMILY_NAMES  # noqa: E402
from patients.population.seeding import DEVICE_NUMBER, add_device_patient, crowd_of  # noqa: E402
from tests.factories import make_user  # noqa: E402
from tests.inference.scenes import make_report, make_version  # noqa: E402

WARD = "Ward 01"
USUAL_SETS = 26
# Enough for full first pages, and for a chart as dense as that of the big patient.
FULL_NUMBER, FULL_SETS, FULL_STUDIES = "INV-FULL", 600, 25
MEASURED = {
    "respiratory_rate_per_min": 16, "oxygen_saturation_percent": 97,
    "on_supplemental_oxygen": False, "systolic_mmhg": 121, "diastolic_mmhg": 76,
    "heart_rate_per_min": 74, "consciousness": "alert", "temperature_celsius": 36.8,
}  # fmt: skip
PAGES = ("summary", "vital_signs", "trends", "studies")


class Probe:
    """A signed-in clinician's browser."""

    def __init__(self):
        self.client = Client(headers={"host": "localhost"})

    def prepare(self, patients: int, sets: int, big_patient: bool) -> float:
        """Fill the empty database; return how many seconds the seeding took."""
        call_command("migrate", verbosity=0)
        call_command("sync_roles", verbosity=0)
        started = time.monotonic()
        call_command(
            "seed_population", patients=patients, sets=sets, big_patient=big_patient,
            stdout=sys.stderr,
        )  # fmt: skip
        return time.monotonic() - started

    def open(self) -> dict[str, str]:
        """Sign in; return what to ask for: a usual patient on the ward and names to find."""
        call_command("collectstatic", interactive=False, verbosity=0)
        name = f"bench-{time.time_ns()}"
        self.user = make_user("clinician", site=Site.objects.get(), username=name)
        self.client.force_login(self.user)
        usual = _usual_patient()
        places = {name: reverse(f"patients:{name}", args=[usual.pk]) for name in PAGES}
        return places | {
            "id": str(usual.pk),
            "number": usual.medical_record_number,
            "rare": _rare_name(),
            "born": usual.birth_date.isoformat(),
        }

    def open_big(self) -> dict[str, str]:
        """Return the pages of the patient with very much and of one whose first pages are full."""
        big = Patient.objects.get(medical_record_number=DEVICE_NUMBER)
        full = _full_patient()
        version = make_version(classifier=f"bench-{time.time_ns()}")
        for study in ImagingStudy.objects.filter(patient__in=[big, full], reports=None):
            make_report(study, (0.04, 0.91), version=version)
        return {
            f"{which} {name}": reverse(f"patients:{name}", args=[patient.pk])
            for which, patient in (("big", big), ("full", full))
            for name in PAGES
        }

    def get(self, path: str) -> float:
        """Return the seconds that the answer took."""
        started = time.perf_counter()
        answer = self.client.get(path)
        seconds = time.perf_counter() - started
        assert answer.status_code == 200, (path, answer.status_code)
        return seconds

    def post(self, patient_id: str) -> float:
        """Return the seconds that a scored, questioned and audited set took."""
        return self._stored(f"/api/v1/patients/{patient_id}/vital-signs/", self._set())

    def post_bare(self, patient_id: str) -> float:
        """Return the seconds that the same set took through a bare ModelViewSet."""
        more = {
            "patient": patient_id, "recorded_by": str(self.user.pk), "rule": "none",
            "risk": "low", "risk_min": "low", "score_min": 0, "score_max": 0, "score": 0,
        }  # fmt: skip
        with override_settings(ROOT_URLCONF="tests.benchmarks.bare_api"):
            return self._stored("/api/bare/", self._set() | more)

    def _set(self) -> dict:
        return MEASURED | {"measured_at": timezone.now().isoformat()}

    def _stored(self, path: str, body: dict) -> float:
        started = time.perf_counter()
        answer = self.client.post(path, body, content_type="application/json")
        seconds = time.perf_counter() - started
        assert answer.status_code == 201, (path, answer.content)
        return seconds

    def count(self, path: str) -> int:
        """Return how many queries the answer took."""
        with CaptureQueriesContext(connection) as queries:
            self.get(path)
        return len(queries)


def _usual_patient() -> Patient:
    """Return an adult on the ward who has about as many sets as most of those there."""
    stays = Encounter.objects.open().filter(ward=WARD).values("patient")
    people = Patient.objects.filter(pk__in=stays, birth_date__year__lt=2000)
    counted = people.annotate(sets=Count("vital_signs"))
    return min(counted, key=lambda one: (abs(one.sets - USUAL_SETS), one.medical_record_number))


def _full_patient() -> Patient:
    """Return a patient with a little more than the first page of everything, made if need be."""
    known = Patient.objects.filter(medical_record_number=FULL_NUMBER).first()
    if known:
        return known
    crowd = crowd_of(Population(1, 0))
    patient = add_device_patient(crowd, sets=FULL_SETS, record_number=FULL_NUMBER)
    add_studies([patient], FULL_STUDIES, say=lambda *_: None)
    return patient


def _rare_name() -> str:
    """Return a family name that few people have; the first thousand are the same everywhere."""
    first = Patient.objects.filter(medical_record_number__lt="INV0001000").order_by(
        "medical_record_number"
    )
    return next(
        one.family_name
        for one in first
        if " " not in one.family_name and one.family_name not in COMMON_FAMILY_NAMES
    )


def main() -> None:
    probe = Probe()
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        what, *with_ = json.loads(line)
        print(json.dumps(getattr(probe, what)(*with_)), file=answers, flush=True)


if __name__ == "__main__":
    main()
