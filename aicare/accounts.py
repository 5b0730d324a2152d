"""How people sign in and register: an administrator approves, log-ins are on record."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _

from aicare import sessions
from aicare.audit import record_access
from aicare.models import AuditEvent


class AccountAdapter(DefaultAccountAdapter):
    """Registration without site or role; every log-in, failure and log-out in the audit trail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The username or the password is wrong.")
    }

    def save_user(self, request, user, form, commit=True):
        user = super().save_user(request, user, form, commit=False)
        user.is_active = False
        if commit:
            user.save()
            record_access(user=None, action="account.registered", object_id=user.pk)
        return user

    def login(self, request, user):
        super().login(request, user)
        sessions.begin(request)
        record_access(user=user, action="login", object_id=user.pk)

    def logout(self, request):
        user = request.user
        super().logout(request)
        if user.is_authenticated:
            record_access(user=user, action="logout", object_id=user.pk)

    def authentication_failed(self, request, **credentials):
        super().authentication_failed(request, **credentials)
        record_access(user=None, action="login", outcome=AuditEvent.Outcome.DENIED)
