"""What the service itself refuses, whoever calls it."""

import datetime

import pytest
from django.utils import timezone

from aicare.errors import ConfirmationRequired, Conflict, InvalidInput, NotAllowed, StaleVersion
from patients.invariants import broken
from patients.models import Patient
from patients.services import (
    change_patient,
    record_condition,
    register_patient,
    start_encounter,
    withdraw_encounter,
)
from tests.factories import make_patient


def change(patient, by, **fields):
    return change_patient(patient=patient, changed_by=by, expected_version=1, **fields)


@pytest.mark.parametrize("role", ["nurse", "radiologist"])
def test_only_a_clinician_decides_about_the_saturation_scale(ward, role):
    with pytest.raises(NotAllowed):
        change(ward.patient, getattr(ward, role), saturation_scale=2)
    on_scale_2 = change(ward.patient, ward.clinician, saturation_scale=2)
    assert on_scale_2.saturation_scale_authorised_by == ward.clinician
    with pytest.raises(NotAllowed):
        change_patient(
            patient=on_scale_2,
            changed_by=getattr(ward, role),
            expected_version=2,
            saturation_scale=1,
        )


def test_a_change_of_an_older_version_is_refused(ward):
    change(ward.patient, ward.nurse, phone="1")
    with pytest.raises(StaleVersion):
        change(ward.patient, ward.nurse, phone="2")


@pytest.mark.parametrize("field", ["site", "merged_into", "version"])
def test_a_field_that_nobody_sets_is_a_mistake_of_the_caller(ward, field):
    with pytest.raises(TypeError):
        change(ward.patient, ward.nurse, **{field: None})


def test_an_unchanged_pregnancy_status_keeps_its_author(ward):
    by_nurse = change(ward.patient, ward.nurse, pregnancy_status="no")
    again = change_patient(
        patient=by_nurse, changed_by=ward.clinician, expected_version=2, pregnancy_status="no"
    )
    assert again.pregnancy_status_by == ward.nurse
    assert again.pregnancy_status_since == by_nurse.pregnancy_status_since


@pytest.fixture
def of_thirty(ward):
    born = timezone.localdate() - datetime.timedelta(days=30 * 366)
    return make_patient(ward.site, birth_date=born)


def test_an_unlikely_pregnancy_is_recorded_when_it_is_confirmed(ward):
    with pytest.raises(ConfirmationRequired) as question:
        change(ward.patient, ward.nurse, pregnancy_status="yes", sex="male")
    assert [one.code for one in question.value.problems] == ["pregnancy_unlikely"]
    answered = {"confirmed": {"pregnancy_unlikely"}}
    changed = change(ward.patient, ward.nurse, pregnancy_status="yes", sex="male", **answered)
    assert changed.is_pregnant


def test_a_likely_pregnancy_is_not_asked_about(ward, of_thirty):
    assert change(of_thirty, ward.nurse, pregnancy_status="yes").is_pregnant


@pytest.mark.parametrize("fields", [{"sex": "male"}, {"birth_date": datetime.date(1940, 1, 1)}])
@pytest.mark.parametrize("is_condition", [True, False])
def test_a_pregnancy_is_asked_about_when_it_becomes_unlikely(ward, of_thirty, fields, is_condition):
    if is_condition:
        coded = {"system": "http://snomed.info/sct", "code": "77386006", "display": "Pregnancy"}
        record_condition(patient=of_thirty, recorded_by=ward.clinician, **coded)
    else:
        Patient.objects.filter(pk=of_thirty.pk).update(pregnancy_status="yes")
    with pytest.raises(ConfirmationRequired):
        change(of_thirty, ward.nurse, **fields)


def test_a_pregnancy_on_record_is_not_asked_about_again(ward):
    Patient.objects.filter(pk=ward.patient.pk).update(pregnancy_status="yes", sex="male")
    assert change(ward.patient, ward.nurse, phone="555 0100").version == 2


def test_who_is_registered_as_pregnant_is_asked_about(ward):
    person = {"medical_record_number": "7", "family_name": "Inventada", "sex": "male"}
    with pytest.raises(ConfirmationRequired):
        register_patient(site=ward.site, registered_by=ward.nurse, pregnancy_status="yes", **person)
    assert register_patient(site=ward.site, registered_by=ward.nurse, **person).sex == "male"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"deceased_at": timezone.now() - datetime.timedelta(days=2)}, "stay_after_death"),
        ({"birth_date": timezone.localdate()}, "stay_before_birth"),
    ],
)
def test_nobody_dies_before_a_stay_nor_is_born_after_it_began(ward, fields, code):
    stay = start_encounter(
        patient=ward.patient,
        started_by=ward.nurse,
        started_at=timezone.now() - datetime.timedelta(days=1),
    )
    with pytest.raises(Conflict) as refused:
        change(ward.patient, ward.nurse, **fields)
    assert refused.value.problems[0].code == code
    withdraw_encounter(encounter=stay, withdrawn_by=ward.nurse, reason="the wrong patient")
    assert change(ward.patient, ward.nurse, **fields).version == 2
    assert broken() == []


def test_texts_are_stored_without_spaces_around_them(ward):
    patient = register_patient(
        site=ward.site,
        registered_by=ward.nurse,
        medical_record_number=" 7 ",
        family_name=" Inventada ",
    )
    assert (patient.medical_record_number, patient.family_name) == ("7", "Inventada")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("family_name", "\u200b"),
        ("family_name", "Inventada\u202e"),
        ("given_names", "Ana\tMaría"),
        ("medical_record_number", "12\u202e34"),
        ("medical_record_number", "12\u200b34"),
    ],
)
def test_signs_that_cannot_be_seen_make_no_two_people_look_alike(ward, field, text):
    with pytest.raises(InvalidInput) as refused:
        change(ward.patient, ward.nurse, **{field: text})
    assert [(one.code, one.attr) for one in refused.value.problems] == [("invalid_text", field)]


@pytest.mark.parametrize("name", ["می\u200cخواهم", "Nadia\u200f", "O’Brien-Łuk"])
def test_names_of_every_language_are_taken(ward, name):
    assert change(ward.patient, ward.nurse, family_name=name).family_name == name
