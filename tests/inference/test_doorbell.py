"""The doorbell never holds whoever rings it, and a broker's death is nobody's error."""

import socket
import threading

import pytest
from django.db import transaction

from aicare.celery import app
from inference import doorbell
from inference.doorbell import Ringer
from tests.servers import wait_for


@pytest.fixture
def broker(monkeypatch):
    """Return a function that lets the doorbell use another broker."""

    def use(url):
        monkeypatch.setattr(app.conf, "broker_url", url)
        monkeypatch.setattr(app.conf, "broker_write_url", url)

    return use


def test_a_ring_puts_a_message_without_content_into_the_broker(broker):
    broker("memory://")
    ringer = Ringer()
    ringer.ring()
    wait_for(lambda: ringer.rings == 1, what="a ring")
    with app.connection_for_read() as connection:
        message = connection.default_channel.basic_get("inference", no_ack=True)
    assert message.headers["task"] == doorbell.TASK
    assert message.payload[:2] == [[], {}]
    assert message.headers["expires"] is not None


def test_a_dead_broker_is_counted_and_nothing_is_raised(broker):
    broker("redis://127.0.0.1:1/0")
    ringer = Ringer()
    ringer.ring()
    wait_for(lambda: ringer.failures == 1, what="a failure")


def test_a_broker_that_never_answers_holds_nobody(broker):
    with socket.create_server(("127.0.0.1", 0)) as black_hole:
        broker(f"redis://127.0.0.1:{black_hole.getsockname()[1]}/0")
        ringer = Ringer()
        for _ in range(20):
            ringer.ring()  # would block for seconds each if it waited
        assert (ringer.rings, ringer.failures) == (0, 0)
        wait_for(lambda: ringer.failures == 1, what="a failure")


def test_many_rings_use_one_thread(monkeypatch):
    threads = set()
    monkeypatch.setattr(doorbell, "publish", lambda: threads.add(threading.get_ident()))
    ringer = Ringer()
    for _ in range(10):
        ringer.ring()
    wait_for(lambda: ringer.rings == 10, what="ten rings")
    assert len(threads) == 1


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_not_after_a_rollback(monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell.ringer, "ring", lambda: rung.append(1))
    with transaction.atomic():
        doorbell.ring_on_commit()
        assert rung == []
    assert rung == [1]
    with transaction.atomic():
        doorbell.ring_on_commit()
        transaction.set_rollback(True)
    assert rung == [1]
