"""Every address × method × role, on an own record, a foreign one and none: who is let in.

The table says it for every address; an address without an entry fails, and so does an entry without
an address. Bodies are empty: the question is who is let in, not what comes of it.
"""

import pytest
from django.test import Client

from aicare.roles import READERS
from tests.access.asking import (
    FORBIDDEN,
    LET_IN,
    NO_SUCH_METHOD,
    NOT_FOUND,
    SIGN_IN_FIRST,
    ask,
    content_of,
    word_for,
)
from tests.access.conftest import undone
from tests.access.scene import WHO, browser_of
from tests.access.table import (
    ADMINISTRATION,
    ANYBODY,
    MODELS,
    NOBODY,
    NOTHING,
    READ,
    SIGNED_IN,
    SIGNING_IN,
    STAFF,
    STAFF_DOOR,
    TABLE,
)
from tests.access.walking import routes

# The walk asks roles, not the database: it is made on SQLite alone.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROUTES = routes()
# The variable parts of an address that lie in the record of one patient.
OF_A_PATIENT = {
    "patient_id", "set_id", "encounter_id", "fact_id", "note_id", "study_id", "instance_id",
    "job_id", "report_id", "finding_id", "row_id", "merge_id",
}  # fmt: skip
OF_A_MODEL = {"name", "version"}
OTHER_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
THIRD_PARTY = ("accounts/", "admin/")

known = sorted(TABLE.keys() & ROUTES.keys())
every_act = [(pattern, method) for pattern in known for method in TABLE[pattern].methods]
acts_on_records = [(one, how) for one, how in every_act if OF_A_PATIENT & set(ROUTES[one].parts)]
children = [
    (one, how)
    for one, how in acts_on_records
    if "patient_id" in ROUTES[one].parts and len(OF_A_PATIENT & set(ROUTES[one].parts)) > 1
]


def test_every_address_has_its_line_in_the_table():
    assert sorted(ROUTES.keys() - TABLE.keys()) == []
    assert sorted(TABLE.keys() - ROUTES.keys()) == []


def expected(pattern: str, who: str, user, *, is_own: bool = True) -> str:
    """Return how ``user`` is received according to the table."""
    parts = set(ROUTES[pattern].parts)
    if who in {ANYBODY, SIGNING_IN, SIGNED_IN}:
        return LET_IN
    if who == STAFF_DOOR:
        return LET_IN if user.is_staff else FORBIDDEN
    if pattern in ADMINISTRATION and not user.is_staff:
        return SIGN_IN_FIRST
    if who == NOTHING:
        return NOT_FOUND
    if who == STAFF:
        return LET_IN
    if parts & OF_A_PATIENT and not (is_own and user.has_perm(READ)):
        return NOT_FOUND
    if parts & OF_A_MODEL and not user.has_perm(MODELS):
        return NOT_FOUND
    return LET_IN if who != NOBODY and user.has_perm(who) else FORBIDDEN


@pytest.mark.parametrize(("pattern", "method"), every_act)
def test_every_role_is_received_as_the_table_says(scene, pattern, method):
    who, answered, wanted = TABLE[pattern].methods[method], {}, {}
    for role in WHO[:1] if who == ANYBODY else WHO:
        with undone():
            answer = ask(
                browser_of(scene, role), ROUTES[pattern], TABLE[pattern], method, scene.own
            )
        answered[role] = word_for(answer)
        wanted[role] = expected(pattern, who, scene.people[role])
    assert answered == wanted


@pytest.mark.parametrize(("pattern", "method"), every_act)
def test_nobody_gets_in_without_signing_in(scene, pattern, method):
    with undone():
        answer = ask(Client(), ROUTES[pattern], TABLE[pattern], method, scene.own)
    if TABLE[pattern].methods[method] == ANYBODY:
        assert word_for(answer) == LET_IN
    elif ROUTES[pattern].is_rest:
        assert answer.status_code == 401
    else:
        assert answer.headers["Location"].startswith(("/accounts/login/", "/admin/login/"))


@pytest.mark.parametrize(("pattern", "method"), acts_on_records)
def test_a_foreign_record_is_not_found_and_looks_like_none_at_all(scene, pattern, method):
    route, entry = ROUTES[pattern], TABLE[pattern]
    for role in READERS:
        with undone():
            foreign = ask(browser_of(scene, role), route, entry, method, scene.foreign)
        assert foreign.status_code == 404, role
    with undone():
        none = ask(browser_of(scene, role), route, entry, method, scene.nowhere)
    assert none.status_code == 404
    assert content_of(foreign) == content_of(none)


@pytest.mark.parametrize("whose", ["foreign", "another"])
@pytest.mark.parametrize(("pattern", "method"), children)
def test_a_child_of_another_patient_is_not_found_below_an_own_one(scene, pattern, method, whose):
    mixed = getattr(scene, whose) | {"patient_id": scene.own["patient_id"]}
    for role in READERS:
        with undone():
            answer = ask(browser_of(scene, role), ROUTES[pattern], TABLE[pattern], method, mixed)
        received = word_for(answer)
        if received == FORBIDDEN:
            # Who may not do it to any record is not told more.
            who = TABLE[pattern].methods[method]
            received = NOT_FOUND if expected(pattern, who, scene.people[role]) == FORBIDDEN else ""
        assert received == NOT_FOUND, role


@pytest.mark.parametrize("pattern", [one for one in known if not one.startswith(THIRD_PARTY)])
def test_a_method_that_an_address_does_not_know_is_refused(scene, pattern):
    who = next(iter(TABLE[pattern].methods.values()))
    role = next(role for role in WHO if who == NOTHING or let_in(scene, pattern, who, role))
    for method in set(OTHER_METHODS) - TABLE[pattern].methods.keys():
        with undone():
            answer = ask(
                browser_of(scene, role), ROUTES[pattern], TABLE[pattern], method, scene.own
            )
        assert word_for(answer) == NO_SUCH_METHOD, method


def let_in(scene, pattern: str, who: str, role: str) -> bool:
    return expected(pattern, who, scene.people[role]) == LET_IN
