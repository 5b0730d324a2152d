"""Somebody leaves the computer; somebody meets a patient of another site."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import expect

from aicare.sessions import BEGUN, SEEN
from patients.models import BreakGlassGrant, VitalSigns
from tests.factories import make_site, make_user
from tests.journeys.conftest import PHONE
from tests.journeys.test_every_page import problems_of

pytestmark = pytest.mark.browser
MINUTE = 60


def leave_alone(page, seconds: float) -> None:
    """Make it so long ago that the session of this browser was touched."""
    # The server's threads share the tables in memory: none of them may be at work.
    page.wait_for_load_state("networkidle")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    session = SessionStore(cookies["aicare-session"])
    session[SEEN] = session[BEGUN] = timezone.now().timestamp() - seconds
    session.save()


def test_a_minute_before_the_end_the_page_asks_and_at_the_end_it_is_blank(hospital, open_browser):
    page = open_browser(hospital.nurse)
    page.clock.install()
    page.goto(f"/patients/{hospital.ill.pk}/")
    leave_alone(page, 14 * MINUTE + 20)
    page.clock.run_for(14 * MINUTE * 1000 + 20_000)
    dialog = page.get_by_role("dialog", name="Are you still there?")
    dialog.wait_for()
    assert not Axe().run(page, context="#session-end").response["violations"]
    dialog.get_by_role("button", name="Stay signed in").click()
    dialog.wait_for(state="hidden")
    leave_alone(page, 16 * MINUTE)
    page.clock.run_for(16 * MINUTE * 1000)
    # The page's update of itself may be on its way there as well, and give up.
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    assert "Iturbe" not in page.content()
    page.get_by_role("button", name="Sign in").wait_for()


def test_who_types_without_sending_stays_signed_in(hospital, open_browser):
    page = open_browser(hospital.nurse)
    page.clock.install()
    page.goto(f"/patients/{hospital.ill.pk}/vital-signs/new/")
    leave_alone(page, 10 * MINUTE)
    page.clock.run_for(2 * MINUTE * 1000)
    with page.expect_response("**/session/") as told:
        page.keyboard.press("Tab")
        page.clock.run_for(10_000)
    assert told.value.json()["seconds_left"] > 14 * MINUTE


def test_an_emergency_with_a_patient_of_another_site(hospital, open_browser):
    nurse = make_user("nurse", site=make_site(), first_name="Nadia", last_name="Invented-Elsewhere")
    page = open_browser(nurse, size=PHONE)
    page.goto("/patients/")
    page.get_by_role("link", name="Open in an emergency").click()
    assert not list(problems_of(page, page.url))
    page.get_by_label("Record number").fill("300417")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("heading", name="Iturbe, Marisol").wait_for()
    page.get_by_label("Why must you open this record?").fill("Collapsed in our corridor")
    page.get_by_role("button", name="Open for 60 minutes").click()
    page.get_by_text("Opened in an emergency.").wait_for()
    assert not list(problems_of(page, page.url))
    page.goto(f"/patients/{hospital.ill.pk}/vital-signs/new/")
    page.get_by_label("Pulse").first.fill("120")
    page.get_by_role("button", name="Save set").click()
    page.get_by_text("saved").first.wait_for()
    assert VitalSigns.objects.filter(recorded_by=nurse).exists()
    page.get_by_role("button", name="Close now").click()
    page.get_by_text("The record is closed.").wait_for()
    assert page.goto(f"/patients/{hospital.ill.pk}/").status == 404
    administrator = open_browser(hospital.administrator, size=PHONE)
    administrator.goto("/")
    administrator.get_by_role("link", name="Emergency access").click()
    assert not list(problems_of(administrator, administrator.url))
    administrator.get_by_role("link", name="Look at it").click()
    assert not list(problems_of(administrator, administrator.url))
    administrator.get_by_label("What did you find?").fill("Justified.")
    administrator.get_by_role("button", name="I have looked at it").click()
    administrator.get_by_text("Thank you for looking.").wait_for()
    assert BreakGlassGrant.objects.get().verdict == "Justified."
