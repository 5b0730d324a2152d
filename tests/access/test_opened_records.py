"""Every address about a record, while break-glass has it open: as the role allows, and marked.

Nothing leaves the house, nothing is merged, no other record opens, and no list shows the person.
"""

import pytest

from aicare.roles import AT_THE_BEDSIDE
from patients.break_glass.opened_records import IN_SESSION
from patients.models import Patient
from patients.services.break_glass import break_the_glass
from tests.access.asking import FORBIDDEN, LET_IN, NOT_FOUND, ask, word_for
from tests.access.conftest import undone
from tests.access.scene import browser_of
from tests.access.table import ANYBODY, PAGES, REST, TABLE
from tests.access.test_every_route import OF_A_PATIENT, ROUTES, acts_on_records, expected, known
from tests.factories import make_token

# The walk asks roles, not the database: it is made on SQLite alone.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
lists = [
    one
    for one in known
    if "GET" in TABLE[one].methods
    and not OF_A_PATIENT & set(ROUTES[one].parts)
    and one in {**PAGES, **REST}
    and TABLE[one].methods["GET"] != ANYBODY
]


def browser_with_it_open(scene, role: str):
    """Return a browser in which somebody of ``role`` has opened the foreign patient's record."""
    grant = break_the_glass(
        user=scene.people[role],
        patient=Patient.objects.get(pk=scene.foreign["patient_id"]),
        reason="Unconscious in the corridor",
    )
    client = browser_of(scene, role)
    session = client.session
    session[IN_SESSION] = [str(grant.pk)]
    session.save()
    return client


@pytest.mark.parametrize(("pattern", "method"), acts_on_records)
def test_an_opened_record_answers_as_an_own_one_does(scene, pattern, method):
    who, answered, wanted = TABLE[pattern].methods[method], {}, {}
    for role in AT_THE_BEDSIDE:
        with undone():
            client = browser_with_it_open(scene, role)
            answer = ask(client, ROUTES[pattern], TABLE[pattern], method, scene.foreign)
        wanted[role] = expected(pattern, who, scene.people[role])
        if TABLE[pattern].own_sites and wanted[role] == LET_IN:
            wanted[role] = FORBIDDEN
        answered[role] = word_for(answer)
        if answer.status_code < 300:
            assert answer.headers["X-Break-Glass"].startswith("expires="), role
            is_page = b"<!doctype html>" in getattr(answer, "content", b"")[:100]
            assert not is_page or b'id="break-glass"' in answer.content, role
    assert answered == wanted


@pytest.mark.parametrize(("pattern", "method"), acts_on_records)
def test_it_opens_no_record_to_a_program_of_the_same_person(scene, pattern, method):
    if pattern in REST:
        with undone():
            client = browser_with_it_open(scene, "clinician")
            token = make_token(scene.people["clinician"])
            answer = ask(
                client, ROUTES[pattern], TABLE[pattern], method, scene.foreign,
                authorization=f"Bearer {token}",
            )  # fmt: skip
        assert word_for(answer) == NOT_FOUND


@pytest.mark.parametrize("pattern", lists)
def test_no_list_shows_the_person(scene, pattern):
    patient = Patient.objects.get(pk=scene.foreign["patient_id"])
    for role in AT_THE_BEDSIDE:
        with undone():
            client = browser_with_it_open(scene, role)
            assert client.get(f"/patients/{patient.pk}/").status_code == 200
            answer = ask(client, ROUTES[pattern], TABLE[pattern], "GET", scene.foreign)
        said = answer.content.decode()
        assert str(patient.pk) not in said
        assert patient.medical_record_number not in said
