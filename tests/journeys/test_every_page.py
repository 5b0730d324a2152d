"""Every page on a phone and a desk, the main ones on all screens: axe finds nothing, all fits."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 640}
TABLET = {"width": 768, "height": 1024}
SIZES = [SMALL, PHONE, TABLET, DESK]
CUT = """() => [...document.querySelectorAll(".btn, .seg label, .identity-line, .warning, h1, h2")]
    .filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.textContent.trim())"""


def pages_of_a_clinician(hospital):
    ill, one = hospital.ill.pk, hospital.ill.vital_signs.final().first()
    yield from ("/ward/", "/ward/?ward=Paediatrics", "/patients/", "/patients/?q=nobody+at+all")
    yield from ("/ward/?wards=all&overdue=yes", "/ward/?ward=Nowhere")
    yield "/patients/?q=iturbe"
    for name in (
        "summary", "edit", "vital_signs", "record_vital_signs", "studies", "move", "discharge",
    ):  # fmt: skip
        yield reverse(f"patients:{name}", args=[ill])
    yield from pages_over_time(hospital)
    wrong = hospital.ill.vital_signs.filter(status="entered-in-error").first()
    yield reverse("patients:correct_vital_signs", args=[ill, one.pk])
    yield reverse("patients:correct_vital_signs", args=[ill, wrong.pk])
    yield reverse("patients:withdraw_vital_signs", args=[ill, one.pk])
    yield reverse("patients:summary", args=[hospital.new.pk])
    yield reverse("patients:summary", args=[hospital.child.pk])
    yield reverse("patients:summary", args=[hospital.partial.pk])
    yield reverse("patients:admit", args=[hospital.outpatient.pk])
    yield reverse("patients:new")
    yield reverse("patients:break_glass_find")
    yield reverse("patients:merge", args=[hospital.outpatient.pk])
    yield reverse("patients:merge", args=[ill], query={"with": hospital.outpatient.pk})
    yield reverse("patients:undo_merge", args=[hospital.outpatient.pk, hospital.merge.pk])
    for kind in ("conditions", "allergies", "medications"):
        yield reverse("patients:new_fact", args=[ill, kind])
    yield from pages_of_a_record(hospital.well)
    yield from ("/about/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/")
    yield "/no/such/page/"


def pages_of_a_record(patient):
    """Yield what people wrote: facts, notes, stays, and what was changed of them."""
    for name in ("record", "notes", "new_note", "encounters", "history"):
        yield reverse(f"patients:{name}", args=[patient.pk])
    drug, note, stay = (
        patient.medications.get(), patient.notes.final().get(), patient.encounters.get(),
    )  # fmt: skip
    for name in ("change_fact", "end_fact"):
        yield reverse(f"patients:{name}", args=[patient.pk, "medications", drug.pk])
    for name in ("note", "correct_note", "withdraw_note"):
        yield reverse(f"patients:{name}", args=[patient.pk, note.pk])
    yield reverse("patients:withdraw_encounter", args=[patient.pk, stay.pk])
    for kind, row in (("medications", drug), ("notes", note), ("encounters", stay)):
        yield reverse("patients:row_history", args=[patient.pk, kind, row.pk])


def pages_over_time(hospital):
    for person in (hospital.ill, hospital.child, hospital.partial, hospital.new):
        yield reverse("patients:trends", args=[person.pk])
        yield reverse("patients:observation_chart", args=[person.pk])
    trends = reverse("patients:trends", args=[hospital.ill.pk])
    yield from (f"{trends}?from=nonsense", f"{trends}?from=2020-01-01&to=2020-02-01")
    yield reverse("patients:observation_chart", args=[hospital.ill.pk]) + "?day=nonsense"


PAGES_OF_ANYBODY = (
    "/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/accounts/password/reset/",
    "/about/",
)  # fmt: skip


def test_pages_for_staff_are_accessible_and_fit(hospital, open_browser):
    look_at_all(open_browser(hospital.clinician), pages_of_a_clinician(hospital), PHONE, DESK)


def main_pages(hospital):
    """Yield what people have open most of the day."""
    yield from ("/ward/", "/patients/", "/patients/?q=iturbe", "/worklist/")
    for name in (
        "summary", "record_vital_signs", "vital_signs", "trends", "observation_chart", "studies",
        "edit",
    ):  # fmt: skip
        yield reverse(f"patients:{name}", args=[hospital.ill.pk])
    yield reverse("imaging:new_study", args=[hospital.ill.pk])
    yield reverse("inference:study", args=[hospital.ill.imaging_studies.earliest("started_at").pk])
    yield reverse("patients:summary", args=[hospital.new.pk])
    for name in ("record", "notes", "encounters", "history"):
        yield reverse(f"patients:{name}", args=[hospital.well.pk])
    yield reverse("patients:merge", args=[hospital.ill.pk], query={"with": hospital.outpatient.pk})
    yield reverse("patients:break_glass_find")


def test_the_main_pages_fit_every_screen(hospital, open_browser):
    page = open_browser(hospital.clinician)
    found = []
    for address in main_pages(hospital):
        page.goto(address)
        for size in SIZES:
            page.set_viewport_size(size)
            found += [
                f"{address} at {size['width']} px: {said}" for said in what_does_not_fit(page)
            ]
    assert not found, "\n".join(found)


def test_the_main_pages_are_accessible_on_the_smallest_phone_in_german(hospital, open_browser):
    page = open_browser(hospital.clinician, locale="de")
    look_at_all(page, main_pages(hospital), SMALL)
    assert page.locator("html").get_attribute("lang") == "de"


def test_pages_for_administrators_are_accessible_and_fit(hospital, open_browser):
    addresses = ["/break-glass/", "/audit/", "/audit/?patient=nonsense", "/audit/?user=nobody"]
    look_at_all(open_browser(hospital.administrator), addresses, PHONE, DESK)


def test_pages_for_anybody_are_accessible_and_fit(open_browser):
    look_at_all(open_browser(), PAGES_OF_ANYBODY, PHONE, DESK)


def look_at_all(page, addresses, *sizes):
    found = [problem for address in addresses for problem in problems_of(page, address, *sizes)]
    assert not found, "\n".join(found)


def problems_of(page, address, *sizes):
    """Yield what is wrong with a page in windows of ``sizes``: status, axe's violations, width."""
    answer = page.goto(address)
    if answer.status >= 500:
        yield f"{address}: {answer.status}"
    for size in sizes or [page.viewport_size]:
        page.set_viewport_size(size)
        place = f"{address} at {size['width']} px"
        yield from (f"{place}: {said}" for said in what_does_not_fit(page))
        for violation in Axe().run(page).response["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            yield f"{place}: {violation['id']} ({violation['help']}) in {nodes}"


def what_does_not_fit(page):
    """Yield what is wider than the screen, and texts to press or to know that are cut."""
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if too_wide > 0:
        yield f"{too_wide} px wider than the screen"
    yield from (f"cut: {text}" for text in page.evaluate(CUT))
