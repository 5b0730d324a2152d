"""The language of pages: the person's choice, else the browser's; and how it is chosen."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from tests.factories import make_site, make_user

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(client):
    user = make_user("nurse", site=make_site())
    client.force_login(user)
    return user


def language_of(page) -> str:
    assert f'<html lang="{page["Content-Language"]}">' in page.content.decode()
    return page["Content-Language"]


def choose(client, language, **fields):
    return client.post("/language/", {"language": language} | fields)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("de-AT,de;q=0.9", "de"), ("pt-BR", "pt"), ("es-MX", "es"), ("fr,it;q=0.5", "en"), ("", "en")],
)
def test_who_has_chosen_nothing_reads_what_the_browser_asks_for(client, asked, answered):
    assert language_of(client.get("/about/", HTTP_ACCEPT_LANGUAGE=asked)) == answered


def test_the_choice_of_who_is_signed_in_counts_everywhere(client, nurse):
    assert choose(client, "es").status_code == 302
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
    assert language_of(client.get("/ward/", **GERMAN)) == "es"
    nurse.refresh_from_db()
    assert nurse.language == "es"


def test_before_signing_in_the_choice_is_this_browsers(client):
    choose(client, "pt")
    assert language_of(client.get("/accounts/login/", **GERMAN)) == "pt"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME]["httponly"]


def test_a_person_without_a_choice_keeps_that_of_the_sign_in_page(client):
    choose(client, "pt")
    client.force_login(make_user("nurse", site=make_site()))
    assert language_of(client.get("/ward/", **GERMAN)) == "pt"


def test_the_chooser_goes_back_to_its_page_but_to_no_foreign_one(client, nurse):
    assert choose(client, "de", next="/patients/?q=x").url == "/patients/?q=x"
    assert choose(client, "de", next="https://elsewhere.example/").url == "/"
    assert choose(client, "de", next="//elsewhere.example/").url == "/"


@pytest.mark.parametrize("language", ["", "tlh", "de-AT", "x" * 500])
def test_a_language_that_is_not_offered_is_refused(client, nurse, language):
    assert choose(client, language).status_code == 400
    nurse.refresh_from_db()
    assert nurse.language == ""


def test_the_language_is_not_changed_by_following_a_link(client, nurse):
    assert client.get("/language/?language=de").status_code == 405


def test_every_page_offers_all_languages_in_their_own_words(client, nurse):
    page = client.get("/ward/", **GERMAN).content.decode()
    for code, own_name in settings.LANGUAGES:
        assert f'value="{code}" lang="{code}"' in page
        assert f">{own_name}</button>" in page


def test_a_cache_keeps_the_languages_apart(client):
    vary = client.get("/about/")["Vary"]
    assert "Accept-Language" in vary
    assert "Cookie" in vary


def test_the_schema_for_programs_is_the_same_in_every_language(client):
    english = client.get("/api/schema/")
    assert client.get("/api/schema/", **GERMAN).content == english.content


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_mark_of_the_machine_is_the_same_in_the_stylesheet_and_in_the_texts(language):
    """Else a legend explains a mark that the page does not show."""
    sheet = (Path(settings.BASE_DIR) / "aicare/static/aicare/aicare.css").read_text()
    said = {}
    for selectors, mark in re.findall(r'([^{}]*)\{[^{}]*?--(?:ai|machine-mark): "(\w+)"', sheet):
        said |= dict.fromkeys(re.findall(r":lang\((\w+)\)", selectors) or ["en"], mark)
    with translation.override(language):
        assert said[language] == gettext("AI")
