"""Trends in a real browser: read with the mouse, the keyboard and without a script; on paper."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient, VitalSigns
from patients.services import record_vital_signs
from tests.complete_sets import ILL

pytestmark = pytest.mark.browser

NOON = datetime.datetime(2026, 7, 1, 10, 0, tzinfo=datetime.UTC)
EVERYTHING = ILL | {
    "heart_rate_second_per_min": 108, "glucose_mmol_per_l": "6.1", "weight_kg": "71.5",
    "oxygen_flow_l_per_min": 2,
}  # fmt: skip


def test_all_signs_are_read_at_one_moment_with_keyboard_and_mouse(hospital, open_browser):
    page = open_browser(hospital.clinician)
    page.goto(reverse("patients:trends", args=[hospital.ill.pk]))
    pulse = page.locator("[data-strip]", has=page.get_by_role("heading", name="Pulse"))
    assert pulse.locator("[data-value]").inner_text() == "112"

    slider = page.get_by_role("slider", name="Read all signs at one moment")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert pulse.locator("[data-value]").inner_text() == "95"
    assert "Pulse /min 95, 1" in slider.get_attribute("aria-valuetext")
    assert pulse.locator("[data-cross]").get_attribute("visibility") == "visible"
    page.keyboard.press("Home")
    assert pulse.locator("[data-value]").inner_text() == "70"
    page.keyboard.press("Escape")
    assert pulse.locator("[data-value]").inner_text() == "112"

    drawing = pulse.locator("[data-plot]")
    drawing.scroll_into_view_if_needed()
    drawing.hover(position={"x": 2, "y": 20})
    assert pulse.locator("[data-value]").inner_text() == "70"
    drawing.hover(position={"x": drawing.bounding_box()["width"] - 2, "y": 20})
    assert pulse.locator("[data-value]").inner_text() == "112"
    page.get_by_role("heading", name="Trends").hover()
    assert pulse.locator("[data-cross]").get_attribute("visibility") == "hidden"


def test_without_a_script_the_charts_are_there_with_their_tables(hospital, open_browser):
    page = open_browser(hospital.clinician, java_script_enabled=False)
    page.goto(reverse("patients:trends", args=[hospital.ill.pk]))
    assert not page.locator("[data-reader]").is_visible()
    page.locator("#closer").click()
    page.locator("#closer").click()
    page.locator("#earlier").click()
    assert page.locator("#earlier").count() == 0, "nothing was measured earlier"
    page.locator("#period-all").click()
    strip = page.locator("[data-strip]", has=page.get_by_role("heading", name="Pulse"))
    strip.locator("summary").click()
    assert strip.get_by_role("row").count() == 6


def test_a_sheet_of_the_observation_chart_is_a_page_of_paper(hospital, open_browser):
    """Also the fullest: both scales, a second pulse, glucose, weight, scores that do not apply."""
    for number in range(25):
        record_vital_signs(
            patient=hospital.ill, recorded_by=hospital.nurse, measurements=EVERYTHING,
            measured_at=NOON + datetime.timedelta(minutes=15 * number), confirmed=True,
        )  # fmt: skip
    VitalSigns.objects.filter(measured_at__gt=NOON + datetime.timedelta(hours=2)).update(
        saturation_scale=2, not_applicable_because="pregnant"
    )
    page = open_browser(hospital.clinician)
    address = reverse("patients:observation_chart", args=[hospital.ill.pk])
    page.goto(f"{address}?day=2026-07-01")
    assert page.locator(".observation-sheet").count() == 2
    assert pages_and_size(page) == (2, "landscape")


def test_trends_are_printed_upright_on_a_page_or_two(hospital, open_browser):
    record_vital_signs(
        patient=hospital.ill, recorded_by=hospital.nurse, measurements=EVERYTHING,
        measured_at=timezone.now(), confirmed=True,
    )  # fmt: skip
    page = open_browser(hospital.clinician)
    page.goto(reverse("patients:trends", args=[hospital.ill.pk]))
    count, direction = pages_and_size(page)
    assert count <= 2
    assert direction == "upright"


def pages_and_size(page):
    """Return how many pages the print has and how the first lies."""
    printed = page.pdf(prefer_css_page_size=True, format="A4")
    _, _, width, height = re.search(rb"/MediaBox\s*\[([^\]]+)\]", printed).group(1).split()
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    return pages, "landscape" if float(width) > float(height) else "upright"


def test_a_chart_fits_a_phone_when_every_table_is_open(hospital, open_browser):
    patient = Patient.objects.get(pk=hospital.ill.pk)
    page = open_browser(hospital.clinician, size={"width": 320, "height": 640})
    page.goto(reverse("patients:trends", args=[patient.pk]))
    for table in page.locator(".strip .as-table summary").all():
        table.click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
