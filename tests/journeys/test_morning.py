"""A doctor's morning: the board, the most urgent patient, the unsigned film, the paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aicare.models import AuditEvent
from inference.models import DiagnosticReport
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


def test_a_doctor_reads_signs_and_takes_the_summary_along(hospital, open_browser):
    page = open_browser(hospital.clinician)
    page.goto("/ward/")
    page.locator("table.ward tbody th a").first.click()
    expect(page.get_by_role("heading", name="Iturbe, Marisol")).to_be_visible()
    banner = page.get_by_role("region", name="Patient")
    expect(banner).to_contain_text("Allergy: Penicillin (rash)")
    expect(banner.get_by_role("link", name="Emergency 2222")).to_have_attribute("href", "tel:2222")
    expect(page.get_by_role("region", name="Alerts")).to_contain_text("High risk")
    film = page.locator("article.study", has_text="frontal")
    expect(film.locator(".said.machine")).to_contain_text("unsigned")

    film.get_by_role("link", name=re.compile("Read and sign")).click()
    page.get_by_label("Agree", exact=True).check()
    page.get_by_role("button", name=re.compile("^Sign")).click()
    expect(page.get_by_text(re.compile("[Ss]igned"))).not_to_have_count(0)
    assert DiagnosticReport.objects.filter(status="final", signed_by=hospital.clinician).exists()

    page.goto(f"/patients/{hospital.ill.pk}/")
    film = page.locator("article.study", has_text="frontal")
    expect(film.locator(".said.person")).to_contain_text("viral pneumonia", ignore_case=True)
    expect(film.locator(".said.machine")).to_have_count(0)
    expect(film).to_contain_text(f"Signed by {hospital.clinician}")

    answer = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert answer.body().startswith(b"%PDF-")
    assert AuditEvent.objects.filter(action="patient.summary-exported").count() == 1


def test_the_summary_prints_on_two_sheets_at_most(hospital, open_browser):
    page = open_browser(hospital.clinician)
    page.goto(f"/patients/{hospital.ill.pk}/")
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    page.emulate_media(media="print")
    expect(page.get_by_text(re.compile("^Printed "))).to_be_visible()
    on_each_sheet = page.evaluate("getComputedStyle(document.querySelector('#banner')).display")
    assert on_each_sheet == "table-header-group", "a browser repeats it on every sheet"
    expect(page.get_by_role("link", name="Record set")).to_be_hidden()


@pytest.mark.parametrize(("width", "most"), [(320, 128), (390, 96)])
def test_allergies_and_alerts_stay_in_sight_on_a_phone(hospital, open_browser, width, most):
    for number in range(9):
        hospital.ill.allergies.create(display=f"Substance {number} with a long name")
    page = open_browser(hospital.clinician, size=PHONE | {"width": width})
    page.goto(f"/patients/{hospital.ill.pk}/")
    page.mouse.wheel(0, 1500)
    # The page's policy forbids the browser to evaluate a condition that it waits for.
    for _ in range(100):
        if page.evaluate("scrollY") > 1000:
            break
        page.wait_for_timeout(50)
    assert page.evaluate("scrollY") > 1000
    stuck = page.locator(".stays")
    box = stuck.bounding_box()
    assert box["y"] == 0
    assert box["height"] <= most
    expect(stuck.get_by_text("10 allergies:")).to_be_in_viewport()
    expect(stuck.get_by_text("and 7 more")).to_be_in_viewport()
    expect(stuck.get_by_text("High risk: call the emergency team").first).to_be_in_viewport()
    page.locator("#warnings-head").click()
    expect(stuck.get_by_text("Substance 0 with a long name")).to_be_visible()
    assert Axe().run(page).violations_count == 0


def test_what_the_reader_opened_stays_open_when_the_page_updates_itself(hospital, open_browser):
    page = open_browser(hospital.clinician, size=DESK)
    page.goto(f"/patients/{hospital.ill.pk}/")
    # At once: a click could meet the page just as it renews itself.
    page.evaluate(
        "for (const id of ['axis-table', 'warnings']) document.getElementById(id).open = true"
    )
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.evaluate("htmx.trigger('#record', 'wake')")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("#warnings")).to_have_attribute("open", "")
    expect(page.locator("#axis-table")).to_have_attribute("open", "")
