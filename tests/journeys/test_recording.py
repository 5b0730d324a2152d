"""A nurse records a set on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from patients.models import VitalSigns
from patients.services import correct_vital_signs
from tests.journeys.conftest import PHONE, meanwhile

pytestmark = pytest.mark.browser


@pytest.fixture
def form(hospital, open_browser):
    """The form of the patient in bed 9, reached from the board with a thumb."""
    page = open_browser(hospital.nurse, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/ward/")
    page.get_by_role("link", name=re.compile("Record set of Solheim")).tap()
    page.get_by_role("textbox", name="Respiration").wait_for()
    page.wait_for_load_state("load")
    return page


def newest(hospital):
    return hospital.well.vital_signs.newest_first().first()


def test_a_slip_of_the_unit_is_caught_and_corrected_with_one_tap(hospital, form):
    form.get_by_role("textbox", name="Respiration").fill("22")
    form.get_by_role("textbox", name="SpO₂").fill("93")
    expect(form.get_by_label("Oxygen flow")).to_be_hidden()
    form.get_by_text("Oxygen", exact=True).tap()
    form.get_by_label("Oxygen flow").fill("2")
    form.get_by_text("Oxygen", exact=True).tap()
    expect(form.get_by_label("Oxygen flow")).to_be_visible()
    form.get_by_text("Oxygen", exact=True).tap()
    form.get_by_label("Systolic pressure").fill("105")
    form.get_by_label("Diastolic pressure").fill("60")
    form.get_by_label("Pulse", exact=True).fill("112")
    form.get_by_label("Temperature", exact=True).fill("101,1")
    form.get_by_text("Alert", exact=True).tap()
    expect(form.locator("#running")).to_contain_text("9–12")
    expect(form.locator("#running")).to_contain_text("1 open")
    form.get_by_role("button", name="Save set").tap()
    expect(form.get_by_text("Was it Fahrenheit?")).to_be_visible()
    assert hospital.well.vital_signs.count() == 1, "nothing is saved yet"
    form.get_by_role("button", name="Use 38.4 °C").tap()
    expect(form.get_by_label("Temperature", exact=True)).to_have_value("38.4")
    expect(form.locator("#running")).to_contain_text("10")
    form.get_by_role("button", name="Save set").tap()
    expect(form.get_by_text("saved. NEWS2 10, high")).to_be_visible()
    assert newest(hospital).score == 10


def test_the_form_with_everything_open_and_asked_is_accessible(form):
    form.get_by_role("textbox", name="Systolic pressure").fill("60")
    form.get_by_role("textbox", name="Diastolic pressure").fill("105")
    form.get_by_role("textbox", name="Temperature", exact=True).fill("38")
    form.get_by_role("button", name="Save set").tap()
    expect(form.get_by_text("Were they swapped?")).to_be_visible()
    for words in ("More: pain", "say why", "Measured now"):
        form.locator("summary", has_text=words).tap()
    assert Axe().run(form).response["violations"] == []


def test_enter_goes_from_value_to_value_and_saves_nothing(hospital, form):
    form.get_by_role("textbox", name="Respiration").press("Enter")
    expect(form.get_by_role("textbox", name="SpO₂")).to_be_focused()
    form.get_by_role("textbox", name="SpO₂").press("Enter")
    expect(form.get_by_role("radio", name="Room air")).to_be_focused()
    form.get_by_role("radio", name="Room air").press("Enter")
    expect(form.get_by_role("textbox", name="Systolic pressure")).to_be_focused()
    form.get_by_role("textbox", name="Pulse", exact=True).press("Enter")
    expect(form.get_by_role("textbox", name="Temperature")).to_be_focused()
    form.get_by_role("radio", name="Alert").press("Enter")
    expect(form.get_by_role("button", name="Save set")).to_be_focused()
    assert hospital.well.vital_signs.count() == 1


def test_ctrl_and_enter_saves(hospital, form):
    form.get_by_role("textbox", name="Pulse", exact=True).fill("70")
    form.get_by_role("textbox", name="Pulse", exact=True).press("Control+Enter")
    expect(form.get_by_text(re.compile("Solheim, Ingrid: set of .* saved"))).to_be_visible()
    assert hospital.well.vital_signs.count() == 2


def test_a_time_before_now_is_one_tap_and_the_later_choice_counts(form):
    form.get_by_text("Measured now").tap()
    form.get_by_text("15 min ago").tap()
    expect(form.get_by_text("Measured now")).to_be_hidden()
    form.get_by_label("Measured at").fill("2026-01-02T03:04")
    expect(form.get_by_role("radio", name="15 min ago")).not_to_be_checked()
    form.get_by_text("30 min ago").tap()
    expect(form.get_by_label("Measured at")).to_have_value("")


def test_an_odd_value_is_asked_and_saved_once_it_is_ticked(hospital, form):
    form.get_by_label("Systolic pressure").fill("60")
    form.get_by_label("Diastolic pressure").fill("105")
    form.get_by_role("button", name="Save set").tap()
    expect(form.get_by_text("Were they swapped?")).to_be_visible()
    form.get_by_label("Yes, it is right").check()
    form.get_by_role("button", name="Save set").tap()
    expect(form.get_by_text(re.compile("Solheim, Ingrid: set of .* saved"))).to_be_visible()
    assert newest(hospital).confirmed == ["pressure_swapped"]


def test_a_choice_pressed_by_mistake_is_taken_back_by_pressing_it_again(form):
    voice = form.get_by_role("radio", name="Voice")
    form.clock.install()
    form.get_by_text("Voice", exact=True).dblclick()
    expect(voice).to_be_checked()
    form.clock.fast_forward(1000)
    form.get_by_text("Voice", exact=True).tap()
    expect(voice).not_to_be_checked()


def test_two_taps_on_save_make_one_set(hospital, form):
    form.get_by_label("Pulse", exact=True).fill("72")
    form.get_by_role("button", name="Save set").dblclick()
    expect(form.get_by_text(re.compile("Solheim, Ingrid: set of .* saved"))).to_be_visible()
    assert hospital.well.vital_signs.count() == 2


def test_every_target_on_the_form_is_large_enough_for_a_thumb(form):
    small = form.evaluate(
        """() => [...document.querySelectorAll(
             "input, select, label:has(input), button, summary", document.querySelector(".entry"))]
           .filter((one) => one.closest(".entry") && one.type !== "hidden" && !one.ariaHidden)
           .filter((one) => one.checkVisibility())
           .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
           .filter(([, height]) => height < 44)"""
    )
    assert not small


def test_a_conflict_shows_both_versions_and_is_settled_on_the_page(hospital, open_browser):
    wrong = hospital.well.vital_signs.get()
    page = open_browser(hospital.nurse)
    page.goto(f"/patients/{hospital.well.pk}/vital-signs/{wrong.pk}/correct/")
    meanwhile(
        lambda: correct_vital_signs(
            vital_signs=wrong, corrected_by=hospital.clinician, reason="digits swapped",
            measurements={"heart_rate_per_min": 96},
        )
    )  # fmt: skip
    page.get_by_role("textbox", name="Pulse", exact=True).fill("69")
    page.get_by_label("Why is the old set wrong?").fill("misread")
    page.get_by_role("button", name="Save correction").click()
    expect(page.get_by_text("Not saved: somebody else was first.")).to_be_visible()
    expect(page.get_by_text("Saved meanwhile: Pulse 96/min.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Pulse", exact=True)).to_have_value("69")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Save correction").click()
    page.get_by_text("Corrected. Set of").wait_for()
    stands = hospital.well.vital_signs.final().get()
    assert (stands.heart_rate_per_min, stands.reason) == (69, "misread")


def test_the_form_works_without_javascript(hospital, open_browser):
    page = open_browser(hospital.nurse, size=PHONE, java_script_enabled=False)
    page.goto(f"/patients/{hospital.well.pk}/vital-signs/new/")
    page.get_by_label("Temperature", exact=True).fill("101.1")
    page.get_by_role("button", name="Save set").click()
    page.get_by_role("button", name="Use 38.4 °C").click()
    expect(page.get_by_label("Temperature", exact=True)).to_have_value("38.4")
    page.get_by_role("button", name="Save set").click()
    expect(page.get_by_role("heading", name="Solheim, Ingrid")).to_be_visible()
    assert VitalSigns.objects.filter(patient=hospital.well).count() == 2
