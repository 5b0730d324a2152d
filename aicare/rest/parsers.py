"""JSON that says one thing: no key twice, no NaN, no towers of brackets."""

import codecs
import json
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
# A whole string, so that brackets inside it do not count, or one bracket.
STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


class PayloadTooLarge(APIException):
    status_code = 413
    default_detail = gettext_lazy("The request is larger than allowed.")
    default_code = "payload_too_large"


class EncodedBody(APIException):
    status_code = 415
    default_detail = gettext_lazy("Send the body as it is, without Content-Encoding.")
    default_code = "content_encoding_not_supported"


def _object(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ParseError(_("A key is given twice."), code="malformed_json")
    if not all(key.isprintable() for key in result):
        # No field has such a name, and an answer could not name it: half a letter is no UTF-8.
        raise ValueError("a key that cannot be shown")
    return result


def _not_a_number(name):
    raise ParseError(_("NaN and Infinity are not numbers here."), code="malformed_json")


def _check_depth(text: str) -> None:
    depth = 0
    for token in STRUCTURE.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise ParseError(_("The JSON is nested too deeply."), code="malformed_json")


class NumberAsWritten(float):
    """A float that remembers how it was written, so that 38.05 becomes Decimal('38.05')."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self):
        return self.text


class StrictJSONParser(JSONParser):
    """Parse one JSON object of at most a mebibyte; numbers keep their digits for Decimal fields."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        request = (parser_context or {}).get("request")
        if request and request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise EncodedBody()
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise PayloadTooLarge()
        if raw.startswith(codecs.BOM_UTF8):
            raise ParseError(_("The JSON starts with a byte order mark."), code="malformed_json")
        try:
            text = raw.decode("utf-8")
            _check_depth(text)
            data = json.loads(
                text,
                object_pairs_hook=_object,
                parse_constant=_not_a_number,
                parse_float=NumberAsWritten,
            )
        except ValueError as error:
            raise ParseError(_("The body is not valid JSON."), code="malformed_json") from error
        if not isinstance(data, dict):
            raise ParseError(_("The body must be a JSON object."), code="malformed_json")
        return data
