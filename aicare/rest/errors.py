"""Turn every refusal into ``{"type", "errors": [{code, detail, attr, suggestion?}]}``."""

import re
from dataclasses import asdict

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_standardized_errors.formatter import ExceptionFormatter as StandardFormatter
from drf_standardized_errors.handler import ExceptionHandler as StandardHandler
from rest_framework.exceptions import APIException, ParseError

from aicare.errors import DomainError, Problem
from aicare.rest.parsers import PayloadTooLarge

# How DRF names an object as a whole; the caller knows it by the name of its field, or by none.
WHOLE_OBJECT = re.compile(r"(^|\.)non_field_errors$")


class RefusedByRule(APIException):
    """A DomainError on its way to the caller."""

    def __init__(self, error: DomainError):
        self.status_code = error.http_status
        self.type = error.type
        self.problems = error.problems
        self.wait = error.retry_after_seconds
        super().__init__(detail=str(error), code=error.problems[0].code)


class StorageBusy(APIException):
    """The database did not answer in time; the same request may be sent again."""

    status_code = 503
    default_detail = gettext_lazy("The record is busy. Nothing was stored; send the request again.")
    default_code = "storage_busy"
    wait = 2


class ExceptionHandler(StandardHandler):
    """Know our own errors besides Django's and DRF's."""

    def convert_known_exceptions(self, exc):
        if isinstance(exc, DomainError):
            return RefusedByRule(exc)
        if isinstance(exc, RequestDataTooBig):
            return PayloadTooLarge()
        if isinstance(exc, SuspiciousOperation):
            return ParseError(_("The request is not well formed."), code="bad_request")
        if isinstance(exc, OperationalError):
            return StorageBusy()
        return super().convert_known_exceptions(exc)


class ExceptionFormatter(StandardFormatter):
    """Add what our errors carry: their own type, several problems, suggestions."""

    def get_error_type(self):
        return getattr(self.exc, "type", None) or super().get_error_type()

    def get_errors(self):
        return getattr(self.exc, "problems", None) or super().get_errors()

    def format_error_response(self, error_response):
        return {
            "type": str(error_response.type),
            "errors": [_as_json(error) for error in error_response.errors],
        }


def _as_json(error) -> dict:
    attr = WHOLE_OBJECT.sub("", error.attr or "") or None
    answer = {"code": error.code, "detail": error.detail, "attr": attr}
    if isinstance(error, Problem) and error.suggestion:
        answer["suggestion"] = asdict(error.suggestion)
    return answer
