"""Fields of REST bodies that take exactly what the contract says and never echo what was sent."""

import datetime
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)
# What a double needs (38.400000000000006), and no more: what was entered is kept.
MOST_PLACES = 20
ALLOWED_CONTROLS = {"\n", "\r", "\t"}


class TextField(serializers.CharField):
    """Text of people: no control characters, no broken Unicode; numbers are no text."""

    def __init__(self, **options):
        options.setdefault("allow_blank", not options.get("required", True))
        super().__init__(**options)

    def run_validation(self, data=serializers.empty):
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            raise serializers.ValidationError(_("Must be text."), code="invalid_text")
        if isinstance(data, str) and any(map(_is_unprintable, data)):
            raise serializers.ValidationError(
                _("Must not hold control characters or broken Unicode."), code="invalid_text"
            )
        return super().run_validation(data)


def _is_unprintable(character: str) -> bool:
    return character not in ALLOWED_CONTROLS and unicodedata.category(character) in {"Cc", "Cs"}


@extend_schema_field(OpenApiTypes.DATETIME)
class TimestampField(serializers.DateTimeField):
    """A moment with its offset from UTC; without one it could be any of two dozen hours."""

    default_error_messages = {
        "invalid_timestamp": gettext_lazy(
            "Give date and time with an offset, such as 2026-03-10T08:15:00+01:00."
        )
    }

    def to_internal_value(self, value):
        moment = parse_timestamp(value)
        if moment is None:
            self.fail("invalid_timestamp")
        return moment


def parse_timestamp(text) -> datetime.datetime | None:
    """Return the moment in UTC, or None unless ``text`` is date and time with an offset."""
    try:
        moment = datetime.datetime.fromisoformat(text)
        return moment.astimezone(datetime.UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


@extend_schema_field(OpenApiTypes.NUMBER)
class MeasurementField(serializers.Field):
    """A number, out as a plain JSON number; in also as a decimal string such as "38.4"."""

    default_error_messages = {"invalid_number": gettext_lazy("Must be a number, such as 38.4.")}

    def to_internal_value(self, data) -> Decimal:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        if not is_number and not (isinstance(data, str) and DECIMAL.fullmatch(data.strip())):
            self.fail("invalid_number")
        try:
            number = Decimal(str(data).strip())
        except InvalidOperation:
            self.fail("invalid_number")
        if -number.as_tuple().exponent > MOST_PLACES:
            self.fail("invalid_number")
        return number

    def to_representation(self, value: Decimal) -> int | float:
        return int(value) if value == value.to_integral_value() else float(value)


class StrictBooleanField(serializers.BooleanField):
    """true or false, not "yes" or 1: nothing is guessed."""

    def to_internal_value(self, data):
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class ChoiceField(serializers.ChoiceField):
    """One of a list of words; the answer to another one names the list, not the word."""

    def fail(self, key, **context):
        words = ", ".join(str(choice) for choice in self.choices)
        text = _("Choose one of: %(words)s.") % {"words": words}
        raise serializers.ValidationError(text, code=key)

    def to_internal_value(self, data):
        if data == "" and self.allow_blank:
            return ""
        if not isinstance(data, str | int) or isinstance(data, bool):
            self.fail("invalid_choice")
        return super().to_internal_value(data)
