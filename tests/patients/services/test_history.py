"""Nothing is edited in place: what a row was stays on record."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from aicare.errors import StaleVersion
from patients.models import Patient, Revision
from patients.services import change_patient, move_encounter, start_encounter
from tests import triggers
from tests.factories import make_patient

pytestmark = pytest.mark.django_db


def change(ward, patient, **fields):
    return change_patient(
        patient=patient, changed_by=ward.nurse, expected_version=patient.version, **fields
    )


def test_the_former_state_is_kept_with_who_changed_it(ward):
    changed = change(ward, ward.patient, phone="555 0101")
    former = Revision.objects.of(changed).get()
    assert (former.version, changed.version) == (1, 2)
    assert former.values["phone"] == ""
    assert former.changed_by == ward.nurse


def test_each_change_adds_one_version(ward):
    patient = ward.patient
    for phone in ("1", "2", "3"):
        patient = change(ward, patient, phone=phone)
    kept = [one.values["phone"] for one in Revision.objects.of(patient)]
    assert kept == ["", "1", "2"]


def test_a_change_of_nothing_makes_no_version(ward):
    assert change(ward, ward.patient, sex="female").version == 1
    assert not Revision.objects.exists()


def test_a_move_keeps_the_bed_before(ward):
    stay = start_encounter(patient=ward.patient, started_by=ward.nurse, ward="3 East", bed="7")
    move_encounter(encounter=stay, moved_by=ward.nurse, bed="9")
    assert Revision.objects.of(stay).get().values["bed"] == "7"


def test_a_row_that_changed_meanwhile_is_not_overwritten(ward):
    change(ward, ward.patient, phone="1")
    with pytest.raises(StaleVersion):
        change(ward, ward.patient, phone="2")
    assert Patient.objects.get(pk=ward.patient.pk).phone == "1"


def test_the_database_keeps_one_revision_of_a_version(ward):
    former = {"table": "patients.patient", "row_id": ward.patient.pk, "values": {}}
    Revision.objects.create(version=1, **former)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(version=1, **former)


def test_an_earlier_version_cannot_be_altered_or_deleted(ward):
    changed = change(ward, ward.patient, phone="555 0101")
    triggers.install("patients_revision")
    kept = Revision.objects.of(changed)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.update(reason="another story")
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()


def test_history_of_one_patient_is_not_that_of_another(ward):
    changed = change(ward, ward.patient, phone="1")
    assert not Revision.objects.of(make_patient(ward.site)).exists()
    assert Revision.objects.of(changed).count() == 1
