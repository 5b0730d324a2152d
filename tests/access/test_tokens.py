"""Every REST act × token scope: a token does what its scopes include and its user may, no more."""

import pytest
from django.test import Client

from aicare.roles import SCOPES
from tests.access.asking import FORBIDDEN, LET_IN, NOT_FOUND, SIGN_IN_FIRST, ask, word_for
from tests.access.conftest import undone
from tests.access.scene import WHO
from tests.access.table import ANYBODY, PAGES, READ, REST
from tests.access.test_every_route import expected
from tests.access.walking import routes
from tests.factories import make_token

# The walk asks roles, not the database: it is made on SQLite alone.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROUTES = routes()
acts = [
    (pattern, method)
    for pattern in sorted(REST.keys() & ROUTES.keys())
    for method, who in REST[pattern].methods.items()
    if who != ANYBODY
]
pages = [
    (pattern, method)
    for pattern in sorted(PAGES.keys() & ROUTES.keys())
    for method, who in PAGES[pattern].methods.items()
    if who != ANYBODY
]


def ask_with(token: str, pattern: str, method: str, values: dict, table=REST) -> str:
    with undone():
        return word_for(
            ask(
                Client(), ROUTES[pattern], table[pattern], method, values,
                authorization=f"Bearer {token}",
            )
        )  # fmt: skip


@pytest.mark.parametrize(("pattern", "method"), acts)
def test_a_token_does_what_its_scopes_include(scene, pattern, method):
    needed, answered, wanted = {REST[pattern].methods[method]}, {}, {}
    if method == "GET" and "patient_id" in ROUTES[pattern].parts:
        # Also what one reads in order to change it is read.
        needed.add(READ)
    for scope, permissions in SCOPES.items():
        token = make_token(scene.everybody, scopes=[scope])
        answered[scope] = ask_with(token, pattern, method, scene.own)
        may = needed <= permissions and method not in REST[pattern].people_only
        wanted[scope] = LET_IN if may else FORBIDDEN
    assert answered == wanted


@pytest.mark.parametrize(("pattern", "method"), acts)
def test_a_token_without_scopes_does_what_its_user_may(scene, pattern, method):
    needed, answered, wanted = REST[pattern].methods[method], {}, {}
    for role in WHO:
        user = scene.people[role]
        answered[role] = ask_with(make_token(user), pattern, method, scene.own)
        people_only = method in REST[pattern].people_only
        wanted[role] = FORBIDDEN if people_only else expected(pattern, needed, user)
    assert answered == wanted


@pytest.mark.parametrize(("pattern", "method"), acts)
def test_a_token_of_all_scopes_finds_no_foreign_record(scene, pattern, method):
    if "patient_id" in ROUTES[pattern].parts:
        token = make_token(scene.everybody, scopes=list(SCOPES))
        assert ask_with(token, pattern, method, scene.foreign) == NOT_FOUND


@pytest.mark.parametrize(("pattern", "method"), pages)
def test_a_token_opens_no_page(scene, pattern, method):
    token = make_token(scene.everybody)
    assert ask_with(token, pattern, method, scene.own, table=PAGES) == SIGN_IN_FIRST
