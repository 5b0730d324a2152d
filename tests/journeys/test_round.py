"""A nurse's round on a phone: five patients from the board, one tap each to begin, and back."""

import re

import pytest
from playwright.sync_api import expect

from tests.complete_sets import WELL
from tests.factories import make_encounter, make_patient
from tests.journeys.conftest import PHONE
from tests.journeys.invented_ward import _set

pytestmark = pytest.mark.browser

LABELS = {
    "respiratory_rate_per_min": "Respiration",
    "oxygen_saturation_percent": "SpO₂",
    "systolic_mmhg": "Systolic pressure",
    "diastolic_mmhg": "Diastolic pressure",
    "heart_rate_per_min": "Pulse",
    "temperature_celsius": "Temperature",
}


@pytest.fixture
def round_of_five(hospital, open_browser):
    """Return the board of a ward with five patients, all overdue, and the patients by name."""
    hospital.ward = {}
    for bed, name in enumerate(("Aaltonen", "Bianchi", "Cabral", "Dvořák", "Eze"), start=1):
        patient = make_patient(hospital.site, family_name=name, given_names="Invented")
        make_encounter(patient, ward="Round", bed=str(bed))
        _set(hospital, patient, minutes=800, **WELL)
        hospital.ward[name] = patient
    page = open_browser(hospital.nurse, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/ward/?ward=Round")
    return page


def begin(page, name):
    page.get_by_role("link", name=re.compile(f"set of {name}")).tap()
    page.get_by_role("textbox", name="Respiration").wait_for()
    page.wait_for_load_state("load")


def type_in(page, **values):
    for name, value in values.items():
        page.get_by_role("textbox", name=LABELS[name], exact=True).fill(str(value))


def save(page):
    page.get_by_role("button", name="Save set").tap()


def whole_set(page, **changed):
    type_in(page, **{name: WELL[name] for name in LABELS} | changed)
    page.get_by_text("Room air", exact=True).tap()
    page.get_by_text("Alert", exact=True).tap()


def back_on_the_board(page, said):
    expect(page.get_by_text(said)).to_be_visible()
    assert page.url.endswith("/ward/?ward=Round"), page.url


def names_on_the_board(page):
    return [name.split(",")[0] for name in page.locator(".ward .name a").all_inner_texts()]


def newest(patient):
    return patient.vital_signs.final().newest_first().first()


def test_a_nurses_round_with_five_patients(hospital, round_of_five):
    page, ward = round_of_five, hospital.ward
    assert names_on_the_board(page) == ["Aaltonen", "Bianchi", "Cabral", "Dvořák", "Eze"]

    begin(page, "Aaltonen")
    whole_set(page)
    expect(page.locator("#running")).to_contain_text("0")
    save(page)
    back_on_the_board(page, re.compile(r"Aaltonen, Invented: set of \d\d:\d\d saved. NEWS2 0, low"))

    begin(page, "Bianchi")
    whole_set(page, temperature_celsius="98,6")
    save(page)
    expect(page.get_by_text("Was it Fahrenheit?")).to_be_visible()
    page.get_by_role("button", name="Use 37.0 °C").tap()
    expect(page.locator("#id_temperature_celsius_both")).to_have_text("= 98.6 °F")
    save(page)
    back_on_the_board(page, re.compile("Bianchi.* saved"))
    assert str(newest(ward["Bianchi"]).temperature_celsius) == "37.0"

    begin(page, "Cabral")
    type_in(page, heart_rate_per_min=104, respiratory_rate_per_min=20)
    page.get_by_text("Not measured: say why").tap()
    expect(page.get_by_label("Pulse: why it is missing")).to_be_hidden()
    page.get_by_label("All that is left empty").select_option("patient declined")
    page.get_by_label("Temperature: why it is missing").select_option("no reading, device failed")
    save(page)
    told = r"Not measured: .* \(patient declined\); Temperature \(no reading, device failed\)"
    back_on_the_board(page, re.compile(told))
    assert newest(ward["Cabral"]).absent_reasons == {
        "oxygen_saturation_percent": "asked-declined",
        "on_supplemental_oxygen": "asked-declined",
        "systolic_mmhg": "asked-declined",
        "consciousness": "asked-declined",
        "temperature_celsius": "error",
    }

    begin(page, "Dvořák")
    whole_set(page, systolic_mmhg=76, diastolic_mmhg=121)
    save(page)
    expect(page.get_by_text("Were they swapped?")).to_be_visible()
    page.get_by_role("button", name="Swap: 121 and 76").tap()
    expect(page.get_by_role("textbox", name="Systolic pressure")).to_have_value("121")
    page.get_by_role("textbox", name="Pulse", exact=True).fill("30")
    page.get_by_role("textbox", name="Pulse, second reading").fill("42")
    save(page)
    expect(page.get_by_text("Is the pulse irregular?")).to_be_visible()
    page.get_by_label("Yes, it is right").check()
    save(page)
    back_on_the_board(page, re.compile("Dvořák.* saved"))
    assert newest(ward["Dvořák"]).confirmed == ["pulse_differs"]

    begin(page, "Eze")
    whole_set(page, respiratory_rate_per_min=26, heart_rate_per_min=134, temperature_celsius="39.4")
    page.get_by_text("Measured now").tap()
    page.get_by_text("15 min ago").tap()
    save(page)
    back_on_the_board(page, re.compile("Eze.* saved"))

    assert names_on_the_board(page)[0] == "Eze", "who is ill now stands first"
    assert all(patient.vital_signs.count() == 2 for patient in ward.values())
