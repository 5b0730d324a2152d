"""A patient who was registered twice: the warning, the two records side by side, and back."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Patient
from patients.services.merging import merge_patients
from tests.factories import make_patient
from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.browser


def test_a_duplicate_is_registered_merged_and_unmerged(hospital, open_browser):
    page = open_browser(hospital.nurse, size=PHONE)
    known = hospital.ill
    register_again(page, known)
    expect(page.get_by_text("Is it one of these?")).to_be_visible()
    expect(page.get_by_text("Very likely the same person")).to_be_visible()
    assert page.get_by_label("Phone (optional)", exact=True).input_value() == "555 0199"
    page.get_by_role("button", name="Register a new patient all the same").click()
    expect(page.get_by_role("heading", name="Iturbe, Marisol")).to_be_visible()
    duplicate = Patient.objects.get(medical_record_number="300417-B")

    page.goto(f"/patients/{known.pk}/edit/")
    page.get_by_role("link", name="Merge Iturbe, Marisol, 300417-B").click()
    expect(page.get_by_role("heading", name="Merge two records")).to_be_visible()
    phone = page.get_by_role("group", name="Phone", exact=True)
    expect(phone.get_by_label("empty")).to_be_checked()
    phone.get_by_label("555 0199").check()
    page.get_by_label("Why are these one person?").fill("Registered twice at night.")
    page.get_by_label("I compared both records").check()
    page.get_by_role("button", name="Merge into 300417").click()
    expect(page.get_by_text("Merged: record 300417-B leads here now.")).to_be_visible()
    known.refresh_from_db()
    assert known.phone == "555 0199"

    page.goto(f"/patients/{duplicate.pk}/")
    expect(page).to_have_url(re.compile(f"/patients/{known.pk}/"))
    expect(page.get_by_text("Record 300417-B was merged into this one.")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("300417-b")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was Iturbe, Marisol, 300417-B")).to_be_visible()

    page.goto(f"/patients/{known.pk}/merge/")
    page.get_by_role("link", name="Undo this merge").click()
    page.get_by_label("Why are these two people?").fill("The passports differ.")
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.get_by_text("Undone: record 300417-B stands again.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/patients/{duplicate.pk}/"))
    known.refresh_from_db()
    assert known.phone == ""


def test_who_enters_a_set_while_the_record_is_merged_is_led_to_the_one_that_stands(
    hospital, open_browser
):
    twice = make_patient(hospital.ill.site, medical_record_number="300417-C")
    page = open_browser(hospital.nurse, size=PHONE)
    page.goto(f"/patients/{twice.pk}/vital-signs/new/")
    page.get_by_label("Pulse", exact=True).fill("88")
    merge_patients(
        survivor=hospital.ill, duplicate=twice, merged_by=hospital.nurse, reason="registered twice"
    )
    page.get_by_role("button", name="Save set").click()
    expect(page.get_by_text("Not saved. This record was merged into another one.")).to_be_visible()
    assert page.get_by_label("Pulse", exact=True).input_value() == "88"
    page.get_by_role("link", name="Open the record", exact=True).click()
    expect(page).to_have_url(re.compile(f"/patients/{hospital.ill.pk}/"))


def register_again(page, known):
    page.goto("/patients/new/")
    page.get_by_label("Family name").fill("Iturbe")
    page.get_by_label("Given names").fill("Marisol")
    page.get_by_label("Record number").fill("300417-B")
    page.get_by_label("Birth date").fill(known.birth_date.isoformat())
    page.get_by_label("Sex").select_option("female")
    page.get_by_label("Phone (optional)", exact=True).fill("555 0199")
    page.get_by_role("button", name="Register").click()
