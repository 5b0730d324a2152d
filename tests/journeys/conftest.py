"""Journeys in a real Chromium against a live server."""

import threading

import pytest
from django.core.management import call_command

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
    """Open a browser window of a size, signed in as somebody; it fails on any console error."""
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
            page.goto("/accounts/login/")
            page.locator("[name=login]").fill(user.username)
            page.locator("[name=password]").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.locator(".top nav").wait_for()
        return page

    yield open_as
    for context in contexts:
        context.close()
    wait_for_the_server()
    assert not complaints


def wait_for_the_server():
    """Let the last requests of the closed windows end before their tables are emptied."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)
