"""Make a bearer token for a program."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from aicare.audit import record_access
from aicare.models import ApiToken
from aicare.roles import SCOPES


class Command(BaseCommand):
    help = (
        "Make a bearer token and print it, once, as the last word. It may do what its user may,"
        " or less with --scope. Example: manage.py create_api_token --username demo-integrator"
        " --scope read --scope studies.write --days 90"
    )

    def add_arguments(self, parser):
        parser.add_argument("--username", required=True, help="whose rights the token has")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            metavar="SCOPE",
            help=f"narrow the token to: {', '.join(SCOPES)}; may be repeated",
        )
        parser.add_argument(
            "--days", type=int, help="the token expires after so many days (default: never)"
        )

    def handle(self, *args, username, scope, days, **options):
        if unknown := sorted(set(scope) - SCOPES.keys()):
            raise CommandError(
                f"Unknown scope: {', '.join(unknown)}. Scopes are: {', '.join(SCOPES)}."
            )
        if days is not None and not 1 <= days <= 36_500:
            raise CommandError("--days must be between 1 and 36500.")
        try:
            user = get_user_model().objects.filter(username=username).first()
        except DatabaseError:
            raise CommandError(
                "The database has no users yet: start AI Care once (make run)."
            ) from None
        if user is None:
            raise CommandError(f"There is no user called {username}.")
        if not user.is_active:
            raise CommandError(f"{username} is not active; an administrator must approve first.")
        expires_at = timezone.now() + timedelta(days=days) if days else None
        with transaction.atomic():
            token, secret = ApiToken.issue(
                user=user, scopes=sorted(set(scope)), expires_at=expires_at
            )
            record_access(
                user=user,
                action="token.created",
                object_id=token.pk,
                detail=f"{token.prefix} by command",
            )
        until = f"until {expires_at:%Y-%m-%d}" if expires_at else "until revoked"
        allowed = ", ".join(token.scopes) or "all that the user may"
        self.stdout.write(f"Token of {username}, valid {until}, for: {allowed}. Shown only now:")
        self.stdout.write(secret)
