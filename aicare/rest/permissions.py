"""Who may act: the role's permissions, narrowed by the token's scopes."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated

from aicare.models import ApiToken


def may(request, permission: str) -> bool:
    """Tell whether the caller's role and token allow ``permission``."""
    if isinstance(request.auth, ApiToken) and not request.auth.permits(permission):
        return False
    return request.user.has_perm(permission)


def require(request, permission: str) -> None:
    """Raise 403 unless the caller may act; call it after the object was found visible."""
    if not may(request, permission):
        raise PermissionDenied(_("Your role or token does not allow this."))


class MayRead(IsAuthenticated):
    """Any signed-in caller whose token includes ``view.read_permission``."""

    def has_permission(self, request, view):
        if not super().has_permission(request, view):
            return False
        needed = getattr(view, "read_permission", None)
        if needed is None or not isinstance(request.auth, ApiToken):
            return True
        return request.auth.permits(needed) or request.method not in {"GET", "HEAD", "OPTIONS"}
