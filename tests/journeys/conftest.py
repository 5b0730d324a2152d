"""Journeys in a real Chromium against a live server."""

import threading
import time

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.test import Client

from tests.journeys.invented_ward import PASSWORD, make_invented_ward

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def hospital(transactional_db, live_server):
    """An invented ward on a live server; roles again, because tests that commit empty tables."""
    call_command("sync_roles", verbosity=0)
    made = make_invented_ward()
    made.address = live_server.url
    return made


@pytest.fixture
def open_browser(chromium, hospital):
    """Open a window of a size, empty, of somebody signed in; it fails on any console error."""
    contexts, complaints = [], []

    def open_as(user=None, *, size=DESK, **options):
        context = chromium.new_context(
            viewport=size, base_url=hospital.address, **{"locale": "en-GB"} | options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        if user:
            context.add_cookies([session_cookie(user) | {"url": hospital.address}])
        return page

    yield open_as
    for context in contexts:
        context.close()
    wait_for_the_server()
    assert not complaints


def session_cookie(user) -> dict[str, str]:
    """Return the cookie of a new session: the page for it is opened where signing in is tested."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def sign_in(page, user):
    """Sign in on the page that asks for it."""
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def meanwhile(act):
    """Do what another process would while a page is open, and return what it returns.

    The test and its server share a database in memory, which refuses to write what is being read.
    """
    for _ in range(50):
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.1)
    raise AssertionError("The page never stopped reading.")


def wait_for_the_server():
    """Let the last requests of the closed windows end before their tables are emptied."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)
