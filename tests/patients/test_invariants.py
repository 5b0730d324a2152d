"""A broken rule is found and named; a record kept by the services breaks none."""

import datetime

import pytest
from django.utils import timezone

from patients.invariants import broken
from patients.models import Allergy, Medication, Note, Patient, PatientMerge, VitalSigns
from patients.services import (
    change_fact,
    correct_note,
    correct_vital_signs,
    record_allergy,
    record_medication,
    record_vital_signs,
    write_note,
)
from tests.factories import make_encounter, make_patient, make_site


@pytest.fixture
def vital_signs(ward):
    make_encounter(ward.patient)
    return record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now() - datetime.timedelta(hours=1),
        measurements={"heart_rate_per_min": 120, "temperature_celsius": 38},
    )


def test_what_the_services_write_breaks_no_rule(ward, vital_signs):
    correct_vital_signs(
        vital_signs=vital_signs,
        corrected_by=ward.nurse,
        reason="typing",
        measurements={"heart_rate_per_min": 110},
    )
    child = make_patient(ward.site, birth_date=datetime.date(2020, 1, 1))
    record_vital_signs(
        patient=child,
        recorded_by=ward.nurse,
        measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 110},
    )
    assert broken() == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"score_min": 1}, "stored score"),
        ({"points": {}}, "stored score"),
        ({"heart_rate_per_min": 80}, "stored score"),
        ({"not_applicable_because": "pregnant"}, "stored score"),
        ({"status": "entered-in-error"}, "without a reason"),
        ({"measured_at": timezone.now() - datetime.timedelta(days=9)}, "outside their encounter"),
    ],
)
def test_a_set_that_breaks_a_rule_is_named(vital_signs, change, rule):
    VitalSigns.objects.filter(pk=vital_signs.pk).update(**change)
    (sentence,) = broken()
    assert rule in sentence
    assert str(vital_signs.pk) in sentence


def test_a_replaced_set_that_still_stands_is_named(ward, vital_signs):
    correct_vital_signs(vital_signs=vital_signs, corrected_by=ward.nurse, reason="typing")
    VitalSigns.objects.filter(pk=vital_signs.pk).update(status="final")
    assert any("replaced and still stand" in sentence for sentence in broken())


def test_a_set_in_anothers_encounter_is_named(ward, vital_signs):
    other = make_patient(ward.site)
    VitalSigns.objects.filter(pk=vital_signs.pk).update(patient=other)
    assert any("another patient's" in sentence for sentence in broken())


def test_a_set_after_death_is_named(ward, vital_signs):
    died = timezone.now() - datetime.timedelta(hours=2)
    Patient.objects.filter(pk=ward.patient.pk).update(deceased_at=died)
    assert any("after death" in sentence for sentence in broken())


def test_a_merge_that_does_not_hold_is_named(ward, vital_signs):
    other = make_patient(ward.site)
    PatientMerge.objects.create(survivor=ward.patient, duplicate=other, reason="the same")
    assert any("whose record is not merged" in sentence for sentence in broken())


def test_what_lies_under_a_merged_record_is_named(ward, vital_signs):
    other = make_patient(make_site())
    Patient.objects.filter(pk=ward.patient.pk).update(merged_into=other)
    found = " ".join(broken())
    for rule in (
        "merged records that no merge leads elsewhere",
        "patients.VitalSigns of merged records",
        "patients.Encounter of merged records",
        "merged into a record of another site",
        "merged records that a search finds",
    ):
        assert rule in found


def test_who_is_found_by_no_search_is_named(ward):
    ward.patient.words.all().delete()
    assert broken() == [f"patients whom no search finds: {ward.patient.pk}"]


def test_notes_and_facts_that_the_services_write_break_no_rule(ward):
    note = write_note(patient=ward.patient, written_by=ward.nurse, text="a")
    correct_note(note=note, corrected_by=ward.nurse, reason="x", text="b")
    drug = record_medication(patient=ward.patient, recorded_by=ward.nurse, display="metformin")
    change_fact(fact=drug, changed_by=ward.nurse, dosage="1-0-1")
    none_known = {"code": "716186003", "system": "http://snomed.info/sct"}
    record_allergy(
        patient=ward.patient, recorded_by=ward.nurse, display="No known allergy", **none_known
    )
    record_allergy(patient=ward.patient, recorded_by=ward.nurse, display="Nuts", confirmed=True)
    assert broken() == []
    Allergy.objects.filter(code="716186003").update(status="active")
    assert any("beside an allergy" in sentence for sentence in broken())


def test_a_change_without_a_trace_is_named(ward):
    drug = record_medication(patient=ward.patient, recorded_by=ward.nurse, display="metformin")
    Medication.objects.filter(pk=drug.pk).update(version=2, dosage="9-9-9")
    (sentence,) = broken()
    assert "patients.Medication changed without a trace" in sentence


def test_a_replaced_note_that_still_stands_is_named(ward):
    note = write_note(patient=ward.patient, written_by=ward.nurse, text="a")
    correct_note(note=note, corrected_by=ward.nurse, reason="x", text="b")
    Note.objects.filter(pk=note.pk).update(status="final")
    assert any("notes that were replaced" in sentence for sentence in broken())
