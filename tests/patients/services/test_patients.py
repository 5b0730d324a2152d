"""What the service itself refuses, whoever calls it."""

import pytest

from aicare.errors import InvalidInput, NotAllowed, StaleVersion
from patients.services import change_patient, register_patient


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
