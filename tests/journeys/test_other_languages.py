"""Longer words: the main pages of every language fit the smallest phone and stay accessible."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.journeys.test_every_page import SMALL, look_at_all

pytestmark = pytest.mark.browser
# German has a test of its own beside that of every page, which looks at more of them.
OTHERS = [code for code, _name in settings.LANGUAGES if code not in {"en", "de"}]


@pytest.mark.parametrize("language", OTHERS)
def test_the_main_pages_fit_a_small_phone(hospital, open_browser, language):
    page = open_browser(hospital.clinician)
    hospital.clinician.language = language
    hospital.clinician.save(update_fields=["language"])
    ill = hospital.ill
    names = (
        "summary", "vital_signs", "record_vital_signs", "trends", "studies", "record", "edit",
    )  # fmt: skip
    look_at_all(
        page,
        [
            "/ward/", "/patients/", "/worklist/",
            *(reverse(f"patients:{name}", args=[ill.pk]) for name in names),
            reverse("inference:study", args=[ill.imaging_studies.first().pk]),
            reverse("imaging:new_study", args=[ill.pk]),
        ],
        SMALL,
    )  # fmt: skip
    assert page.locator("html").get_attribute("lang") == language


def test_somebody_chooses_a_language_and_keeps_it(hospital, open_browser):
    page = open_browser(hospital.nurse)
    page.goto("/patients/?q=iturbe")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.url.endswith("/patients/?q=iturbe")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
