"""What break-glass opened in this session, for the time of one request."""

from aicare import request_context
from aicare.request_context import Opening, Openings
from patients.models import BreakGlassGrant
from patients.services.break_glass import close_the_glass

IN_SESSION = "break-glass"
HEADER = "X-Break-Glass"


class OpenedRecordsMiddleware:
    """Let the session see the records that it opened, and mark every answer about one of them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user, openings = request.user, Openings(running_in(request))
        before = request_context.openings.set(openings)
        try:
            response = self.get_response(request)
            if openings.grant_ids and not request.user.is_authenticated:
                close_all(openings, user)
        finally:
            request_context.openings.reset(before)
        if openings.used:
            response.headers[HEADER] = f"expires={openings.used.expires_at.isoformat()}"
        return response


def close_all(openings: Openings, user) -> None:
    """End what the session had open: whoever signed out, or was signed out, has left."""
    for grant in BreakGlassGrant.objects.filter(pk__in=openings.grant_ids):
        close_the_glass(grant=grant, closed_by=user)


def running_in(request) -> list[Opening]:
    """Return the openings of the session that still run; who has none pays no query.

    A record that was merged meanwhile is open as the one that stands, too.
    """
    kept = request.session.get(IN_SESSION)
    if not kept or not request.user.is_authenticated:
        return []
    grants = BreakGlassGrant.objects.of(request.user).running().filter(pk__in=kept)
    return [
        Opening(grant.pk, patient_id, grant.expires_at)
        for grant in grants.select_related("patient")
        for patient_id in (grant.patient_id, grant.patient.merged_into_id)
        if patient_id
    ]


def keep_in_session(request, grant: BreakGlassGrant) -> None:
    """Let this session see what ``grant`` opens; those that ended are forgotten."""
    running = [str(opening.grant_id) for opening in running_in(request)]
    request.session[IN_SESSION] = [*{*running, str(grant.pk)}]
