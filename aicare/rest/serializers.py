"""The ground of every serializer: what is not known is refused, not dropped."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers


class StrictSerializer(serializers.Serializer):
    """Refuse fields that do not exist or that the caller may not set."""

    def to_internal_value(self, data):
        known = {name for name, field in self.fields.items() if not field.read_only}
        # What is no object at all is refused by the line at the end.
        unknown = sorted(set(data) - known) if isinstance(data, Mapping) else []
        if unknown:
            text = _("This field does not exist or cannot be set.")
            raise serializers.ValidationError(
                {name[:60]: [text] for name in unknown}, code="unknown_field"
            )
        return super().to_internal_value(data)


class StrictSchema(OpenApiSerializerExtension):
    """The same in the schema, where such an object is sent."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema, direction):
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return schema | {"additionalProperties": False} if direction == "request" else schema
