"""What break-glass opened in this session, for the time of one request."""

from uuid import UUID

from aicare import request_context
from aicare.request_context import Opening, Openings
from patients.models import BreakGlassGrant

IN_SESSION = "break-glass"
HEADER = "X-Break-Glass"


class OpenedRecordsMiddleware:
    """Let the session see the records that it opened, and mark every answer about one of them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        openings = Openings(running_in(request))
        before = request_context.openings.set(openings)
        try:
            response = self.get_response(request)
        finally:
            request_context.openings.reset(before)
        if openings.used:
            response.headers[HEADER] = f"expires={openings.used.expires_at.isoformat()}"
        return response


def running_in(request) -> list[Opening]:
    """Return the openings of the session that still run; who has none pays no query."""
    kept = request.session.get(IN_SESSION)
    if not kept or not request.user.is_authenticated:
        return []
    grants = BreakGlassGrant.objects.of(request.user).running().filter(pk__in=kept)
    return [Opening(grant.pk, grant.patient_id, grant.expires_at) for grant in grants]


def keep_in_session(request, grant: BreakGlassGrant) -> None:
    """Let this session see what ``grant`` opens; those that ended are forgotten."""
    running = [str(opening.grant_id) for opening in running_in(request)]
    request.session[IN_SESSION] = [*{*running, str(grant.pk)}]


def opened_in_session(request) -> list[UUID]:
    return [UUID(text) for text in request.session.get(IN_SESSION, [])]
