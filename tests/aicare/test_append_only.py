"""The database itself refuses to alter the audit trail."""

import pytest
from django.db import DatabaseError, transaction

from aicare import append_only
from aicare.audit import record_access
from aicare.models import AuditEvent
from tests import triggers as triggers_of_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def triggers():
    """The triggers of the migration, back in place until the test's transaction is rolled back."""
    triggers_of_tables.install(*append_only.TABLES)


def test_an_event_cannot_be_changed(triggers):
    event = record_access(user=None, action="patient.read")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(action="nothing")


def test_an_event_cannot_be_deleted(triggers):
    record_access(user=None, action="patient.read")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()
