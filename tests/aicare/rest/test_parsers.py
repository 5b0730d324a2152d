"""JSON that says one thing."""

import io

import pytest
from rest_framework.exceptions import ParseError
from rest_framework.serializers import DecimalField

from aicare.rest.parsers import MAX_BYTES, PayloadTooLarge, StrictJSONParser


def parse(raw: bytes):
    return StrictJSONParser().parse(io.BytesIO(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a": 1,}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"[1]",
        b'"text"',
        b"null",
        b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"a": "\xff"}',
        b'{"\\ud800": 1}',
        b'{"a": {"\\u0000": 1}}',
    ],
)
def test_what_is_not_one_plain_object_is_refused(raw):
    with pytest.raises(ParseError) as refusal:
        parse(raw)
    assert refusal.value.detail.code == "malformed_json"


def test_brackets_inside_a_string_are_no_depth():
    assert parse(b'{"a": "' + b"[" * 100 + b'\\"{"}') == {"a": "[" * 100 + '"{'}


def test_a_body_over_the_limit_is_not_parsed():
    with pytest.raises(PayloadTooLarge):
        parse(b'{"a": "' + b"x" * MAX_BYTES + b'"}')


def test_a_number_keeps_its_digits_for_decimal_fields():
    value = parse(b'{"a": 38.05}')["a"]
    assert str(DecimalField(max_digits=5, decimal_places=2).to_internal_value(value)) == "38.05"
