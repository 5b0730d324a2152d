"""The main job with Tab, arrows, Space and Enter alone; where the focus is can always be seen."""

import pytest
from playwright.sync_api import expect

from patients.models import Note
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.invented_ward import PASSWORD

pytestmark = pytest.mark.browser

MOST_STEPS = 150
# The outline is on the thing itself or on the box that is drawn around it.
IS_FOCUS_SEEN = """() => {
    const one = document.activeElement
    const outlined = (it) => {
        const style = it && getComputedStyle(it)
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    }
    const box = one.getBoundingClientRect()
    const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
    return one === document.body || (seen && (outlined(one) || outlined(one.parentElement)))
}"""
WHERE = """() => {
    const one = document.activeElement
    const label = one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText
    return `${one.localName} ${(label || one.name || "").trim()}`
}"""


class Keyboard:
    """Somebody without a mouse; a step to what cannot be seen fails at once."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def step(self, key="Tab"):
        self.press(key)
        assert self.page.evaluate(IS_FOCUS_SEEN), f"focus unseen at {self.where()}"

    def where(self):
        return self.page.evaluate(WHERE)

    def to(self, target):
        """Step forward until the focus is on ``target``."""
        for _ in range(MOST_STEPS):
            self.step()
            if target.evaluate("(one) => one === document.activeElement"):
                return
        raise AssertionError(f"{target} cannot be reached; the focus is at {self.where()}")

    def follow(self, target):
        self.to(target)
        self.enter()

    def enter(self):
        with self.page.expect_navigation():
            self.press("Enter")

    def write(self, target, text):
        self.to(target)
        self.page.keyboard.type(text)

    def choose(self, group, presses):
        """Go to a group of radio buttons and choose with Space, then with arrows."""
        self.to(group.get_by_role("radio").first)
        self.press("Space")
        for _ in range(presses):
            self.step("ArrowRight")


@pytest.fixture
def keyboard(hospital, open_browser):
    """A nurse who signed in by keyboard and stands on the board."""
    page = open_browser(size=DESK)
    page.goto("/accounts/login/")
    person = Keyboard(page)
    person.page.get_by_label("Username").focus()
    page.keyboard.type(hospital.nurse.username)
    person.write(page.get_by_label("Password"), PASSWORD)
    person.press("Enter")
    page.get_by_role("navigation", name="Main").wait_for()
    page.wait_for_load_state("load")
    return person


def test_a_set_is_recorded_by_keyboard(hospital, keyboard):
    page = keyboard.page
    before = hospital.well.vital_signs.count()
    keyboard.follow(page.get_by_role("link", name="Record set of Solheim"))
    for name, value in (
        ("Respiration", "16"), ("SpO₂", "97"),
    ):  # fmt: skip
        keyboard.write(page.get_by_role("textbox", name=name, exact=True), value)
    keyboard.choose(page.get_by_role("radiogroup", name="Air or oxygen"), 0)
    for name, value in (
        ("Systolic pressure", "124"), ("Diastolic pressure", "78"), ("Pulse", "71"),
        ("Temperature", "36.9"),
    ):  # fmt: skip
        keyboard.write(page.get_by_role("textbox", name=name, exact=True), value)
    keyboard.choose(page.get_by_role("radiogroup", name="Consciousness"), 0)
    keyboard.follow(page.get_by_role("button", name="Save set"))
    expect(page.get_by_text("NEWS2 0, low")).to_be_visible()
    assert hospital.well.vital_signs.count() == before + 1


def test_a_patient_is_found_read_and_written_about_by_keyboard(hospital, keyboard):
    page = keyboard.page
    keyboard.write(page.get_by_role("searchbox", name="Find a patient"), "solh")
    keyboard.enter()
    keyboard.follow(page.get_by_role("link", name="Solheim, Ingrid").last)
    keyboard.follow(page.get_by_role("link", name="Write a note"))
    keyboard.to(page.get_by_label("Kind"))
    keyboard.press("ArrowDown")
    keyboard.write(page.get_by_label("Note", exact=True), "Written without a mouse.")
    keyboard.follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Written without a mouse.").first).to_be_visible()
    assert Note.objects.filter(text="Written without a mouse.", patient=hospital.well).exists()


def test_the_trends_are_read_at_one_moment_with_arrows(hospital, keyboard):
    page = keyboard.page
    keyboard.follow(page.get_by_role("link", name="Iturbe, Marisol", exact=True))
    keyboard.follow(page.locator("#trends"))
    reader = page.get_by_role("slider")
    keyboard.to(reader)
    before = reader.input_value()
    keyboard.step("ArrowLeft")
    assert reader.input_value() != before
    keyboard.to(page.locator(".as-table summary").first)
    keyboard.press("Enter")
    expect(page.get_by_role("table").first).to_be_visible()
    keyboard.step()


def test_the_way_to_the_content_is_short(keyboard):
    page = keyboard.page
    page.goto("/patients/")
    keyboard.step()
    assert keyboard.where() == "a Skip to the content"
    keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    keyboard.step()
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_part_of_a_page_keeps_the_focus(hospital, keyboard, size):
    page = keyboard.page
    page.set_viewport_size(size)
    for address in (f"/patients/{hospital.ill.pk}/", "/ward/", "/patients/new/"):
        page.goto(address)
        for summary in page.locator("summary:visible").all():
            summary.focus()
            keyboard.press("Enter")
        page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        page.goto(f"{address}#content")
        count = page.evaluate("document.querySelectorAll('a, button, input, summary').length")
        for _ in range(count + 20):
            keyboard.step()
            if "About AI Care 0" in keyboard.where():
                break
        else:
            raise AssertionError(f"the foot of {address} was not reached: {keyboard.where()}")


def test_what_opens_closes_and_gives_the_focus_back(hospital, keyboard):
    page = keyboard.page
    page.goto(f"/patients/{hospital.ill.pk}/")
    warnings = page.locator("#warnings-head")
    keyboard.to(warnings)
    keyboard.press("Enter")
    expect(page.locator("#warnings .opened")).to_be_visible()
    keyboard.step()
    keyboard.press("Escape")
    expect(page.locator("#warnings .opened")).to_be_hidden()
    assert warnings.evaluate("(one) => one === document.activeElement")


def test_the_language_is_chosen_by_keyboard(keyboard):
    page = keyboard.page
    keyboard.to(page.locator(".account summary"))
    keyboard.press("Enter")
    keyboard.follow(page.get_by_role("button", name="Deutsch"))
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_dialog_holds_the_focus_until_it_is_closed(hospital, keyboard):
    page = keyboard.page
    page.goto(f"/studies/{hospital.ill.imaging_studies.latest('started_at').pk}/")
    keyboard.press("?")
    dialog = page.locator("dialog#keys")
    expect(dialog).to_be_visible()
    for _ in range(4):
        keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    keyboard.press("Escape")
    expect(dialog).to_be_hidden()
