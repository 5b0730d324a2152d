"""Roles are data; tokens narrow them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command

from aicare.models import ApiToken
from aicare.roles import ACTS, ROLE_NAMES, ROLES, SCOPES, permissions_of_scopes
from tests.factories import make_user

pytestmark = pytest.mark.django_db

# What was agreed with those who use it: nurse, clinician, radiologist, integrator, model manager,
# administrator. The permissions of one row stand and fall together.
MATRIX = {
    "patients.view_patient": "yes yes yes yes no no",
    "patients.view_vitalsigns": "yes yes yes yes no no",
    "patients.view_note": "yes yes yes yes no no",
    "patients.add_patient": "yes yes no yes no no",
    "patients.change_patient": "yes yes no yes no no",
    "patients.add_encounter": "yes yes no yes no no",
    "patients.change_encounter": "yes yes no yes no no",
    "patients.add_vitalsigns": "yes yes no yes no no",
    "patients.change_vitalsigns": "yes yes no yes no no",
    "patients.view_condition": "yes yes yes yes no no",
    "patients.add_condition": "no yes no yes no no",
    "patients.change_condition": "no yes no yes no no",
    "patients.view_allergy": "yes yes yes yes no no",
    "patients.add_allergy": "no yes no yes no no",
    "patients.change_allergy": "no yes no yes no no",
    "patients.view_medication": "yes yes yes yes no no",
    "patients.add_medication": "no yes no yes no no",
    "patients.change_medication": "no yes no yes no no",
    "patients.add_note": "yes yes no yes no no",
    "patients.change_note": "yes yes no yes no no",
    "patients.authorise_saturation_scale_2": "no yes no no no no",
    "patients.add_breakglassgrant": "yes yes yes no no no",
    "patients.view_breakglassgrant": "no no no no no yes",
    "imaging.add_imagingstudy": "yes yes yes yes no no",
    "inference.rerun_inferencejob": "yes yes yes yes no no",
    "inference.sign_diagnosticreport": "no yes yes no no no",
    "inference.view_modelversion": "yes yes yes no yes no",
    "inference.publish_modelversion": "no no no no yes no",
    "inference.activate_modelversion": "no no no no yes no",
    "aicare.view_auditevent": "no no no no no yes",
    "aicare.change_user": "no no no no no yes",
    "aicare.change_site": "no no no no no yes",
}


@pytest.mark.parametrize("permission", MATRIX)
def test_the_matrix_of_roles(permission):
    allowed = {role for role in ROLES if make_user(role).has_perm(permission)}
    assert allowed == {
        role
        for role, word in zip(ROLE_NAMES, MATRIX[permission].split(), strict=True)
        if word == "yes"
    }


def test_who_has_no_role_may_do_nothing():
    nobody = make_user(None)
    assert not any(nobody.has_perm(name) for act in ACTS for name in act.permissions)


def test_every_permission_stands_in_one_row():
    given = [permission for act in ACTS for permission in act.permissions]
    assert len(given) == len(set(given))


@pytest.mark.parametrize("role", ["model manager", "administrator"])
def test_who_manages_sees_no_clinical_data(role):
    clinical = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.select_related("content_type").filter(
            content_type__app_label__in=["patients", "imaging", "inference"]
        )
    }
    about_models_or_openings = {
        name for name in clinical if "modelversion" in name or "breakglass" in name
    }
    assert not ROLES[role] & (clinical - about_models_or_openings)


def test_the_documentation_shows_the_same_table():
    page = (Path(settings.BASE_DIR) / "docs" / "roles.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    assert rows[0] == ["act", *ROLE_NAMES, "scope"]
    assert rows[1:] == [
        [
            act.text,
            *("yes" if role in act.roles else "no" for role in ROLE_NAMES),
            f"`{act.scope}`" if act.scope else "–",
        ]
        for act in ACTS
    ]


def test_syncing_takes_a_permission_back_that_a_role_no_longer_has(monkeypatch):
    monkeypatch.setitem(ROLES, "nurse", {"patients.view_patient"})
    call_command("sync_roles", verbosity=0)
    assert not make_user("nurse").has_perm("patients.add_patient")


def test_a_scope_that_does_not_exist_permits_nothing():
    assert permissions_of_scopes(["everything"]) == set()


def test_a_token_without_scopes_permits_what_the_user_may():
    token, _ = ApiToken.issue(user=make_user("nurse"))
    assert token.permits("patients.view_patient")


def test_a_token_of_scope_read_does_not_write():
    token, _ = ApiToken.issue(user=make_user("nurse"), scopes=["read"])
    assert token.permits("patients.view_patient")
    assert not token.permits("patients.add_vitalsigns")


def test_every_scope_is_within_some_role():
    everything = set().union(*ROLES.values())
    assert set().union(*SCOPES.values()) <= everything


def test_a_scope_to_read_changes_nothing():
    for scope in ("read", "audit.read"):
        assert all(name.partition(".")[2].startswith("view_") for name in SCOPES[scope])


def test_the_administration_filters_by_the_names_that_people_read(client):
    client.force_login(make_user("administrator", is_staff=True))
    page = client.get("/admin/aicare/user/", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    shown = re.findall(r'<a href="\?groups__id__exact=\d+">\s*([^<]*?)\s*</a>', page)
    assert "Pflege" in shown
    assert "nurse" not in shown
