"""What the schema says about refusals: one shape for all, and which statuses an act may answer."""

from drf_standardized_errors.openapi import AutoSchema as StandardSchema
from rest_framework import serializers

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


class SuggestionSerializer(serializers.Serializer):
    """The likely correction of one field."""

    field = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()


class RefusalSerializer(serializers.Serializer):
    """One thing that is wrong or in question."""

    code = serializers.CharField(help_text="Stable, for programs")
    detail = serializers.CharField(help_text="For people")
    attr = serializers.CharField(allow_null=True, help_text="The field it is about")
    suggestion = SuggestionSerializer(required=False)


class RefusalsSerializer(serializers.Serializer):
    """Why a request was refused; nothing was stored."""

    type = serializers.CharField(
        help_text="validation_error, confirm_required, client_error or server_error"
    )
    errors = RefusalSerializer(many=True)


class AutoSchema(StandardSchema):
    """Add to each act the refusals that it can meet."""

    def _should_add_error_response(self, responses, status_code):
        changes = self.method in CHANGES
        needed = {
            "400": True,
            "409": changes,
            "412": self.method in {"PUT", "PATCH"},
            "413": changes,
            "422": changes,
            "428": self.method in {"PUT", "PATCH"},
        }
        if status_code in needed:
            return needed[status_code] and status_code not in responses
        return super()._should_add_error_response(responses, status_code)

    def _get_error_response_serializer(self, status_code):
        return RefusalsSerializer
