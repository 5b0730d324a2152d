"""Finding patients, registering oneself, and what a page does when the session ends."""

import contextlib
import re

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from playwright.sync_api import TimeoutError, expect

from aicare.models import User
from tests.journeys.conftest import PHONE, meanwhile, sign_in
from tests.journeys.invented_ward import PASSWORD

pytestmark = pytest.mark.browser


def test_a_patient_is_found_without_accents_from_any_page(hospital, open_browser):
    page = open_browser(hospital.nurse)
    page.goto("/ward/")
    page.get_by_label("Find a patient").fill("pequena luz")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Pequeña, Luz").click()
    expect(page.get_by_role("heading", name="Pequeña, Luz")).to_be_visible()


def test_a_search_without_a_hit_says_what_to_do(hospital, open_browser):
    page = open_browser(hospital.nurse, size=PHONE)
    page.goto("/patients/?q=Nobody")
    expect(page.get_by_text("No patient of your site matches “Nobody”.")).to_be_visible()
    page.get_by_role("link", name="register a new patient").click()
    page.get_by_label("Family name").fill("Novísima")
    page.get_by_label("Record number").fill("INVENTED-1")
    page.get_by_label("Sex").select_option("female")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Novísima")).to_be_visible()


def test_a_registration_waits_for_an_administrator(hospital, open_browser):
    page = open_browser(size=PHONE)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Register").click()
    page.get_by_label("Given names").fill("Nora")
    page.get_by_label("Family name").fill("Invented")
    page.get_by_label("Username").fill("nora")
    for label in (re.compile(r"^Password$"), re.compile(r"again", re.IGNORECASE)):
        page.get_by_label(label).fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Waiting for approval")).to_be_visible()
    nora = User.objects.get(username="nora")
    sign_in_as(page, nora, leads_in=False)
    expect(page.get_by_role("heading", name="Waiting for approval")).to_be_visible()
    approve(nora, hospital.site)
    sign_in_as(page, nora)
    expect(page.get_by_role("heading", name="All wards")).to_be_visible()


def approve(user, site):
    user.is_active = True
    user.save()
    user.groups.add(Group.objects.get(name="nurse"))
    user.sites.add(site)


def wait_for_an_update(page, outcome):
    """Let the board update itself; one that meets busy tables in memory is followed by the next."""
    for _ in range(3):
        page.clock.run_for(21_000)
        with contextlib.suppress(TimeoutError):
            return outcome.wait_for(timeout=4_000)
    raise AssertionError("No update led there.")


def test_a_board_whose_session_has_ended_leaves_the_patients_at_once(hospital, open_browser):
    page = open_browser()
    page.clock.install()
    sign_in_as(page, hospital.nurse)
    expect(page.get_by_role("link", name="Iturbe, Marisol", exact=True)).to_be_visible()
    meanwhile(Session.objects.all().delete)
    wait_for_an_update(page, page.get_by_role("heading", name="Sign in"))
    assert "Iturbe" not in page.content()


def test_a_board_that_misses_its_updates_says_since_when(hospital, open_browser):
    page = open_browser()
    page.clock.install()
    sign_in_as(page, hospital.nurse)
    note = page.locator("[data-live-note]")
    expect(note).to_contain_text(re.compile(r"^updated \d\d:\d\d$"))
    page.context.set_offline(True)
    page.clock.run_for(70_000)
    expect(note).to_contain_text(re.compile(r"^not updated since \d\d:\d\d$"))
    page.context.set_offline(False)
    page.clock.run_for(25_000)
    expect(note).to_contain_text(re.compile(r"^updated \d\d:\d\d$"))


def sign_in_as(page, user, *, leads_in=True):
    page.goto("/accounts/login/")
    sign_in(page, user)
    if leads_in:
        page.get_by_role("navigation", name="Main").wait_for()
