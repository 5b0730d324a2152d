"""What the schema says about every act: its group, the refusals that it can meet, its headers."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from drf_standardized_errors.openapi import AutoSchema as StandardSchema
from rest_framework import serializers

from aicare.rest.idempotency import MAX_KEY_LENGTH
from aicare.rest.preconditions import ETAG_PATTERN

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
# What each refusal means to whoever reads the schema, and how one reads; who may meet which is
# told below.
REFUSALS = {
    "400": (
        "A value, a field or a parameter cannot be so; `attr` names it.",
        ("unknown_field", "This field does not exist or cannot be set.", "hart_rate_per_min"),
    ),
    "401": (
        "No token or session, or one that is not known, has expired or has ended.",
        ("authentication_failed", "The token is unknown, expired or revoked."),
    ),
    "403": (
        "Your role, or the token's scopes, do not allow this.",
        ("permission_denied", "Your role or token does not allow this."),
    ),
    "404": (
        "There is no such object, or it is not yours to see.",
        ("not_found", "Not found."),
    ),
    "406": (
        "The answer is JSON; `Accept` or `format` asks for something else.",
        ("not_acceptable", "Could not satisfy the request Accept header."),
    ),
    "409": (
        "`confirm_required`: the values are odd, repeat with `confirm`. "
        "Otherwise the state of the record forbids the act.",
        ("patient_merged", "This record was merged into another one. Use that record."),
    ),
    "411": (
        "The request must say its `Content-Length`.",
        ("length_required", "Send the length of the body as Content-Length."),
    ),
    "412": (
        "Somebody changed the record since the version that you named: read it again.",
        (
            "version_conflict",
            "Somebody changed this record meanwhile. Read it again and repeat.",
        ),
    ),
    "413": (
        "The request is larger than allowed.",
        ("payload_too_large", "The request is larger than allowed."),
    ),
    "415": (
        "The body is of a kind that is not taken here.",
        ("unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    ),
    "422": (
        "A rule is broken, a file cannot be read, or the `Idempotency-Key` belongs to another "
        "request.",
        (
            "idempotency_key_reused",
            "This Idempotency-Key belongs to another request; choose a new one.",
        ),
    ),
    "428": (
        "`If-Match` is missing.",
        (
            "precondition_required",
            "Send the ETag that you read as If-Match, so that no change of others is lost.",
        ),
    ),
    "429": (
        "Too many at once; send the same request again after `Retry-After` seconds.",
        ("too_many_uploads", "You are already sending 3 uploads. Wait for one to end."),
    ),
    "503": (
        "The record is busy; send the same request again after `Retry-After` seconds.",
        ("storage_busy", "The record is busy. Nothing was stored; send the request again."),
    ),
    "507": (
        "The disk is nearly full; an administrator must make room.",
        ("storage_full", "There is no room for more pictures. Nothing was stored."),
    ),
}
LATER = ["429", "503"]

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
    OpenApiParameter.HEADER,
    description="The same key within 24 hours answers with the first result; nothing is done twice",
)
ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The version of the object: send it back as If-Match to change it",
    response=[200, 201],
)
_VERSION = {"type": "string", "pattern": ETAG_PATTERN.pattern.replace("?:", "")}
IF_MATCH = OpenApiParameter(
    "If-Match", _VERSION, OpenApiParameter.HEADER, required=True, description="The ETag you read"
)
IF_STILL = OpenApiParameter(
    "If-Match",
    _VERSION,
    OpenApiParameter.HEADER,
    description="The ETag you read: 412 if somebody changed the object since",
)


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
    """Add to each act the refusals that it can meet, and what they mean."""

    def get_tags(self):
        """Group what a view's ``group`` names, else what is below one first word of the path."""
        group = getattr(self.view, "group", None)
        return [group] if group else super().get_tags()

    def get_override_parameters(self):
        wait = OpenApiParameter(
            "Retry-After",
            OpenApiTypes.INT,
            OpenApiParameter.HEADER,
            description="Seconds to wait before the same request is sent again",
            response=LATER,
        )
        return [*super().get_override_parameters(), wait]

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        of_its_own = {status for one in self.get_examples() for status in one.status_codes or ()}
        for status in bodies.keys() & REFUSALS.keys():
            meaning, (code, *said) = REFUSALS[status]
            bodies[status]["description"] = meaning
            if status not in of_its_own:
                example = {"value": _refusal(status, code, *said)}
                bodies[status]["content"]["application/json"]["examples"] = {code: example}
        return dict(sorted(bodies.items()))

    def _should_add_error_response(self, responses, status_code):
        if status_code in responses:
            return False
        changes = self.method in CHANGES
        has_body = changes and self.get_request_serializer() is not None
        headers = {one.name for one in self.get_override_parameters() if not one.response}
        needed = {
            "404": "{" in self.path,
            "406": any("application/json" in one.get("content", {}) for one in responses.values()),
            "409": changes,
            "412": "If-Match" in headers,
            "413": has_body,
            "415": has_body,
            "422": self.method == "POST",
            "428": self.method in {"PUT", "PATCH"},
        }
        return needed.get(status_code, True)

    def _get_error_response_serializer(self, status_code):
        return RefusalsSerializer


def _refusal(status: str, code: str, detail: str, attr: str | None = None) -> dict:
    kind = {"400": "validation_error", "503": "server_error", "507": "server_error"}
    error = {"code": code, "detail": detail, "attr": attr}
    return {"type": kind.get(status, "client_error"), "errors": [error]}
