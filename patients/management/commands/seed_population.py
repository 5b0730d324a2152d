"""Fill an empty record with invented people, to see how it behaves with a million."""

import datetime
import io
import time
from collections.abc import Sequence

import uuid6
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from PIL import Image

from aicare.errors import DomainError
from aicare.models import User
from imaging.intake import check_images
from imaging.services import register_study, store_images
from patients.models import Encounter, Patient
from patients.population import Population, seed
from patients.population.seeding import AUTHOR, DEVICE_NUMBER

DEVICE_SETS, DEVICE_STUDIES = 50_000, 500
SETS_PER_PATIENT = 5


class Command(BaseCommand):
    help = (
        "Fill a record without patients with invented people, stays, facts and sets of vital signs,"
        " all or none of them. Users of the printed site see them. Example: manage.py"
        " seed_population --patients 1000000 --sets 5000000 --big-patient"
    )

    def add_arguments(self, parser):
        parser.add_argument("--patients", type=int, default=1000)
        parser.add_argument("--sets", type=int, help="of all of them; default: five for each")
        parser.add_argument(
            "--big-patient",
            action="store_true",
            help=f"one more patient with {DEVICE_SETS} sets and {DEVICE_STUDIES} studies",
        )
        parser.add_argument(
            "--studies", type=int, default=0, help="studies of patients on wards, in turn"
        )
        parser.add_argument("--seed", type=int, default=1, help="another seed, other people")

    def handle(self, *args, **options):
        self.started, self.said, self.speaks = time.monotonic(), "", options["verbosity"] > 0
        population = self._population(options)
        try:
            site = seed(population, say=self._say)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped: nothing was stored.", returncode=130) from None
        if options["studies"]:
            stays = Encounter.objects.open().order_by("ward", "bed").select_related("patient")
            add_studies([stay.patient for stay in stays], options["studies"], say=self._say)
        if options["big_patient"]:
            patient = Patient.objects.get(site=site, medical_record_number=DEVICE_NUMBER)
            add_studies([patient], DEVICE_STUDIES, say=self._say)
        self._line(f"done: give users the site “{site}” to see them")

    def _population(self, options) -> Population:
        patients, sets = options["patients"], options["sets"]
        device_sets = DEVICE_SETS if options["big_patient"] else 0
        sets = patients * SETS_PER_PATIENT if sets is None else sets
        if patients < 1 or sets < 0 or options["studies"] < 0:
            raise CommandError("A population has at least one patient, and no negative numbers.")
        return Population(patients, sets, device_sets, options["seed"])

    def _say(self, what: str, done: int, count: int) -> None:
        """Tell every tenth part."""
        text = f"{what}: {10 * (10 * done // count)} % of {count}" if count > 1 else what
        if self.speaks and text != self.said:
            self.said = text
            self._line(text)

    def _line(self, text: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.started:6.0f} s  {text}")
        self.stdout.flush()


def add_studies(patients: Sequence[Patient], count: int, *, say) -> None:
    """Store small computed pictures as studies, as an upload does, but without analysis."""
    author, now = User.objects.get(username=AUTHOR), timezone.now()
    for number in range(count):
        study_id = uuid6.uuid7()
        patient = patients[number % len(patients)]
        picture = ContentFile(_picture(number, patient.pk.int), "invented.png")
        register_study(
            patient=patient,
            images=store_images(check_images([picture]), study_id),
            modality="DX",
            body_part="CHEST",
            study_id=study_id,
            uploaded_by=author,
            description="Computed picture of nobody",
            started_at=now - datetime.timedelta(hours=6 * number),
        )
        say("studies", number + 1, count)


def _picture(number: int, salt: int) -> bytes:
    """Return a small picture that no other study has."""
    pixels = Image.linear_gradient("L")
    pixels.putdata([*(number + salt).to_bytes(18, "big")])
    buffer = io.BytesIO()
    pixels.save(buffer, "PNG")
    return buffer.getvalue()
