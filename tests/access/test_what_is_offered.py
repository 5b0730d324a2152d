"""What a page offers, its reader may do: every link and every form of the pages, as every role.

Pages are walked from the start as a reader would, link after link, a few of a kind. Forms are sent
empty: the question is whether they are received at all.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from tests.access.asking import LET_IN, word_for
from tests.access.conftest import undone
from tests.access.scene import WHO, browser_of

pytestmark = pytest.mark.django_db
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+")
# Signing out ends the walk; pages of Django's administration are not ours to change.
LEFT_OUT = ("/accounts/", "/admin/", "/static/", "/language/", "/api/schema/", "/api/docs/")
STARTS = ("/", "/about/", "/patients/", "/worklist/", "/classifiers/", "/audit/")
AT_MOST = 250


class Offers(HTMLParser):
    """The addresses that a page links to; those that its forms are sent to, with what they hide."""

    def __init__(self, page: str, here: str):
        super().__init__()
        self.here, self.links, self.forms = here, set(), {}
        self.hidden = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.add(self.inside(given["href"]))
        if tag == "img" and given.get("src"):
            self.links.add(self.inside(given["src"]))
        if given.get("hx-get"):
            self.links.add(self.inside(given["hx-get"]))
        if given.get("hx-post"):
            self.forms[self.inside(given["hx-post"])] = {}
        if tag == "form":
            action, self.hidden = self.inside(given.get("action") or self.here), {}
            if given.get("method") == "post":
                self.forms[action] = self.hidden
            else:
                self.links.add(action)
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value") or ""
        if given.get("formaction"):
            self.forms[self.inside(given["formaction"])] = self.hidden

    def inside(self, address: str) -> str:
        """Return the address on this site, or nothing for one elsewhere or on this page."""
        parts = urlsplit(address)
        if parts.netloc or parts.scheme or not (parts.path or parts.query):
            return ""
        path = parts.path or urlsplit(self.here).path
        return f"{path}?{parts.query}" if parts.query else path


def kind_of(address: str) -> str:
    """Return what pages of one kind have in common: one of them is looked at."""
    parts = urlsplit(address)
    names = sorted(part.partition("=")[0] for part in parts.query.split("&"))
    return f"{ID.sub('…', parts.path)}?{names}"


def walk(browser) -> dict[str, str]:
    """Return how every kind of page and form that is offered was received."""
    waiting, received = [("GET", address, {}) for address in STARTS], {}
    kinds = {f"GET {kind_of(address)}" for address in STARTS}
    while waiting and len(received) < AT_MOST:
        method, address, sent = waiting.pop(0)
        with undone():
            answer = browser.get(address) if method == "GET" else browser.post(address, sent)
        received[f"{method} {address}"] = word_for(answer)
        if method == "POST" or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        offers = Offers(answer.content.decode(), address)
        found = [("GET", one, {}) for one in sorted(offers.links)]
        found += [("POST", one, offers.forms[one]) for one in sorted(offers.forms)]
        for how, one, hidden in found:
            kind = f"{how} {kind_of(one)}"
            if one and not one.startswith(LEFT_OUT) and kind not in kinds:
                kinds.add(kind)
                waiting.append((how, one, hidden))
    return received


@pytest.mark.parametrize("role", WHO)
def test_whatever_is_offered_is_received(scene, role):
    received = walk(browser_of(scene, role))
    starts = {f"GET {address}" for address in STARTS}
    refused = {
        address: word
        for address, word in received.items()
        if word != LET_IN and address not in starts
    }
    assert refused == {}
    assert len(STARTS) <= len(received) < AT_MOST


def test_the_walk_comes_to_the_acts_of_a_record(scene):
    received = walk(browser_of(scene, "clinician"))
    kinds = {kind_of(address.partition(" ")[2]) for address in received}
    for act in ("vital-signs/new", "edit", "conditions/new", "studies/new", "trends"):
        assert any(f"/{act}/" in kind for kind in kinds), act
