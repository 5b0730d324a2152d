"""The link that an administrator hands out sets a password once; no page of it is a dead end."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.html import escape

from tests.factories import make_user

pytestmark = pytest.mark.django_db
NEW = "an invented horse in a stable"


@pytest.fixture
def link():
    user = make_user("nurse")
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return f"/accounts/password/reset/key/{key}/"


def set_password(client, link):
    form = client.get(link, follow=True)
    passwords = {"password1": NEW, "password2": NEW}
    return client.post(form.redirect_chain[-1][0], passwords, follow=True)


def test_after_the_password_is_set_the_next_act_is_to_sign_in(client, link):
    page = set_password(client, link)
    assert f'<a class="btn primary" href="{reverse("account_login")}"' in page.content.decode()


def test_a_link_that_was_used_sends_to_the_people_who_can_issue_another(client, link):
    set_password(client, link)
    page = client.get(link, follow=True).content.decode()
    assert escape("Ask an administrator of your site for a new one.") in page
    assert f'href="{reverse("account_reset_password")}"' not in page


@pytest.mark.parametrize("key", ["nobody-nothing", "zz-zz"])
def test_a_link_that_never_was_says_the_same(client, key):
    page = client.get(f"/accounts/password/reset/key/{key}/", follow=True)
    assert "This link opens nothing any more" in page.content.decode()
