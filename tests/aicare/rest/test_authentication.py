"""Bearer tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aicare.models import ApiToken
from tests.factories import make_token, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/patients/"


def call(api, token):
    return api.get(URL, HTTP_AUTHORIZATION=f"Bearer {token}")


def test_a_token_opens_what_its_user_may_read(api, ward):
    assert call(api, make_token(ward.nurse)).status_code == 200


def test_without_a_token_the_answer_is_401_and_names_the_scheme(api):
    answer = api.get(URL)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("secret", ["", "wrong", "aicare_" + "x" * 43, "Ünïcode", "a b c"])
def test_an_unknown_token_is_401(api, secret):
    assert call(api, secret.encode().decode("latin-1")).status_code == 401


def test_an_expired_token_is_401(api, ward):
    token = make_token(ward.nurse, expires_at=timezone.now() - timedelta(seconds=1))
    assert call(api, token).status_code == 401


def test_a_revoked_token_is_401(api, ward):
    token = make_token(ward.nurse)
    ApiToken.objects.update(revoked_at=timezone.now())
    assert call(api, token).status_code == 401


def test_the_token_of_a_deactivated_user_is_401(api):
    user = make_user("nurse")
    token = make_token(user)
    user.is_active = False
    user.save()
    assert call(api, token).status_code == 401


def test_only_a_hash_of_the_token_is_kept(ward):
    secret = make_token(ward.nurse)
    assert secret not in str(ApiToken.objects.values_list())


def test_a_token_without_the_read_scope_reads_nothing(api, ward):
    assert call(api, make_token(ward.nurse, scopes=["studies.write"])).status_code == 403
