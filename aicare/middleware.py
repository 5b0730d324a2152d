"""What every request passes through: an id, privacy of answers, refusals on record, error pages."""

import logging
import uuid
from functools import partial

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render

from aicare import request_context
from aicare.audit import record_access
from aicare.errors import DomainError, Moved
from aicare.models import AuditEvent

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """Give the request an id that its answer, its audit rows and its log lines share."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = str(uuid.uuid4())
        request_context.request_id.set(request.id)
        request_context.token_prefix.set("")
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.id
        return response


class AppendSlashMiddleware(CommonMiddleware):
    """Send an address without its last slash on as it came: after a 301 a POST becomes a GET.

    The answer to that GET would look like success, and nothing would have been saved.
    """

    response_redirect_class = staticmethod(
        partial(HttpResponsePermanentRedirect, preserve_request=True)
    )


class PageMethodsMiddleware:
    """Pages are read and sent; every other method is for programs, at their own addresses."""

    methods = ("GET", "HEAD", "POST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        # Views of REST name their methods themselves.
        if request.method in self.methods or hasattr(view, "cls"):
            return None
        return HttpResponseNotAllowed(self.methods)


class CompressTextMiddleware(GZipMiddleware):
    """Compress pages and answers for a slow line; pictures and PDFs are compressed already.

    Random bytes in each answer keep its length from telling what it holds (the base class's
    guard against BREACH); tokens against forgery are masked anew in every page.
    """

    kinds = ("text/", "application/json")

    def process_response(self, request, response):
        if not response.headers.get("Content-Type", "").startswith(self.kinds):
            return response
        return super().process_response(request, response)


class PrivateCacheMiddleware:
    """Keep answers to signed-in people out of every cache."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class RefusalAuditMiddleware:
    """Put refused requests on record: who tried what, never what was sent."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if 400 <= response.status_code < 500 and request.resolver_match:
            self.record(request, response.status_code)
        return response

    def record(self, request, status):
        patient_id = request.resolver_match.kwargs.get("patient_id")
        try:
            record_access(
                user=request.user,
                action=f"{request.method} {request.resolver_match.view_name}"[:60],
                outcome=(
                    AuditEvent.Outcome.DENIED
                    if status in {401, 403, 404}
                    else AuditEvent.Outcome.REJECTED
                ),
                patient_id=patient_id if isinstance(patient_id, uuid.UUID) else None,
                detail=str(status),
            )
        except DatabaseError:
            # The refusal itself stands; losing its row must not turn it into a server error.
            logger.exception("A refused request could not be put on record")


class DomainErrorMiddleware:
    """Show a broken rule on a page as an error page with its status; lead to what has moved."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error) -> HttpResponse | None:
        if isinstance(error, Moved):
            return redirect(error.address)
        if not isinstance(error, DomainError):
            return None
        context = {"problems": error.problems}
        return render(request, "refused.html", context, status=error.http_status)
