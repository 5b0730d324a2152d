"""The ward board in a real browser: it updates itself and disturbs nobody."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_people import sign_in_as

pytestmark = pytest.mark.browser

LOW = {"width": 390, "height": 400}
ON_BOARD = re.compile(r"/ward/")


@pytest.fixture
def board(hospital, open_browser):
    """The board on a low screen whose clock the test turns."""
    page = open_browser(size=LOW)
    page.clock.install()
    sign_in_as(page, hospital.nurse)
    page.get_by_role("heading", name="All wards").wait_for()
    return page


def hide(page, hidden):
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden',"
        " {configurable: true, get: () => hidden});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_an_update_keeps_focus_and_scroll(hospital, board):
    link = f"record-{hospital.well.pk}"
    board.evaluate("id => document.getElementById(id).focus()", link)
    before = board.evaluate("window.scrollY")
    assert before > 0
    board.evaluate("document.getElementById('board').dataset.before = 'yes'")
    with board.expect_response(ON_BOARD):
        board.clock.run_for(21_000)
    expect(board.locator("#board[data-before]")).to_have_count(0)
    assert board.evaluate("document.activeElement.id") == link
    assert board.evaluate("window.scrollY") == before


def test_a_hidden_board_asks_for_nothing_and_at_once_when_it_is_seen_again(board):
    asked = []
    # Of the board alone: a slow browser may still be fetching its icon.
    board.on("request", lambda one: asked.append(one.url) if ON_BOARD.search(one.url) else None)
    hide(board, True)
    board.clock.run_for(65_000)
    assert asked == []
    with board.expect_response(ON_BOARD):
        hide(board, False)


def test_the_board_opens_with_the_ward_that_was_called_own(hospital, board):
    board.get_by_role("link", name=re.compile("Paediatrics")).click()
    mine = board.get_by_role("button", name="This is my ward")
    expect(mine).to_have_attribute("aria-pressed", "false")
    mine.click()
    expect(mine).to_have_attribute("aria-pressed", "true")
    board.goto("/ward/")
    expect(board.get_by_role("heading", name="Paediatrics")).to_be_visible()
    expect(board.get_by_role("link", name="Iturbe, Marisol", exact=True)).to_have_count(0)
