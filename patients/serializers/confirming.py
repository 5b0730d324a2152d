"""How a caller answers the questions that an act came back with."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers


class ConfirmField(serializers.Field):
    """The codes of answered questions, or true for all that are raised."""

    default_error_messages = {"invalid": _("Give true or a list of the codes that were asked.")}

    def __init__(self, *, codes, **kwargs):
        self.codes = tuple(codes)
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        if isinstance(data, bool):
            return True if data else frozenset()
        if not isinstance(data, list) or any(
            not isinstance(code, str) or code not in self.codes for code in data
        ):
            self.fail("invalid")
        return frozenset(data)


class ConfirmFieldSchema(OpenApiSerializerFieldExtension):
    """The field in the schema: a list of the codes that can be asked, or a yes to all."""

    target_class = ConfirmField

    def map_serializer_field(self, auto_schema, direction):
        codes = {"type": "string", "enum": list(self.target.codes)}
        return {"oneOf": [{"type": "array", "items": codes}, {"type": "boolean"}]}
