"""The connection goes while a set is saved: it is kept, and stored exactly once."""

import json
import re

import pytest
from playwright.sync_api import expect

from aicare.models import AuditEvent
from tests.journeys.conftest import PHONE, sign_in

pytestmark = pytest.mark.browser

KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('aicare-draft:'))"
NOT_SAVED = "Not saved yet: no connection."


def address(patient):
    return f"/patients/{patient.pk}/vital-signs/new/"


@pytest.fixture
def form(hospital, open_browser):
    page = open_browser(hospital.nurse, size=PHONE, has_touch=True, is_mobile=True)
    open_form(page, hospital.well)
    return page


def open_form(page, patient):
    page.goto(address(patient))
    page.wait_for_load_state("load")


def pulse(page):
    return page.get_by_role("textbox", name="Pulse", exact=True)


def save(page):
    page.get_by_role("button", name="Save set").click()


def drafts(page):
    return page.evaluate(KEPT)


def saved(page):
    expect(page.get_by_text(re.compile("saved. NEWS2"))).to_be_visible()


def sets(hospital):
    return hospital.well.vital_signs.count() - 1


def test_a_set_waits_for_the_line_and_is_sent_when_it_is_back(hospital, form):
    pulse(form).fill("71")
    form.context.set_offline(True)
    save(form)
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    assert sets(hospital) == 0
    form.get_by_role("button", name="Try now").click()
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    form.context.set_offline(False)
    saved(form)
    assert sets(hospital) == 1
    assert drafts(form) == []


def test_a_reload_on_the_way_loses_nothing_and_the_time_is_that_of_the_press(hospital, form):
    pulse(form).fill("72")
    form.context.set_offline(True)
    save(form)
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    form.close()
    again = form.context.new_page()
    form.context.set_offline(False)
    open_form(again, hospital.well)
    expect(again.get_by_text("This set could not be sent")).to_be_visible()
    again.goto("/ward/")
    again.get_by_role("link", name="Look at it").click()
    expect(again.get_by_text("This set could not be sent")).to_be_visible()
    pressed_at = json.loads(drafts(again)[0][1])["at"]
    again.get_by_role("button", name="Save it now").click()
    saved(again)
    assert sets(hospital) == 1
    stored = hospital.well.vital_signs.newest_first().first()
    assert stored.measured_at.isoformat(timespec="milliseconds")[:23] == pressed_at[:23]
    assert drafts(again) == []


def test_an_answer_that_is_lost_makes_no_second_set(hospital, form):
    answers = []

    def lose_the_first_answer(route):
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch()
        answers.append(answer.status)
        if len(answers) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    form.route("**/vital-signs/new/", lose_the_first_answer)
    pulse(form).fill("73")
    save(form)
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    assert sets(hospital) == 1, "it was stored, only nobody knows it here"
    form.get_by_role("button", name="Try now").click()
    saved(form)
    assert answers == [201, 201]
    assert sets(hospital) == 1
    assert (
        AuditEvent.objects.filter(
            action="vital-signs.recorded", patient_id=hospital.well.pk
        ).count()
        == 2
    ), "one of the fixture, one of now"


def test_a_server_that_is_away_for_a_moment_is_asked_again(hospital, form):
    away = iter([502, 503, 504])

    def answer(route):
        status = next(away, None)
        route.fulfill(status=status) if status else route.continue_()

    form.route("**/vital-signs/new/", answer)
    pulse(form).fill("74")
    save(form)
    for _ in range(2):
        expect(form.get_by_text(NOT_SAVED)).to_be_visible()
        with form.expect_response("**/vital-signs/new/"):
            form.get_by_role("button", name="Try now").click()
    assert sets(hospital) == 0
    form.get_by_role("button", name="Try now").click()
    saved(form)
    assert sets(hospital) == 1


def test_two_pages_about_one_patient_keep_a_draft_each(hospital, form):
    """What one page threw away, the other one does not send."""
    beside = form.context.new_page()
    open_form(beside, hospital.well)
    form.route("**/vital-signs/new/", lambda route: route.fulfill(status=503))
    pulse(form).fill("86")
    save(form)
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    beside.route("**/score/", lambda route: route.abort())
    pulse(beside).fill("87")
    expect(beside.locator("#running")).to_have_text("No score now: the server does not answer.")
    assert len(drafts(beside)) == 2
    beside.reload()
    for offered in ("Pulse 86", "Pulse 87"):
        expect(beside.get_by_text(offered)).to_be_visible()
        beside.get_by_role("button", name="Discard it").click()
    expect(beside.get_by_role("button", name="Discard it")).to_be_hidden()
    expect(form.get_by_text("saved or discarded in another window")).to_be_visible()
    expect(form.get_by_role("button", name="Try now")).to_be_hidden()
    assert drafts(form) == []


def test_what_was_typed_survives_a_reload_and_is_used_or_discarded(hospital, form):
    pulse(form).fill("75")
    form.get_by_text("More: pain").click()
    form.get_by_role("textbox", name="Weight").fill("154")
    form.get_by_label("Unit: Weight").select_option("[lb_av]")
    form.get_by_text("Voice", exact=True).tap()
    form.goto("/ward/")
    form.get_by_role("link", name="Continue set of Solheim").tap()
    expect(form.get_by_text("This was typed here")).to_be_visible()
    expect(form.get_by_text("Pulse 75 · Weight 154")).to_be_visible()
    form.get_by_role("button", name="Use it").click()
    expect(pulse(form)).to_have_value("75")
    expect(form.get_by_role("radio", name="Voice")).to_be_checked()
    expect(form.get_by_label("Unit: Weight")).to_have_value("[lb_av]")
    expect(form.locator("#id_weight_kg_both")).to_have_text("= 69.9 kg")
    form.reload()
    form.get_by_role("button", name="Discard it").click()
    expect(pulse(form)).to_have_value("")
    assert drafts(form) == []
    assert sets(hospital) == 0


def test_a_late_set_that_is_questioned_shows_the_question(hospital, form):
    pulse(form).fill("0")
    form.context.set_offline(True)
    save(form)
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    form.context.set_offline(False)
    expect(form.get_by_text("Pulse is extreme. Is it right?")).to_be_visible()
    expect(form.get_by_text("Measured now").or_(form.get_by_text("Measured 1"))).to_be_attached()
    form.get_by_label("Yes, it is right").check()
    save(form)
    saved(form)
    assert sets(hospital) == 1


def test_what_is_changed_while_it_waits_is_sent_as_changed(hospital, form):
    pulse(form).fill("76")
    form.context.set_offline(True)
    save(form)
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    pulse(form).fill("77")
    expect(form.get_by_text("You changed something: save again.")).to_be_visible()
    form.context.set_offline(False)
    save(form)
    saved(form)
    assert sets(hospital) == 1
    assert hospital.well.vital_signs.newest_first().first().heart_rate_per_min == 77


def end_the_session(page):
    """End it without a word to the page, whose last update of itself has come."""
    expect(page.locator("#running")).to_contain_text("6 open")
    page.context.clear_cookies(name="aicare-session")


def test_a_set_survives_a_session_that_ended(hospital, form):
    pulse(form).fill("78")
    end_the_session(form)
    save(form)
    sign_in(form, hospital.nurse)
    form.get_by_role("button", name="Save it now").click()
    saved(form)
    assert sets(hospital) == 1


def test_somebody_else_who_signs_in_neither_sees_nor_sends_it(hospital, form):
    pulse(form).fill("79")
    assert len(drafts(form)) == 1
    end_the_session(form)
    save(form)
    sign_in(form, hospital.clinician)
    expect(form.get_by_role("textbox", name="Respiration")).to_be_enabled()
    expect(form.get_by_role("button", name="Save it now")).to_be_hidden()
    assert drafts(form) == []
    assert sets(hospital) == 0


def test_a_page_of_one_person_is_not_sent_as_another_who_signed_in_beside_it(hospital, form):
    pulse(form).fill("80")
    end_the_session(form)
    beside = form.context.new_page()
    beside.goto("/accounts/login/")
    sign_in(beside, hospital.clinician)
    beside.get_by_role("navigation", name="Main").wait_for()
    save(form)
    expect(form.get_by_text("entered by somebody else")).to_be_visible()
    assert sets(hospital) == 0


def test_signing_out_leaves_nothing_behind(hospital, form):
    pulse(form).fill("81")
    assert len(drafts(form)) == 1
    form.get_by_text("Invented-Nurse").first.click()
    form.get_by_role("button", name="Sign out").click()
    form.get_by_label("Username").wait_for()
    assert drafts(form) == []


def test_a_sign_in_page_without_a_way_back_takes_all_drafts_away(hospital, form):
    pulse(form).fill("84")
    end_the_session(form)
    form.goto("/accounts/login/")
    form.get_by_label("Username").wait_for()
    assert drafts(form) == []


def test_a_draft_of_yesterday_is_gone(hospital, form):
    pulse(form).fill("85")
    form.evaluate(
        """() => {
             const key = Object.keys(localStorage).find((one) => one.startsWith("aicare-draft:"));
             const draft = JSON.parse(localStorage[key]);
             const keptAt = draft.keptAt - 24 * 3600 * 1000 - 1;
             localStorage[key] = JSON.stringify({...draft, keptAt});
           }"""
    )
    form.reload()
    expect(form.get_by_role("button", name="Save set")).to_be_enabled()
    assert drafts(form) == []


def test_signing_out_asks_before_a_set_is_lost(hospital, form):
    pulse(form).fill("83")
    form.route("**/vital-signs/new/", lambda route: route.fulfill(status=503))
    save(form)
    expect(form.get_by_text(NOT_SAVED)).to_be_visible()
    form.get_by_text("Invented-Nurse").first.click()
    form.once("dialog", lambda dialog: dialog.dismiss())
    form.get_by_role("button", name="Sign out").click()
    assert len(drafts(form)) == 1
    form.once("dialog", lambda dialog: dialog.accept())
    form.get_by_role("button", name="Sign out").click()
    form.get_by_label("Username").wait_for()
    assert drafts(form) == []


def test_nothing_but_the_draft_is_kept_and_it_holds_no_name(hospital, form):
    pulse(form).fill("82")
    kept = form.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "82" in kept
    assert "Solheim" not in kept
    assert "Ingrid" not in kept
    assert form.evaluate("localStorage.length + sessionStorage.length") == 1
