"""Uploading pictures in a real browser: chosen or dropped, with and without scripts, on a phone."""

import base64

import pytest
from axe_playwright_python.sync_playwright import Axe

from imaging.models import ImagingStudy, Instance
from tests.bad_inputs.pictures import good_jpeg, good_png
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, {type: "image/png"}));
  const form = document.querySelector("[data-drop]");
  form.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true}));
}"""


def chosen(*contents):
    return [
        {"name": f"film-{number}.png", "mimeType": "image/png", "buffer": content}
        for number, content in enumerate(contents, start=1)
    ]


@pytest.fixture
def upload_page(hospital, open_browser):
    def open_page(**options):
        page = open_browser(hospital.nurse, **options)
        page.goto(f"/patients/{hospital.ill.pk}/studies/new/")
        return page

    return open_page


@SIZES
def test_a_nurse_uploads_two_pictures_and_lands_at_the_study(upload_page, size):
    page = upload_page(size=size)
    page.get_by_label("Pictures").set_input_files(chosen(good_png(1), good_png(2)))
    shown = page.locator("[data-chosen] li")
    assert shown.count() == 2
    assert "film-2.png, 1 KiB" in shown.nth(1).inner_text()
    assert page.locator("[data-chosen] img").first.evaluate("picture => picture.decode()") is None
    page.get_by_label("Chest X-ray").check()
    page.get_by_label("Urgent").check()
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/studies/*/")
    study = ImagingStudy.objects.get(pk=page.url.split("/")[-2])
    assert (study.modality, study.body_part, study.priority) == ("DX", "CHEST", "urgent")
    assert Instance.objects.filter(series__study=study).count() == 2


@SIZES
def test_a_refusal_is_accessible_and_says_what_to_do(upload_page, size):
    page = upload_page(size=size)
    page.evaluate("document.querySelector('[data-drop]').noValidate = true")
    page.get_by_label("Pictures").set_input_files(chosen(b"hello" * 100))
    page.get_by_label("Something else").check()
    page.get_by_role("button", name="Upload").click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "Nothing was saved." in alert.inner_text()
    assert "choose the pictures again" in alert.inner_text()
    assert page.evaluate("document.activeElement.className") == "problems"
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_picture_can_be_dropped_on_the_form(upload_page):
    page = upload_page()
    page.evaluate(DROP, ["dropped.png", base64.b64encode(good_png(3)).decode()])
    assert "dropped.png" in page.locator("[data-chosen]").inner_text()
    page.get_by_label("Chest X-ray").check()
    page.get_by_label("Routine").check()
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/studies/*/")
    assert Instance.objects.get(file_name="dropped.png")


def test_other_techniques_are_asked_only_where_needed(upload_page):
    page = upload_page()
    assert not page.get_by_label("Technique").is_visible()
    page.get_by_label("Something else").check()
    assert page.get_by_label("Technique").is_visible()
    page.get_by_label("Brain MRI").check()
    assert not page.get_by_label("Technique").is_visible()


def test_the_page_works_without_scripts(upload_page):
    page = upload_page(java_script_enabled=False)
    assert page.get_by_label("Technique").is_visible()
    page.get_by_label("Pictures").set_input_files(
        [{"name": "film.jpg", "mimeType": "image/jpeg", "buffer": good_jpeg()}]
    )
    page.get_by_label("Chest X-ray").check()
    page.get_by_label("Routine").check()
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/studies/*/")
    assert Instance.objects.get(file_name="film.jpg").media_type == "image/jpeg"
