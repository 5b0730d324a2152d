"""Looking the audit trail up: by page and by command, administrators only."""

import io
import json
import uuid

import pytest
from django.core.management import call_command

from aicare.audit import record_access, record_live_read
from aicare.models import AuditEvent
from aicare.trail import find_events
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_list_that_showed_a_patient_is_found_by_that_patient():
    patient_id = uuid.uuid4()
    alone = record_access(user=None, action="patient.read", patient_id=patient_id)
    listed = record_access(user=None, action="patients.listed", patient_ids=[patient_id])
    record_access(user=None, action="patient.read", patient_id=uuid.uuid4())
    assert set(find_events(patient_id=patient_id)) == {alone, listed}


def test_live_updates_are_covered_for_ten_minutes():
    user = make_user("nurse")
    record_live_read(user=user, action="ward.read")
    record_live_read(user=user, action="ward.read")
    assert AuditEvent.objects.filter(action="ward.read").count() == 1


def test_the_command_prints_matching_events_as_json():
    user = make_user("nurse", username="invented-nurse")
    record_access(user=user, action="vital-signs.recorded")
    record_access(user=None, action="login")
    out = io.StringIO()
    call_command("audit", "--user", "invented-nurse", "--json", stdout=out)
    (line,) = out.getvalue().splitlines()
    assert json.loads(line)["action"] == "vital-signs.recorded"


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("clinician", 403), ("model manager", 403)]
)
def test_only_administrators_open_the_audit_page(client, role, status):
    client.force_login(make_user(role))
    assert client.get("/audit/").status_code == status


def test_the_page_finds_by_user_and_says_when_a_field_is_wrong(client):
    admin, nurse = make_user("administrator"), make_user("nurse", username="invented-nurse")
    record_access(user=nurse, action="vital-signs.recorded")
    client.force_login(admin)
    assert b"vital-signs.recorded" in client.get("/audit/?user=invented-nurse").content
    assert client.get("/audit/?patient=not-an-id").status_code == 400


def test_looking_at_the_trail_is_itself_on_record(client):
    admin = make_user("administrator")
    client.force_login(admin)
    client.get("/audit/")
    assert AuditEvent.objects.filter(user=admin, action="audit.searched").exists()
