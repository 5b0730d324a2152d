"""What every page knows."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from aicare.navigation import places_for
from aicare.roles import role_text
from aicare.sessions import whole_seconds_left


def product(request):
    """Version, languages, and of who is signed in places and roles, computed only if shown."""
    user = getattr(request, "user", None)
    is_known = user is not None and user.is_authenticated
    return {
        "product_version": settings.VERSION,
        "languages": settings.LANGUAGES,
        "signed_in": is_known,
        "places": SimpleLazyObject(lambda: places_for(user, request.path) if is_known else []),
        "session_seconds_left": SimpleLazyObject(
            lambda: whole_seconds_left(request) if is_known else 0
        ),
        "role_names": SimpleLazyObject(lambda: _roles_of(user) if is_known else ""),
    }


def _roles_of(user) -> str:
    return ", ".join(role_text(name) for name in user.groups.values_list("name", flat=True))
