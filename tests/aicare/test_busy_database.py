"""What people and programs get while the database is busy or away: "come again", not a mistake."""

import pytest
from django.db import OperationalError

from aicare import sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(client, ward, monkeypatch):
    """Return a browser of a nurse, and what lets every request of it break with an error."""
    client.force_login(ward.nurse)
    client.raise_request_exception = False

    def break_with(error):
        def breaks(request):
            raise error

        monkeypatch.setattr(sessions, "is_by_hand", breaks)
        return client

    return break_with


@pytest.mark.parametrize(
    ("error", "status", "come_again", "code"),
    [
        (OperationalError("database is locked"), 503, "2", "storage_busy"),
        (ValueError("ours"), 500, None, "error"),
    ],
)
def test_a_busy_database_is_told_apart_from_a_mistake(broken, error, status, come_again, code):
    page = broken(error).get("/patients/")
    assert (page.status_code, page.headers.get("Retry-After")) == (status, come_again)
    assert "If you were saving, look at the record first" in page.content.decode()
    answer = broken(error).get("/api/v1/patients/")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, come_again)
    assert answer.json()["errors"][0]["code"] == code
