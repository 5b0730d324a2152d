"""Pages that update themselves: when the session has ended, the whole page leaves, not a part."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url


class EndedSessionMiddleware:
    """Answer a page's update of itself with "go and sign in" instead of a sign-in form in a corner.

    The page with its patients is left at once; no update ever extends a session
    (``aicare.sessions``).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        is_sent_away = response.status_code == 302 and response["Location"].startswith(sign_in)
        if not (request.htmx and is_sent_away):
            return response
        came_from = request.htmx.current_url_abs_path or "/"
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = f"{sign_in}?{urlencode({'next': came_from})}"
        return answer
