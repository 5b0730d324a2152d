"""How long somebody stays signed in, and what does not count as somebody being there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from aicare.sessions import AT_MOST, BEGUN, IDLE, SEEN
from tests.factories import make_token

pytestmark = pytest.mark.django_db
LIVE = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ward/"}
MINUTE = 60


@pytest.fixture
def nurse(client, ward):
    client.force_login(ward.nurse)
    return client


def leave_alone(client, seconds: float, *, begun: float | None = None) -> None:
    """Make it so long ago that the session was touched, and began."""
    session, now = client.session, timezone.now().timestamp()
    session[SEEN] = now - seconds
    session[BEGUN] = now - (seconds if begun is None else begun)
    session.save()


def seen(client) -> float:
    return client.session.get(SEEN, 0)


def test_after_fifteen_minutes_the_next_page_asks_to_sign_in_and_says_why(nurse):
    leave_alone(nurse, 15 * MINUTE + 1)
    answer = nurse.get("/ward/", follow=True)
    assert answer.redirect_chain == [("/accounts/login/?next=/ward/", 302)]
    assert "nothing was done for 15 minutes" in answer.content.decode()
    assert nurse.get("/ward/").status_code == 302


def test_a_touch_before_that_begins_anew(nurse):
    leave_alone(nurse, 14 * MINUTE)
    assert nurse.get("/ward/").status_code == 200
    assert timezone.now().timestamp() - seen(nurse) < 5


def test_after_twelve_hours_it_ends_however_busy_somebody_was(nurse):
    leave_alone(nurse, 10, begun=AT_MOST.total_seconds() + 1)
    answer = nurse.get("/ward/", follow=True)
    assert "12 hours at most" in answer.content.decode()


def test_updates_of_a_page_and_its_pictures_do_not_count(nurse, ward):
    leave_alone(nurse, 14 * MINUTE)
    before = seen(nurse)
    assert nurse.get("/ward/", headers=LIVE).status_code == 200
    assert nurse.get(f"/api/v1/patients/{ward.patient.pk}/").status_code == 200
    assert nurse.get("/session/").json()["seconds_left"] <= MINUTE
    assert seen(nurse) == before


@pytest.mark.parametrize("address", ["/session/", "/api/v1/patients/"])
def test_sending_something_counts(nurse, address):
    leave_alone(nurse, 14 * MINUTE)
    nurse.post(address, "{}", content_type="application/json")
    assert timezone.now().timestamp() - seen(nurse) < 5


def test_the_session_is_written_once_a_minute_at_most(nurse):
    leave_alone(nurse, 50)
    before = seen(nurse)
    nurse.get("/ward/")
    assert seen(nurse) == before


def test_a_pages_update_after_the_end_leaves_the_page(nurse):
    leave_alone(nurse, 16 * MINUTE)
    answer = nurse.get("/ward/", headers=LIVE)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Fward%2F"


def test_a_script_is_told_that_the_session_has_ended(nurse):
    leave_alone(nurse, 16 * MINUTE)
    answer = nurse.get("/api/v1/patients/")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "session_expired"
    assert nurse.get("/api/v1/patients/").status_code == 401


def test_the_end_is_on_record(nurse, ward):
    leave_alone(nurse, 16 * MINUTE)
    nurse.get("/ward/")
    assert AuditEvent.objects.get(action="session.expired").user == ward.nurse


def test_a_sign_in_begins_to_count_and_another_one_elsewhere_does_not_lengthen_it(client, ward):
    password = {"login": ward.nurse.username, "password": "correct horse battery"}
    client.post(reverse("account_login"), password)
    assert timezone.now().timestamp() - client.session[BEGUN] < 5
    session = client.session
    session[BEGUN] -= IDLE.total_seconds()
    session.save()
    ward.nurse.last_login = timezone.now()
    ward.nurse.save()
    assert client.get("/ward/").status_code == 302


def test_a_program_has_no_session_to_lose(client, ward):
    headers = {"Authorization": f"Bearer {make_token(ward.nurse)}"}
    for _ in range(2):
        assert client.get("/api/v1/patients/", headers=headers).status_code == 200
    assert not client.session.keys()


def test_every_page_of_somebody_signed_in_knows_when_it_ends(nurse):
    page = nurse.get("/ward/").content.decode()
    assert 'id="session-end"' in page
    assert 'data-seconds-left="899"' in page or 'data-seconds-left="900"' in page
    nurse.logout()
    assert 'id="session-end"' not in nurse.get("/about/").content.decode()
