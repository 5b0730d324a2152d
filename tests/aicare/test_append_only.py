"""The database itself refuses to alter the audit trail."""

import pytest
from django.db import DatabaseError, connection, transaction

from aicare import append_only
from aicare.audit import record_access
from aicare.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def triggers():
    """The triggers of the migration, back in place until the test's transaction is rolled back."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in append_only.TABLES:
                for act in ("update", "delete"):
                    cursor.execute(append_only.SQLITE.format(table=table, act=act))
    else:
        with connection.cursor() as cursor:
            cursor.execute(append_only.POSTGRESQL_FUNCTION)
            for table in append_only.TABLES:
                for act in ("update", "delete"):
                    cursor.execute(append_only.POSTGRESQL.format(table=table, act=act))


def test_an_event_cannot_be_changed(triggers):
    event = record_access(user=None, action="patient.read")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(action="nothing")


def test_an_event_cannot_be_deleted(triggers):
    record_access(user=None, action="patient.read")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()
