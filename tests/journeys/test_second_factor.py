"""The second factor, set up and asked for."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, sign_in
from tests.journeys.invented_ward import PASSWORD

pytestmark = pytest.mark.browser
SECONDS_OF_A_CODE = 30


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // SECONDS_OF_A_CODE))


def test_a_second_factor_is_set_up_and_then_asked_for(hospital, open_browser, settings):
    settings.MFA_TOTP_TOLERANCE = 1  # the clock may move on between reading and typing
    page = open_browser(size=PHONE)
    page.goto("/accounts/2fa/")
    sign_in(page, hospital.nurse)
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    loaded = page.locator(".qr").evaluate("(picture) => picture.naturalWidth > 0")
    assert loaded, "the policy lets the picture through"
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator(".codes li").first.inner_text()
    sign_out(page)
    sign_in(page, hospital.nurse)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="All wards")).to_be_visible()


def sign_out(page):
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
