"""Two people change one record at once: the second sees both versions and loses nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from patients.models import Patient, Revision
from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.browser


def assert_accessible(page):
    found = [one["id"] for one in Axe().run(page).response["violations"]]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def line(page, label):
    return page.get_by_role("group", name=label, exact=True)


def test_two_doctors_change_one_medication(hospital, open_browser):
    drug = hospital.ill.medications.get()
    address = reverse("patients:change_fact", args=[hospital.ill.pk, "medications", drug.pk])
    first, second = open_browser(hospital.clinician), open_browser(hospital.clinician, size=PHONE)
    for page in (first, second):
        page.goto(address)
    first.get_by_label("Dosage").fill("2-0-2")
    first.get_by_label("Why is it changed?").fill("HbA1c 9 %")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("Changed.")).to_be_visible()

    second.get_by_label("Dosage").fill("1-1-1")
    second.get_by_label("Note").fill("stomach ache after the morning dose")
    second.get_by_label("Why is it changed?").fill("asked by the patient")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text("nothing is lost")
    expect(second.get_by_role("alert")).to_contain_text("HbA1c 9 %")
    assert_accessible(second)
    dosage = line(second, "Dosage")
    expect(dosage).to_contain_text("When you opened it: 1-0-1")
    expect(dosage.get_by_role("radio", name="2-0-2")).not_to_be_checked()
    expect(dosage.get_by_role("radio", name="1-1-1")).not_to_be_checked()
    expect(line(second, "Note").get_by_role("radio", name="stomach ache")).to_be_checked()

    dosage.get_by_role("radio", name="1-1-1").check()
    second.get_by_role("button", name="Save what is chosen").click()
    expect(second.get_by_text("Changed.")).to_be_visible()
    drug.refresh_from_db()
    assert (drug.dosage, drug.note, drug.version) == (
        "1-1-1", "stomach ache after the morning dose", 3,
    )  # fmt: skip
    reasons = [one.reason for one in Revision.objects.of(drug)]
    assert reasons == ["HbA1c 9 %", "asked by the patient"]


def test_two_people_change_one_patients_details_and_a_third_change_comes_meanwhile(
    hospital, open_browser
):
    address = reverse("patients:edit", args=[hospital.ill.pk])
    first, second = open_browser(hospital.clinician), open_browser(hospital.nurse)
    for page in (first, second):
        page.goto(address)
    save_phone(first, "555 0100")
    second.locator("[name=phone]").fill("555 0199")
    second.get_by_label("Address").fill("Invented Street 1")
    second.get_by_role("button", name="Save").click()
    expect(line(second, "Phone")).to_contain_text(f"saved by {hospital.clinician}")

    first.goto(address)
    save_phone(first, "555 0111")
    line(second, "Phone").get_by_role("radio", name="555 0199").check()
    second.get_by_role("button", name="Save what is chosen").click()
    phone = line(second, "Phone")
    expect(phone).to_contain_text("When you opened it: 555 0100")
    phone.get_by_role("radio", name="555 0111").check()
    second.get_by_role("button", name="Save what is chosen").click()
    expect(second.get_by_text("Changed.")).to_be_visible()
    patient = Patient.objects.get(pk=hospital.ill.pk)
    assert (patient.phone, patient.address) == ("555 0111", "Invented Street 1")


def save_phone(page, number):
    page.locator("[name=phone]").fill(number)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Changed.")).to_be_visible()


def test_a_choice_works_without_javascript(hospital, open_browser):
    drug = hospital.ill.medications.get()
    address = reverse("patients:change_fact", args=[hospital.ill.pk, "medications", drug.pk])
    first = open_browser(hospital.clinician)
    second = open_browser(hospital.clinician, java_script_enabled=False)
    for page in (first, second):
        page.goto(address)
    for page, dosage in ((first, "2-0-2"), (second, "1-1-1")):
        page.get_by_label("Dosage").fill(dosage)
        page.get_by_role("button", name="Save").click()
    line(second, "Dosage").get_by_role("radio", name="2-0-2").check()
    second.get_by_role("button", name="Save what is chosen").click()
    expect(second.get_by_text("Changed.")).to_be_visible()
    drug.refresh_from_db()
    assert drug.dosage == "2-0-2"
