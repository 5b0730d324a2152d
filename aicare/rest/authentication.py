"""Bearer tokens for programs."""

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from aicare import request_context
from aicare.models import ApiToken


class BearerTokenAuthentication(BaseAuthentication):
    """Accept ``Authorization: Bearer <token>``; the token becomes ``request.auth``."""

    def authenticate(self, request):
        scheme, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = ApiToken.objects.usable().holding(secret.strip()).select_related("user").first()
        if token is None:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        token.mark_used()
        request_context.token_prefix.set(token.prefix)
        # A program sees nothing of what its user opened in an emergency.
        request_context.openings.set(request_context.Openings())
        return token.user, token

    def authenticate_header(self, request):
        return "Bearer"


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes the token."""

    target_class = BearerTokenAuthentication
    name = "bearerToken"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}
