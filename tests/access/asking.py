"""Ask one address as one caller, and say in a word how it was answered."""

import re
from urllib.parse import urlencode

from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.access.table import Address
from tests.access.walking import Route

SIGN_IN = re.compile(r"/(accounts|admin)/login/\?next=")
# What answers of one and the same kind differ in.
PASSING = re.compile(
    rb'csrfmiddlewaretoken" value="\w+"|data-seconds-left="\d+"'
    rb"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
LET_IN, SIGN_IN_FIRST, FORBIDDEN, NOT_FOUND = "let in", "sign in first", "forbidden", "not found"
NO_SUCH_METHOD = "no such method"
# Whoever is let in is answered, or told what is wrong with what was sent.
WORDS = {
    **dict.fromkeys((200, 201, 202, 204, 302, 400, 409, 412, 415, 422, 428), LET_IN),
    401: SIGN_IN_FIRST,
    403: FORBIDDEN,
    404: NOT_FOUND,
    405: NO_SUCH_METHOD,
}


def ask(client: Client, route: Route, address: Address, method: str, values: dict, **headers):
    """Return the answer to ``method``, with next to nothing in the body."""
    named = {name: values[row] for name, row in address.of.items()}
    url = address.sample or route.address(values | named)
    kind = address.body or ("json" if route.is_rest else "form")
    if method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return client.generic(method, url, headers=headers)
    if kind == "json":
        return client.generic(method, url, "{}", content_type="application/json", headers=headers)
    sent = {name: values[row] for name, row in address.sends.items()} or {"once": ""}
    if kind == "multipart":
        body, kind_of_body = encode_multipart(BOUNDARY, sent), MULTIPART_CONTENT
    else:
        body, kind_of_body = urlencode(sent), "application/x-www-form-urlencoded"
    return client.generic(method, url, body, content_type=kind_of_body, headers=headers)


def word_for(answer) -> str:
    """Return how the caller was received."""
    if answer.status_code == 302 and SIGN_IN.match(answer.headers["Location"]):
        return SIGN_IN_FIRST
    return WORDS.get(answer.status_code, f"unforeseen: {answer.status_code}")


def content_of(answer) -> bytes:
    """Return what was answered without what differs each time."""
    return PASSING.sub(b"", answer.content)
