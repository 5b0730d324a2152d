"""Reading a picture in a real browser: tools, evidence, waiting, signing by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from inference.models import DiagnosticReport, InferenceJob, Review
from tests.inference.scenes import make_job, make_report, make_study, make_version
from tests.journeys.conftest import DESK, PHONE, meanwhile

pytestmark = pytest.mark.browser


@pytest.fixture
def room(hospital, open_browser):
    """Open the page of a study as the radiologist."""

    def open_room(study, *, user=None, **options):
        page = open_browser(user or hospital.radiologist, **options)
        page.goto(f"/studies/{study.pk}/")
        return page

    return open_room


@pytest.fixture
def unsigned(hospital):
    study = make_study(hospital.ill, pictures=2, description="PA")
    make_report(study, (0.06, 0.91), version=hospital.version)
    return study


def attribute(page, selector, name):
    return page.locator(selector).get_attribute(name)


def test_every_tool_has_a_key(room, unsigned):
    page = room(unsigned)
    page.locator("#pixels").wait_for()
    page.keyboard.press("i")
    assert attribute(page, "#pixels", "filter") == "url(#window-filter)"
    assert float(attribute(page, "#window-filter feFuncR", "slope")) == -1
    page.keyboard.press("+")
    assert not attribute(page, "#picture", "viewBox").startswith("0 0 ")
    page.keyboard.press("r")
    assert attribute(page, "#pixels", "filter") is None
    assert attribute(page, "#picture", "viewBox") == "0 0 400 480"
    page.locator("#stage").focus()
    page.keyboard.press("ArrowRight")
    assert "W 263 L 128" in page.locator("#readout").inner_text()
    page.keyboard.press("]")
    assert "picture 2 of 2" in page.locator("#readout").inner_text()
    page.keyboard.press("m")
    assert attribute(page, "[data-tool=move]", "aria-pressed") == "true"


def test_dragging_changes_the_window_and_moves_the_picture(room, unsigned):
    page = room(unsigned)
    box = page.locator("#picture").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(by_x, by_y):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + by_x, y + by_y, steps=3)
        page.mouse.up()

    drag(-60, -20)
    assert "W 195 L 108" in page.locator("#readout").inner_text()
    page.keyboard.press("m")
    for _ in range(3):
        page.keyboard.press("+")
    before = attribute(page, "#picture", "viewBox")
    drag(50, 0)
    assert attribute(page, "#picture", "viewBox") != before


def test_evidence_lies_exactly_over_its_picture_and_is_off_until_asked(room, unsigned):
    page = room(unsigned)
    assert attribute(page, "#evidence", "href") is None
    page.keyboard.press("e")
    page.keyboard.press("e")
    assert attribute(page, "#evidence", "visibility") == "visible"
    assert page.locator("#evidence").bounding_box() == page.locator("#pixels").bounding_box()
    assert (
        "reacted to Viral pneumonia, not where disease is" in page.locator("#legend").inner_text()
    )
    assert "picture 2 of 2" in page.locator("#readout").inner_text()
    page.keyboard.press("[")
    assert attribute(page, "#evidence", "visibility") == "hidden"
    assert page.get_by_text("That was in another picture of this study.").is_visible()
    page.keyboard.press("e")
    assert not page.locator("#legend").is_visible()


def test_letters_typed_into_the_impression_are_no_commands(room, unsigned):
    page = room(unsigned)
    page.get_by_label("Impression").fill("")
    page.get_by_label("Impression").press_sequentially("i+re")
    assert attribute(page, "#pixels", "filter") is None
    assert page.get_by_label("Impression").input_value() == "i+re"


def test_single_keys_can_be_turned_off(room, unsigned):
    page = room(unsigned)
    page.keyboard.press("?")
    page.get_by_label("Use single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("i")
    assert attribute(page, "#pixels", "filter") is None


def test_a_reader_signs_by_keyboard_alone(room, unsigned):
    page = room(unsigned)
    sign = page.get_by_role("button", name="Sign")
    assert sign.is_disabled()
    page.keyboard.press("Control+Enter")
    page.get_by_role("radio", name="Disagree").focus()
    page.keyboard.press("Space")
    assert sign.is_disabled()
    assert page.get_by_text("Say how you call each finding.").is_visible()
    for finding in ("COVID-19", "Viral pneumonia"):
        page.get_by_role("group", name=finding).get_by_role("radio", name="Absent").focus()
        page.keyboard.press("Space")
    assert sign.is_enabled()
    page.keyboard.press("Control+Enter")
    page.get_by_text("Signed. Your reading is in the record.").wait_for()
    report = DiagnosticReport.objects.get(study=unsigned)
    assert report.status == "final"
    assert page.evaluate("document.activeElement.innerText").startswith("Signed.")
    assert not Axe().run(page).response["violations"]
    assert page.get_by_role("link", name="Next in the reading list").is_visible()


def test_cannot_tell_says_what_the_button_does(room, unsigned):
    page = room(unsigned)
    page.get_by_role("radio", name="Cannot tell").check()
    page.get_by_role("button", name="Ask a second reader").click()
    page.get_by_text("A second reader is asked; nothing is signed.").wait_for()


def test_signing_works_without_javascript(hospital, open_browser, unsigned):
    page = open_browser(hospital.radiologist, java_script_enabled=False)
    page.goto(f"/studies/{unsigned.pk}/")
    page.get_by_role("button", name="Sign").click()
    assert not Review.objects.filter(report__study=unsigned).exists()
    page.get_by_role("radio", name="Agree", exact=True).check()
    page.get_by_role("button", name="Sign").click()
    assert page.get_by_text("Signed. Your reading is in the record.").is_visible()


@pytest.fixture
def pending(hospital):
    study = make_study(hospital.ill)
    make_job(study, make_version())
    return study


def answer(study, probabilities=(0.06, 0.91)):
    """Let the network answer, as a worker would."""
    job = study.jobs.get()
    finished = make_report(study, probabilities, version=make_version())
    InferenceJob.objects.filter(pk=job.pk).update(status="cancelled", finished_at=timezone.now())
    return finished


def test_a_waiting_page_shows_the_answer_by_itself(room, pending):
    page = room(pending)
    assert page.get_by_text("waiting to be analysed: place").is_visible()
    meanwhile(lambda: answer(pending))
    page.get_by_text("over the threshold 0.50").wait_for()
    page.get_by_role("radio", name="Disagree").wait_for(state="attached")
    assert page.get_by_role("button", name="Sign").is_disabled()
    assert "The network has answered." in page.locator("#announce").inner_text()


def test_an_answer_replaces_nothing_that_somebody_is_writing(room, pending):
    page = room(pending)
    page.get_by_text("Read it now, without the network").click()
    page.get_by_label("What you see").fill("Left lower lobe, I think")
    meanwhile(lambda: answer(pending))
    page.get_by_text("The network has answered meanwhile.").wait_for()
    assert page.get_by_label("What you see").input_value() == "Left lower lobe, I think"
    assert page.evaluate("document.activeElement.localName") == "textarea"


def test_a_picture_that_does_not_come_is_said(room, unsigned, hospital, open_browser):
    page = open_browser(hospital.radiologist)
    page.route("**/preview/", lambda route: route.abort())
    page.goto(f"/studies/{unsigned.pk}/")
    page.get_by_text("Do not sign what you cannot see.").wait_for()


def test_pages_of_a_reader_are_accessible_and_fit(hospital, open_browser, pending, unsigned):
    studies = [*hospital.ill.imaging_studies.all()]
    version = hospital.version
    addresses = [f"/studies/{study.pk}/" for study in studies]
    addresses += ["/worklist/", "/classifiers/", f"/studies/{unsigned.pk}/withdraw/"]
    addresses += [f"/classifiers/{version.classifier}/{version.version}/"]
    page = open_browser(hospital.clinician)
    found = []
    for address in addresses:
        page.goto(address)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            violations = [one["id"] for one in Axe().run(page).response["violations"]]
            if too_wide > 0 or violations:
                found.append((address, size["width"], too_wide, violations))
    assert not found
