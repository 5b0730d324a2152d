"""Roles are data; tokens narrow them."""

import pytest
from django.core.management import call_command

from aicare.models import ApiToken
from aicare.roles import ROLES, SCOPES, permissions_of_scopes
from tests.factories import make_user

pytestmark = pytest.mark.django_db

MATRIX = [
    ("patients.view_patient", {"nurse", "clinician", "radiologist", "integrator"}),
    ("patients.add_patient", {"nurse", "clinician", "integrator"}),
    ("patients.add_vitalsigns", {"nurse", "clinician", "integrator"}),
    ("patients.add_condition", {"clinician", "integrator"}),
    ("imaging.add_imagingstudy", {"nurse", "clinician", "radiologist", "integrator"}),
    ("inference.sign_diagnosticreport", {"clinician", "radiologist"}),
    ("inference.activate_modelversion", {"model manager"}),
    (
        "inference.view_modelversion",
        {"nurse", "clinician", "radiologist", "integrator", "model manager"},
    ),
    ("aicare.view_auditevent", {"administrator"}),
]


@pytest.mark.parametrize(("permission", "roles"), MATRIX)
def test_the_matrix_of_roles(permission, roles):
    allowed = {role for role in ROLES if make_user(role).has_perm(permission)}
    assert allowed == roles


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
