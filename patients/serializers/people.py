"""Who did something, as JSON."""

from rest_framework import serializers


class PersonSerializer(serializers.Serializer):
    """A member of staff."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="*")
