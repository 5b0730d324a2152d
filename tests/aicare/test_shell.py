"""The frame of every page: who is shown what, strict headers, vendored files as recorded."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve, reverse

from aicare.models import AuditEvent, User
from aicare.navigation import PLACES
from tests.factories import make_patient, make_site, make_user

ROOT = Path(settings.BASE_DIR)
# Reports of training are files that stand alone; served, they have a policy of their own.
TEMPLATES = sorted(set(ROOT.glob("*/templates/**/*.html")) - set(ROOT.glob("training/**/*.html")))
VENDORED = ROOT / "aicare" / "static" / "vendor"
INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:""")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_inline_script_or_style(template):
    assert not INLINE.search(template.read_text())


@pytest.mark.parametrize("entry", json.loads((VENDORED / "manifest.json").read_text()))
def test_vendored_files_are_those_of_the_manifest(entry):
    content = (VENDORED / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["name"]
    assert entry["version"]
    assert entry["licence"]


def test_every_vendored_script_is_in_the_manifest():
    listed = {entry["file"] for entry in json.loads((VENDORED / "manifest.json").read_text())}
    found = {str(path.relative_to(VENDORED)) for path in VENDORED.rglob("*.js")}
    assert found == listed


def test_letters_and_layout_follow_the_size_that_a_reader_chose():
    """Widths in pixels would keep the wide layout for letters of twice the size."""
    style = (VENDORED.parent / "aicare" / "aicare.css").read_text()
    conditions = re.findall(r"@media[^{]*(?:width|height):[^{]*", style)
    assert conditions
    assert not [one for one in conditions if "px" in one]
    assert re.search(r"^body \{[^}]*font: [.0-9]+rem/", style, re.MULTILINE)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.label)
def test_every_place_of_the_top_bar_exists(place):
    assert resolve(place.path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("nurse", ["Ward", "Patients", "Reading list", "Models"]),
        ("radiologist", ["Ward", "Patients", "Reading list", "Models"]),
        ("model manager", ["Models"]),
        ("administrator", ["Audit", "Emergency access", "People and sites"]),
    ],
)
def test_the_top_bar_shows_what_the_role_may_open(client, role, shown):
    client.force_login(make_user(role, site=make_site(), is_staff=role == "administrator"))
    page = client.get("/about/")
    assert [place["label"] for place in page.context["places"]] == shown


@pytest.mark.django_db
def test_who_reads_no_records_is_not_offered_a_search(client):
    client.force_login(make_user("administrator", is_staff=True))
    assert 'role="search" action="/patients/"' not in client.get("/about/").content.decode()


@pytest.mark.django_db
def test_pages_allow_no_inline_script_and_no_foreign_source(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_no_page_loads_anything_from_elsewhere(client):
    page = client.get("/accounts/login/").content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all(source.startswith(("/", "#")) for source in sources)


# --- accounts ------------------------------------------------------------------------------------
REGISTRATION = {
    "first_name": "Nora", "last_name": "Invented", "username": "nora",
    "password1": "correct horse battery", "password2": "correct horse battery",
}  # fmt: skip


@pytest.mark.django_db
def test_a_registration_waits_and_opens_nothing(client):
    answer = client.post(reverse("account_signup"), REGISTRATION, follow=True)
    assert "Waiting for approval" in answer.content.decode()
    user = User.objects.get(username="nora")
    assert (user.is_active, user.get_full_name()) == (False, "Nora Invented")
    assert (user.groups.count(), user.sites.count()) == (0, 0)
    assert client.get("/ward/").status_code == 302


@pytest.mark.django_db
def test_who_was_approved_without_a_role_sees_no_patient(client):
    patient = make_patient()
    client.force_login(make_user(None, site=patient.site))
    assert client.get(f"/patients/{patient.pk}/").status_code == 404
    assert client.get("/ward/").status_code == 403


@pytest.mark.django_db
def test_signing_in_and_failing_to_are_on_record(client):
    user = make_user("nurse", site=make_site())
    address = reverse("account_login")
    client.post(address, {"login": user.username, "password": "wrong"})
    client.post(address, {"login": user.username, "password": "correct horse battery"})
    assert list(AuditEvent.objects.filter(action="login").values_list("outcome", flat=True)) == [
        "success",
        "denied",
    ]


ACCOUNT_PAGES = (
    "account_login", "account_signup", "account_inactive", "account_reset_password",
)  # fmt: skip
MANAGEMENT_PAGES = (
    "account_change_password", "mfa_index", "usersessions_list", "account_email",
    "account_logout",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_account_pages_wear_our_frame(client, name):
    assert "aicare/aicare.css" in client.get(reverse(name)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", MANAGEMENT_PAGES)
def test_management_pages_wear_our_frame(client, name):
    client.force_login(make_user("nurse", site=make_site()))
    assert "aicare/aicare.css" in client.get(reverse(name)).content.decode()


@pytest.mark.django_db
def test_the_second_factor_is_set_up_with_a_picture_of_its_key(client):
    user = make_user("nurse", site=make_site())
    password = {"password": "correct horse battery"}
    client.post(reverse("account_login"), {"login": user.username} | password)
    asked = client.get(reverse("mfa_activate_totp"))
    page = client.post(asked.url, password, follow=True).content.decode()
    assert 'src="data:image/svg+xml' in page


@pytest.mark.django_db
def test_an_error_page_says_what_happened_without_details(client):
    client.force_login(make_user("nurse", site=make_site()))
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert "There is no such page" in page.content.decode()
