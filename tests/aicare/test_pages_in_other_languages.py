"""Pages in German, Spanish and Portuguese: numbers for machines stay numbers, forms read back."""

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from patients.models import VitalSigns
from tests.inference.scenes import make_report, make_study, make_version
from tests.journeys.invented_ward import make_invented_ward
from tests.journeys.test_every_page import PAGES_OF_ANYBODY, pages_of_a_clinician

pytestmark = pytest.mark.django_db

OTHERS = [code for code, _name in settings.LANGUAGES if code != "en"]
DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
# "12.5,40 13,41" are two points; "12,5,40" is a point whose number was written for people.
TORN_PAIR = re.compile(r"\d,\d+,\d")
NUMBERS = {
    "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width", "height",
    "opacity", "min", "max", "step",
}  # fmt: skip
FOR_PEOPLE = {"title", "aria-label", "alt", "placeholder", "content", "data-label", "data-working"}


class Attributes(HTMLParser):
    """Every (element, attribute, value) of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, name, value or "") for name, value in attrs]


def complaints_about(page: str):
    """Yield attributes that a browser or a script cannot read as they were meant."""
    for tag, name, value in Attributes(page).found:
        where = f"<{tag} {name}={value[:60]!r}>"
        if name in NUMBERS and not re.fullmatch(r"-?\d+(\.\d+)?(%|rem)?|any|auto|", value):
            yield where
        if name in {"points", "d", "viewbox", "transform"} and TORN_PAIR.search(value):
            yield where
        if name not in FOR_PEOPLE and DECIMAL_COMMA.fullmatch(value):
            yield where


def texts_to_send(page: str) -> list[str]:
    """Return what the page's fields would send, but for what is new each time."""
    page = re.sub(r"<datalist.*?</datalist>", "", page, flags=re.DOTALL)  # names to choose from
    fields = re.findall(r"<(?:input|option|button)\b[^>]*>", page)
    return [
        value
        for field in fields
        if not re.search(r'name="(csrfmiddlewaretoken|once|next|[a-z-]*key)"', field)
        for value in re.findall(r'\bvalue="([^"]*)"', field)
    ]


@pytest.fixture
def ward():
    return make_invented_ward()


def pages_of(ward):
    yield from pages_of_a_clinician(ward)
    yield "/worklist/"
    for study in ward.ill.imaging_studies.all():
        yield reverse("inference:study", args=[study.pk])
    study = ward.ill.imaging_studies.first()
    yield reverse("inference:withdraw", args=[study.pk])
    yield reverse("imaging:new_study", args=[ward.ill.pk])


@pytest.mark.slow
def test_pages_keep_numbers_for_machines_and_values_of_fields(client, ward):
    client.force_login(ward.clinician)
    found = []
    for address in pages_of(ward):
        english = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
        if not english["Content-Type"].startswith("text/html"):
            continue
        to_send = texts_to_send(english.content.decode())
        for language in OTHERS:
            page = client.get(address, HTTP_ACCEPT_LANGUAGE=language)
            assert page.status_code == english.status_code, address
            assert page["Content-Language"] == language
            text = page.content.decode()
            found += [f"{address} ({language}): {one}" for one in complaints_about(text)]
            assert texts_to_send(text) == to_send, (address, language)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", OTHERS)
def test_pages_for_managers_and_administrators(client, ward, language):
    client.force_login(ward.model_manager)
    version = ward.version
    manager = [
        reverse("inference:classifiers"),
        reverse("inference:classifier", args=[version.classifier, version.version]),
    ]
    found = []
    for user, pages in [
        (ward.model_manager, manager),
        (ward.administrator, ["/audit/", "/audit/?user=nobody", "/admin/", "/admin/aicare/user/"]),
        (None, PAGES_OF_ANYBODY),
    ]:
        client.force_login(user) if user else client.logout()
        for address in pages:
            page = client.get(address, HTTP_ACCEPT_LANGUAGE=language)
            assert page.status_code == 200, address
            found += [f"{address}: {one}" for one in complaints_about(page.content.decode())]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", OTHERS)
def test_a_comma_is_read_as_the_person_means_it_and_comes_back_with_one(client, ward, language):
    client.force_login(ward.nurse)
    address = reverse("patients:record_vital_signs", args=[ward.well.pk])
    answer = client.post(address, {"temperature_celsius": "38,4"}, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 302
    assert VitalSigns.objects.newest_first().first().temperature_celsius == Decimal("38.4")
    page = client.get(
        reverse("patients:summary", args=[ward.well.pk]), HTTP_ACCEPT_LANGUAGE=language
    )
    assert "38,4" in page.content.decode()
    assert "38.4" not in re.sub(r"<[^>]*>", "", page.content.decode())


def test_times_in_fields_stay_those_that_browsers_understand(client, ward):
    client.force_login(ward.clinician)
    one = ward.ill.vital_signs.final().first()
    page = client.get(
        reverse("patients:correct_vital_signs", args=[ward.ill.pk, one.pk]),
        HTTP_ACCEPT_LANGUAGE="de",
    ).content.decode()
    values = re.findall(r'type="datetime-local"[^>]*value="([^"]+)"', page)
    values += re.findall(r'value="([^"]+)"[^>]*type="datetime-local"', page)
    assert values
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", value) for value in values)


# --- REST ----------------------------------------------------------------------------------------
def test_refusals_over_rest_follow_the_language_and_codes_do_not(api, ward):
    api.force_authenticate(ward.nurse)
    address = f"/api/v1/patients/{ward.well.pk}/vital-signs/"
    sent = {"temperature_celsius": 380, "measured_at": timezone.now().isoformat()}
    told = {}
    for language in ("en", *OTHERS):
        answer = api.post(address, sent, format="json", HTTP_ACCEPT_LANGUAGE=language)
        assert answer["Content-Language"] == language
        error = answer.json()["errors"][0]
        assert error["code"] == "out_of_range"
        told[language] = error["detail"]
    assert len(set(told.values())) == len(told)


def test_numbers_and_dates_over_rest_are_never_those_of_a_language(api, ward):
    api.force_authenticate(ward.clinician)
    study = make_study(ward.well)
    make_report(study, (0.04, 0.91), version=make_version(version="9.9.9"))
    for address in (
        f"/api/v1/patients/{ward.ill.pk}/vital-signs/",
        f"/api/v1/patients/{ward.ill.pk}/summary/",
        f"/api/v1/patients/{ward.well.pk}/imaging-studies/",
    ):
        english = api.get(address, HTTP_ACCEPT_LANGUAGE="en").json()
        german = api.get(address, HTTP_ACCEPT_LANGUAGE="de").json()
        assert machine_values(german) == machine_values(english), address


def machine_values(answer):
    """Return everything but texts: numbers, true, false, null, days, moments and codes."""
    if isinstance(answer, dict):
        return {
            name: machine_values(value)
            for name, value in answer.items()
            if name not in {"generated_at", "analysis"}  # the moment of asking; words for people
        }
    if isinstance(answer, list):
        return [machine_values(value) for value in answer]
    if isinstance(answer, str) and not re.fullmatch(r"[0-9a-z_.:+TZ/%-]*", answer):
        return "a text"
    return answer
