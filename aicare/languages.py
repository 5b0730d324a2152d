"""Which language somebody reads: their own choice, or what their browser or program asks for."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from aicare.errors import InvalidInput


class LanguageMiddleware(LocaleMiddleware):
    """The choice of who is signed in, or else of this browser's sign-in page, or Accept-Language.

    Programs with a token have neither session nor cookie: for them Accept-Language alone counts.
    """

    def process_request(self, request):
        chosen = request.user.language if request.user.is_authenticated else ""
        if chosen not in dict(settings.LANGUAGES):
            chosen = translation.get_language_from_request(request)
        translation.activate(chosen)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request, response):
        response = super().process_response(request, response)
        patch_vary_headers(response, ("Cookie",))
        return response


def choose_language(request) -> HttpResponseRedirect:
    """Keep the posted language, with the account or else in a cookie, and go back to the page."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(_("There is no such language here."), attr="language")
    answer = HttpResponseRedirect(_back_to(request))
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    else:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return answer


def _back_to(request) -> str:
    """Return the page that the chooser was on, never a foreign address."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else "/"
