"""Make what tests need, with invented people."""

import datetime
import itertools
from types import SimpleNamespace

import uuid6
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.utils import timezone

from aicare.models import ApiToken, Site, User
from aicare.roles import ROLES
from imaging.intake import check_images
from imaging.models import ImagingStudy
from imaging.services import register_study, store_images
from patients.models import Encounter, Patient
from patients.services.words import write_words
from tests.bad_inputs.pictures import good_png

counter = itertools.count(1)


def make_site(**fields) -> Site:
    defaults = {
        "name": f"Invented Hospital {next(counter)}",
        "country": "ES",
        "time_zone": "Europe/Madrid",
        "emergency_phone": "2222",
    }
    return Site.objects.create(**defaults | fields)


def make_user(role: str | None = "clinician", *, site: Site | None = None, **fields) -> User:
    """Return an active user with ``role`` at ``site`` (password: ``correct horse battery``)."""
    number = next(counter)
    user = User(**{"username": f"user{number}", "first_name": "Test", "last_name": f"User {number}"}
                | fields)  # fmt: skip
    user.set_password("correct horse battery")
    user.save()
    if role:
        assert role in ROLES, role
        user.groups.add(Group.objects.get(name=role))
    if site:
        user.sites.add(site)
    return user


def make_user_with(*permissions: str, site: Site) -> User:
    """Return a user at ``site`` with these permissions (``app.codename``) and no role."""
    user = make_user(None, site=site)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


def make_token(user: User, **fields) -> str:
    return ApiToken.issue(user=user, **fields)[1]


def make_patient(site: Site | None = None, **fields) -> Patient:
    number = next(counter)
    defaults = {
        "site": site or make_site(),
        "medical_record_number": f"T{number:06}",
        "family_name": "Inventada",
        "given_names": f"Paciente {number}",
        "birth_date": datetime.date(1962, 2, 3),
        "sex": "female",
    }
    patient = Patient(**defaults | fields)
    patient.save()
    write_words(patient)
    return patient


def make_encounter(patient: Patient, **fields) -> Encounter:
    defaults = {
        "patient": patient,
        "ward": "3 East",
        "bed": "7",
        "started_at": timezone.now() - datetime.timedelta(days=3),
    }
    return Encounter.objects.create(**defaults | fields)


def make_study(patient: Patient, *pictures: bytes, **fields) -> ImagingStudy:
    """Return a study of the files ``pictures`` (default: a small PNG of its own), without jobs."""
    contents = pictures or [good_png(seed=next(counter))]
    study_id = uuid6.uuid7()
    defaults = {"modality": "DX", "body_part": "CHEST", "uploaded_by": make_user(site=patient.site)}
    return register_study(
        patient=patient,
        images=store_images(check_images([ContentFile(one) for one in contents]), study_id),
        study_id=study_id,
        **defaults | fields,
    )


def make_ward() -> SimpleNamespace:
    site = make_site()
    return SimpleNamespace(
        site=site,
        nurse=make_user("nurse", site=site),
        clinician=make_user("clinician", site=site),
        radiologist=make_user("radiologist", site=site),
        patient=make_patient(site),
        stranger=make_user("clinician", site=make_site()),
    )
