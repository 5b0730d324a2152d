"""The report in a real browser: on a desk, on a phone, for who cannot see it, without a network."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.training.evaluation.answered import make_exclusive, make_several
from tests.training.evaluation.reported import make_page
from training.evaluation.page import write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    exclusive = make_exclusive(90, sources=["north", "south"] * 45, ages=[3, 30, 70] * 30)
    write_page(folder / "exclusive.html", make_page(exclusive))
    write_page(folder / "single.html", make_page(make_several(labels=1)))
    return folder


@pytest.mark.parametrize("name", ["exclusive", "single"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_fits_the_screen_and_axe_finds_nothing(chromium, reports, name, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{reports}/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()


def test_nothing_is_cut_off_on_paper(chromium, reports):
    page = chromium.new_page(viewport={"width": 680, "height": 960})
    page.emulate_media(media="print")
    page.goto(f"file://{reports}/exclusive.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    page.close()
