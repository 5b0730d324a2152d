"""``create_api_token``: the token is the last word, and it works."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from aicare.models import ApiToken, AuditEvent
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def created(*arguments: str) -> ApiToken:
    """Run the command and look its token up by the last word that it printed."""
    told = io.StringIO()
    call_command("create_api_token", *arguments, stdout=told)
    return ApiToken.objects.usable().holding(told.getvalue().split()[-1]).get()


def test_the_last_word_is_a_token_of_the_user():
    user = make_user("nurse")
    token = created("--username", user.username)
    assert (token.user, token.scopes, token.expires_at) == (user, [], None)


def test_scopes_narrow_the_token():
    user = make_user("nurse")
    token = created("--username", user.username, "--scope", "read", "--scope", "studies.write")
    assert token.scopes == ["read", "studies.write"]
    assert token.permits("patients.view_patient")
    assert not token.permits("patients.add_vitalsigns")


def test_days_limit_the_token():
    token = created("--username", make_user().username, "--days", "2")
    assert timedelta(days=1) < token.expires_at - timezone.now() <= timedelta(days=2)


def test_a_new_token_is_on_record():
    user = make_user()
    token = created("--username", user.username)
    event = AuditEvent.objects.get(action="token.created")
    assert (event.user, event.object_id) == (user, token.pk)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--username", "nobody"], "no user called nobody"),
        (["--username", "inactive"], "not active"),
        (["--username", "someone", "--scope", "everything"], "Unknown scope: everything"),
        (["--username", "someone", "--days", "0"], "between 1 and 36500"),
    ],
)
def test_what_is_wrong_is_said_and_makes_no_token(arguments, complaint):
    make_user(username="someone")
    make_user(username="inactive", is_active=False)
    with pytest.raises(CommandError, match=complaint):
        call_command("create_api_token", *arguments)
    assert not ApiToken.objects.exists()
