"""Two hospitals with one of everything, and somebody of every role at the first."""

import datetime
import uuid
from http.cookies import SimpleCookie
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from aicare.models import ApiToken
from aicare.roles import ROLE_NAMES
from aicare.sessions import BEGUN, SEEN
from imaging.models import Instance
from patients.models import Note, PatientMerge
from patients.services import (
    record_allergy,
    record_condition,
    record_medication,
    record_vital_signs,
)
from patients.services.break_glass import break_the_glass
from tests.factories import make_encounter, make_patient, make_site, make_user
from tests.inference.scenes import make_card, make_report, make_study, make_version

NO_ROLE = "no role"
WHO = (*ROLE_NAMES, NO_ROLE)


def make_scene() -> SimpleNamespace:
    """Return values of the variable parts at the own and at a foreign site, and signed-in people.

    ``another`` holds the same of a second patient of the own site.
    """
    card = make_card()
    version = make_version(card=card | {"files": card["files"] | {"report/report.html": "0"}})
    site = make_site()
    people = {
        role: make_user(
            None if role == NO_ROLE else role, site=site, is_staff=role == "administrator"
        )
        for role in WHO
    }
    scene = SimpleNamespace(site=site, people=people, version=version)
    scene.own = one_of_everything(site, version)
    scene.another = one_of_everything(site, version)
    elsewhere = make_site()
    scene.foreign = one_of_everything(elsewhere, version)
    scene.nowhere = {
        name: uuid.uuid4() if isinstance(value, uuid.UUID) else value
        for name, value in scene.own.items()
    }
    # Every role at once: what a token refuses, its scopes refuse.
    scene.everybody = make_user(None, site=site)
    scene.everybody.groups.set(Group.objects.filter(name__in=ROLE_NAMES))
    scene.cookies = {role: cookies_of(user) for role, user in people.items()}
    return scene


def cookies_of(user) -> SimpleCookie:
    client = Client()
    client.force_login(user)
    session = client.session
    # Requests are undone, so that none of them keeps the session alive while the module runs.
    session[SEEN] = session[BEGUN] = timezone.now().timestamp() + 3600
    session.save()
    return client.cookies


def browser_of(scene, role: str) -> Client:
    """Return a browser in which somebody of ``role`` is signed in, whatever others did."""
    client = Client()
    client.cookies = SimpleCookie(scene.cookies[role].output(header="", sep=";"))
    return client


def one_of_everything(site, version) -> dict:
    """Return by the names of variable parts what stands in an address, for one patient."""
    user = make_user(site=site)
    patient = make_patient(site)
    facts = {"patient": patient, "recorded_by": user, "display": "Asthma"}
    encounter = make_encounter(patient)
    study = make_study(patient)
    report = make_report(study, version=version)
    rows = {
        "patient_id": patient,
        "set_id": record_vital_signs(
            patient=patient,
            recorded_by=user,
            measured_at=timezone.now() - datetime.timedelta(hours=1),
            measurements={"heart_rate_per_min": 70},
        ),
        "encounter_id": encounter,
        "condition": record_condition(**facts),
        "allergy": record_allergy(**facts),
        "medication": record_medication(**facts),
        "note_id": Note.objects.create(
            patient=patient, text="Invented.", written_at=timezone.now(), written_by=user
        ),
        "merge_id": PatientMerge.objects.create(
            survivor=patient, duplicate=make_patient(site), reason="The same person"
        ),
        "study_id": study,
        "instance_id": Instance.objects.get(series__study=study),
        "job_id": report.job,
        "report_id": report,
        "finding_id": report.findings.first(),
        "grant_id": break_the_glass(
            user=make_user("nurse", site=make_site()),
            patient=patient,
            reason="Unconscious in the corridor",
        ),
        "user": user,
        "site": site,
        "token": ApiToken.issue(user=user)[0],
        "address": EmailAddress.objects.create(user=user, email=f"{user.username}@invalid"),
        "second_factor": Authenticator.objects.create(user=user, type="totp", data={}),
        "user_session": UserSession.objects.create(
            user=user, session_key=user.username, ip="127.0.0.1", user_agent="none"
        ),
    }
    values = {name: row.pk for name, row in rows.items()}
    return values | {
        "fact_id": values["condition"],
        "kind": "conditions",
        "table": "vital-signs",
        "patient": values["patient_id"],
        "name": version.classifier,
        "version": version.version,
        "state": "retired",
        "which": "report",
        "content_type_id": "1",
        "object_id": "1",
    }
