"""A repeated POST is done once."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from aicare.errors import Conflict, InvalidInput
from aicare.models import IdempotencyKey, Site
from aicare.once import Delivery, KeyReused
from aicare.rest.idempotency import create_once
from tests.factories import make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user("nurse")


def post(user, body, key=None, *, act=make_site, find=None, **options):
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key is not None else {}
    raw = APIRequestFactory().post("/api/v1/sites/", body, format="json", **headers)
    request = APIView().initialize_request(raw)
    request.parsers = APIView().get_parsers()
    request.user = user
    return create_once(
        request,
        act=act,
        find=find or (lambda pk: Site.objects.get(pk=pk)),
        represent=lambda site: {"id": str(site.pk)},
        **options,
    )


def test_without_a_key_each_post_is_done(user):
    assert post(user, {}).data != post(user, {}).data


def test_the_same_key_gives_the_first_object(user):
    first, again = post(user, {"a": 1}, "k"), post(user, {"a": 1}, "k")
    assert first.data == again.data
    assert Site.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(user):
    post(user, {"a": 1}, "k")
    with pytest.raises(KeyReused):
        post(user, {"a": 2}, "k")


def test_keys_of_two_users_do_not_meet(user):
    assert post(user, {}, "k").data != post(make_user("nurse"), {}, "k").data


def test_a_replay_asks_again_whether_the_caller_may_see(user):
    post(user, {}, "k")

    def gone(pk):
        raise Http404

    with pytest.raises(Http404):
        post(user, {}, "k", find=gone)


def test_a_replay_prepares_nothing(user):
    prepared = []
    for _ in range(2):
        post(user, {}, "k", prepare=lambda: prepared.append(1))
    assert prepared == [1]


def test_an_act_that_fails_leaves_its_key_free(user):
    def fail():
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        post(user, {}, "k", act=fail)
    assert post(user, {}, "k").status_code == 201


def test_what_the_first_delivery_has_done_meanwhile_does_not_refuse_the_second(user, monkeypatch):
    """Both look and find the key free; then one record number can be taken only once."""
    first = post(user, {}, "k")
    look = Delivery.first
    looks = iter([lambda delivery: None, look])
    monkeypatch.setattr(Delivery, "first", lambda delivery: next(looks)(delivery))

    def taken():
        raise Conflict("taken", code="record_number_taken")

    assert post(user, {}, "k", act=taken).data == first.data


def test_a_key_taken_while_we_acted_undoes_our_act(user, monkeypatch):
    """Our look finds the key free, and the rival commits before we do."""
    first = post(user, {}, "k")
    look = Delivery.first
    looks = iter([lambda delivery: None, look])
    monkeypatch.setattr(Delivery, "first", lambda delivery: next(looks)(delivery))
    assert post(user, {}, "k").data == first.data
    assert Site.objects.count() == 1


def test_after_a_day_the_key_is_free_again(user):
    first = post(user, {}, "k")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert post(user, {}, "k").data != first.data


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_of_odd_length_is_refused(user, key):
    with pytest.raises(InvalidInput):
        post(user, {}, key)


def test_what_was_made_comes_with_its_etag(api, ward):
    """So that it can be changed without reading it again; a replay tells it as it is by then."""
    api.force_authenticate(ward.nurse)
    body = {"medical_record_number": "E1", "family_name": "Inventada"}
    key = {"Idempotency-Key": "k"}
    made = api.post("/api/v1/patients/", body, format="json", headers=key)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    address = f"/api/v1/patients/{made.json()['id']}/"
    change = {"If-Match": made.headers["ETag"]}
    assert api.patch(address, {"phone": "1"}, format="json", headers=change).status_code == 200
    again = api.post("/api/v1/patients/", body, format="json", headers=key)
    assert (again.status_code, again.headers["ETag"]) == (201, '"2"')
