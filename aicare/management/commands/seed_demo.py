"""Fill an empty installation with the demonstration ward."""

import secrets
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import uuid6
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aicare.demo import ward
from aicare.models import Site, User
from imaging.intake import check_images
from imaging.services import store_images
from inference.reviews import report_without_ai
from inference.services import submit_study
from patients.codes import find
from patients.codes.allergens import ALLERGENS
from patients.codes.conditions import CONDITIONS
from patients.codes.drugs import DRUGS
from patients.services import (
    record_allergy,
    record_condition,
    record_medication,
    record_vital_signs,
    register_patient,
    start_encounter,
    write_note,
)

BESIDE_IDENTITY = {
    "bed", "days", "conditions", "allergies", "medications", "sets", "notes", "films",
}  # fmt: skip
PICTURES = Path(ward.__file__).parent / "pictures"


class Command(BaseCommand):
    help = (
        "Make six demo users (passwords are printed once) and a ward of invented people. "
        "Refuses unless the installation is empty. Example: manage.py seed_demo"
    )

    def handle(self, *args, **options):
        if Site.objects.exists() or User.objects.exists():
            raise CommandError("There are sites or users already: the demo ward needs none.")
        site = Site.objects.create(**ward.SITE)
        passwords = {}
        for username, given, family, role, works_here in ward.USERS:
            passwords[username] = secrets.token_urlsafe(12)
            make_user(username, given, family, role, site if works_here else None, passwords)
        nurse, doctor = (User.objects.get(username=f"demo-{one}") for one in ("nurse", "clinician"))
        for entry in ward.PATIENTS:
            admit(entry, site, nurse, doctor)
        other = Site.objects.create(**ward.OTHER_SITE)
        colleague = make_colleague(other)
        for entry in ward.OTHER_PATIENTS:
            admit(entry, other, colleague, colleague)
        self.stdout.write("Demo log-ins (printed only now):")
        for username, password in passwords.items():
            self.stdout.write(f"  {username:20} {password}")


def make_user(username, given, family, role, site, passwords) -> None:
    user = User(
        username=username,
        first_name=given,
        last_name=family,
        is_staff=role == "administrator",
    )
    user.set_password(passwords[username])
    user.save()
    user.groups.add(Group.objects.get(name=role))
    if site:
        user.sites.add(site)


def make_colleague(site: Site) -> User:
    """Return who wrote the records of the other site; nobody can sign in as them."""
    user = User(username="harbour", first_name="Hedda", last_name="Harbour (demo)", is_active=False)
    user.set_unusable_password()
    user.save()
    user.groups.add(Group.objects.get(name="clinician"))
    user.sites.add(site)
    return user


def admit(entry: dict, site: Site, nurse: User, doctor: User) -> None:
    """Register one invented person with encounter, facts, sets, notes and films."""
    identity = {name: value for name, value in entry.items() if name not in BESIDE_IDENTITY}
    identity["birth_date"] = date.fromisoformat(entry["birth_date"])
    patient = register_patient(site=site, registered_by=nurse, **identity)
    now = timezone.now()
    if "bed" in entry:
        start_encounter(
            patient=patient,
            started_by=nurse,
            encounter_class="inpatient",
            ward=ward.WARD,
            bed=entry["bed"],
            started_at=now - timedelta(days=entry["days"], hours=1),
        )
    known = {"patient": patient, "recorded_by": doctor}
    for name in entry.get("conditions", ()):
        record_condition(**known, **coded(CONDITIONS, name))
    for name, reaction, criticality in entry.get("allergies", ()):
        record_allergy(
            **known, **coded(ALLERGENS, name), reaction=reaction, criticality=criticality
        )
    for name, dosage in entry.get("medications", ()):
        record_medication(**known, **coded(DRUGS, name), dosage=dosage)
    for minutes_ago, kind, text in entry.get("notes", ()):
        write_note(
            patient=patient,
            written_by=nurse if kind == "nursing" else doctor,
            text=text,
            kind=kind,
            written_at=now - timedelta(minutes=minutes_ago),
        )
    for minutes_ago, *values in entry["sets"]:
        record_vital_signs(
            patient=patient,
            recorded_by=nurse,
            measured_at=now - timedelta(minutes=minutes_ago),
            measurements=measurements(values),
            confirmed=True,
        )
    for film in entry.get("films", ()):
        file_film(patient, doctor, now, *film)


def coded(table, name: str) -> dict:
    """Return a fact's fields: the name as the ward writes it, with its code where one is known."""
    entry = find(table, name)
    code = {"system": entry.system, "code": entry.code} if entry and entry.code else {}
    return {"display": name, **code}


def measurements(values) -> dict:
    """Return a set's fields; what was not measured is left out."""
    measured = {}
    for field, value in zip(ward.SET_FIELDS, values, strict=True):
        if value not in {None, ""}:
            is_number = field != "consciousness" and not isinstance(value, bool)
            measured[field] = Decimal(value) if is_number else value
    return measured


def file_film(patient, doctor, now, name, minutes_ago, priority, conclusion) -> None:
    """Upload one synthetic film; with a conclusion it is signed by the doctor."""
    content = (PICTURES / name).read_bytes()
    images = check_images([SimpleUploadedFile(name, content, content_type="image/png")])
    study_id = uuid6.uuid7()
    stored = store_images(images, study_id)
    study = submit_study(
        patient=patient,
        images=stored,
        modality="DX",
        body_part="CHEST",
        description="Frontal, synthetic picture",
        priority=priority,
        started_at=now - timedelta(minutes=minutes_ago),
        uploaded_by=doctor,
        study_id=study_id,
    )
    if conclusion:
        report_without_ai(study=study, reviewer=doctor, conclusion=conclusion)
