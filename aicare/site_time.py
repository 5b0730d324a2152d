"""Pages tell the time of the place of care, not of the server."""

from django.utils import timezone


class SiteTimeMiddleware:
    """Show times in the zone of the reader's site; a page about one patient takes the patient's.

    REST answers stay in UTC.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # A view may switch to a zone; the next request of this thread starts anew.
        with timezone.override(None):
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.path.startswith("/api/") or not request.user.is_authenticated:
            return
        site = request.user.sites.first()
        if site:
            timezone.activate(site.zone)
