"""Seals show what was altered behind the program's back."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from aicare.audit import record_access
from aicare.models import AuditEvent, AuditSeal
from aicare.sealing import broken_seals, seal

pytestmark = pytest.mark.django_db


def make_old_event(**fields):
    event = record_access(user=None, action="patient.read", **fields)
    AuditEvent.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(hours=1))
    return event


def test_settled_events_are_sealed_once():
    make_old_event()
    make_old_event()
    assert seal() == 2
    assert seal() == 0
    assert list(broken_seals()) == []


def test_an_event_of_this_minute_waits():
    record_access(user=None, action="patient.read")
    assert seal() == 0


def test_an_altered_event_breaks_its_seal():
    event = make_old_event()
    seal()
    AuditEvent.objects.filter(pk=event.pk).update(action="nothing")
    assert len(list(broken_seals())) == 1
    with pytest.raises(CommandError, match="altered"):
        call_command("verify_audit", stderr=io.StringIO())


def test_a_deleted_event_breaks_its_seal():
    make_old_event()
    doomed = make_old_event()
    make_old_event()
    seal()
    AuditEvent.objects.filter(pk=doomed.pk).delete()
    assert len(list(broken_seals())) == 1


def test_a_seal_that_was_removed_breaks_the_next_one():
    make_old_event()
    seal()
    make_old_event()
    seal()
    AuditSeal.objects.first().delete()
    assert len(list(broken_seals())) == 1


def test_another_key_cannot_make_the_chain(settings):
    make_old_event()
    seal()
    settings.AUDIT_SEAL_KEY = "another"
    assert len(list(broken_seals())) == 1
