"""Joining two records of one person, and taking it back."""

import datetime

import pytest
from django.utils import timezone

from aicare.errors import Conflict, InvalidInput, NotAllowed, StaleVersion
from aicare.models import AuditEvent
from patients import invariants
from patients.finding.people import Search
from patients.merging.rows import STAYS, counts_of, links_to_patients
from patients.models import Patient, PatientMerge, Revision, VitalSigns
from patients.services import (
    change_fact,
    change_patient,
    correct_note,
    correct_vital_signs,
    merging,
    move_encounter,
    record_vital_signs,
    register_patient,
    withdraw_vital_signs,
)
from patients.services.merging import merge_patients, undo_merge
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter, make_patient, make_site, make_study, make_user


@pytest.fixture
def stands(ward):
    return ward.patient


@pytest.fixture
def other(ward):
    """Return a second record of the same person, with something in every table."""
    other = make_patient(ward.site, family_name="Inventado", birth_date=datetime.date(1962, 3, 2))
    encounter = make_encounter(other)
    record(other, ward.nurse, WELL)
    other.conditions.create(display="COPD")
    other.allergies.create(display="Nuts")
    other.medications.create(display="Metformin")
    other.notes.create(
        text="Sleeps.", written_at=timezone.now(), written_by=ward.nurse, encounter=encounter
    )
    make_study(other)
    return other


def record(patient, nurse, measurements, **fields):
    return record_vital_signs(
        patient=patient, recorded_by=nurse, measurements=measurements,
        **{"measured_at": timezone.now()} | fields,
    )  # fmt: skip


def merge(survivor, duplicate, by, **fields):
    return merge_patients(
        survivor=survivor, duplicate=duplicate, merged_by=by,
        **{"reason": "registered twice"} | fields,
    )  # fmt: skip


def undo(made, by):
    return undo_merge(merge=made, undone_by=by, reason="two people after all")


def code_of(error):
    return [problem.code for problem in error.value.problems]


def state():
    """Return every row that belongs to a patient, by table, with whose it is."""
    return {
        link.model._meta.label: set(
            link.model._base_manager.values_list("pk", f"{link.name}_id")
        )
        for link in links_to_patients()
    }  # fmt: skip


# --- what comes along ----------------------------------------------------------------------------
def test_every_table_that_points_to_patients_comes_along_or_is_known_to_stay():
    tables = {
        relation.related_model._meta.label_lower for relation in Patient._meta.related_objects
    }
    moving = {link.model._meta.label_lower for link in links_to_patients()}
    assert tables == moving | STAYS
    assert {"imaging.imagingstudy", "patients.vitalsigns", "patients.note"} <= moving


def test_everything_moves_and_scores_stay_as_they_are(ward, stands, other):
    before = list(VitalSigns.objects.values_list("pk", "score", "points", "version"))
    made = merge(stands, other, ward.nurse)
    assert set(counts_of(other).values()) == {0}
    assert all(counts_of(stands).values())
    assert list(VitalSigns.objects.values_list("pk", "score", "points", "version")) == before
    assert set(made.moved) == {link.model._meta.label_lower for link in links_to_patients()}
    assert invariants.broken() == []


def test_the_other_record_leads_to_the_one_that_stands(ward, stands, other):
    merge(stands, other, ward.nurse)
    other.refresh_from_db()
    assert (other.merged_into, other.standing, stands.standing) == (stands, stands, stands)
    search = Search(ward.nurse, other.medical_record_number, today=timezone.localdate())
    (hit,) = search.page(size=5).hits
    assert (hit.patient, hit.was) == (stands, other)


def test_only_what_was_chosen_is_taken_from_the_other_record(ward, stands, other):
    merge(stands, other, ward.nurse, chosen=["birth_date"])
    stands.refresh_from_db()
    assert (stands.birth_date, stands.family_name) == (datetime.date(1962, 3, 2), "Inventada")
    assert Revision.objects.of(stands).get().reason == "registered twice"
    assert Revision.objects.of(other).get().values["merged_into"] is None


def test_who_said_pregnant_comes_with_it(ward, stands, other):
    change_patient(
        patient=other, changed_by=ward.clinician, expected_version=1, pregnancy_status="yes",
        confirmed=True,
    )  # fmt: skip
    merge(stands, other, ward.nurse, chosen=["pregnancy_status"])
    stands.refresh_from_db()
    assert (stands.pregnancy_status, stands.pregnancy_status_by) == ("yes", ward.clinician)


def test_both_records_have_it_on_record(ward, stands, other):
    made = merge(stands, other, ward.nurse)
    rows = AuditEvent.objects.filter(action="patient.merged", object_id=made.pk, user=ward.nurse)
    assert set(rows.values_list("patient_id", flat=True)) == {stands.pk, other.pk}
    undo(made, ward.clinician)
    assert AuditEvent.objects.filter(action="patient.merge-undone").count() == 2


def test_what_was_merged_before_leads_on(ward, stands, other):
    third = make_patient(ward.site)
    merge(other, third, ward.nurse)
    made = merge(stands, other, ward.nurse)
    third.refresh_from_db()
    assert third.merged_into == stands
    assert invariants.broken() == []
    undo(made, ward.nurse)
    third.refresh_from_db()
    assert third.merged_into == other
    assert invariants.broken() == []


# --- what is refused -----------------------------------------------------------------------------
def refused(survivor, duplicate, by, **fields):
    before = state()
    with pytest.raises(Conflict) as error:
        merge(survivor, duplicate, by, **fields)
    assert state() == before
    assert not PatientMerge.objects.exists()
    return code_of(error)


def test_a_record_is_not_merged_with_itself(ward, stands):
    assert refused(stands, stands, ward.nurse) == ["merged_with_itself"]


def test_records_of_two_sites_are_not_merged(ward, stands):
    assert refused(stands, make_patient(make_site()), ward.nurse) == ["other_site"]


def test_two_open_stays_are_not_put_into_one_record(ward, stands, other):
    make_encounter(stands)
    assert refused(stands, other, ward.nurse) == ["two_open_encounters"]


@pytest.mark.parametrize("who", ["survivor", "duplicate"])
def test_who_died_has_no_later_sets(ward, stands, other, who):
    dead, alive = (stands, other) if who == "survivor" else (other, stands)
    alive.vital_signs.all().delete()
    alive.notes.all().delete()
    alive.encounters.all().delete()
    record(alive, ward.nurse, WELL)
    Patient.objects.filter(pk=dead.pk).update(
        deceased_at=timezone.now() - datetime.timedelta(days=9)
    )
    assert refused(stands, other, ward.nurse) == ["record_after_death"]


def test_a_merged_record_is_not_merged_again(ward, stands, other):
    merge(stands, other, ward.nurse)
    third = make_patient(ward.site)
    for survivor, duplicate in ((third, other), (other, third)):
        with pytest.raises(Conflict) as error:
            merge(survivor, duplicate, ward.nurse)
        assert code_of(error) == ["already_merged"]


def test_a_merge_needs_a_reason_and_so_does_its_undoing(ward, stands, other):
    with pytest.raises(InvalidInput):
        merge(stands, other, ward.nurse, reason="  ")
    made = merge(stands, other, ward.nurse)
    with pytest.raises(InvalidInput):
        undo_merge(merge=made, undone_by=ward.nurse, reason="")


def test_a_record_that_changed_since_it_was_looked_at_is_not_merged(ward, stands, other):
    with pytest.raises(StaleVersion):
        merge(stands, other, ward.nurse, versions=(1, 2))
    merge(stands, other, ward.nurse, versions=(1, 1))


def test_a_clinician_merges_records_whose_saturation_targets_differ(ward, stands, other):
    change_patient(patient=other, changed_by=ward.clinician, expected_version=1, saturation_scale=2)
    with pytest.raises(NotAllowed):
        merge(stands, other, ward.nurse)
    merge(stands, other, ward.clinician, chosen=["saturation_scale"])
    stands.refresh_from_db()
    assert (stands.saturation_scale, stands.saturation_scale_authorised_by) == (2, ward.clinician)


def test_a_birth_date_after_the_other_ones_sets_is_not_taken(ward, stands, other):
    born = timezone.localdate() - datetime.timedelta(days=1)
    Patient.objects.filter(pk=other.pk).update(birth_date=born)
    record(stands, ward.nurse, WELL, measured_at=timezone.now() - datetime.timedelta(days=5))
    assert refused(stands, other, ward.nurse, chosen=["birth_date"]) == ["measured_before_birth"]


def test_a_field_that_nobody_chooses_is_a_mistake_of_the_caller(ward, stands, other):
    with pytest.raises(TypeError):
        merge(stands, other, ward.nurse, chosen=["medical_record_number"])


# --- taking it back ------------------------------------------------------------------------------
def test_undoing_gives_every_row_back_and_leaves_what_came_later(ward, stands, other):
    record(stands, ward.nurse, ILL)
    before = state()
    made = merge(stands, other, ward.nurse, chosen=["birth_date", "family_name"])
    later = stands.conditions.create(display="Later")
    undo(made, ward.clinician)
    after = state()
    after["patients.Condition"].remove((later.pk, stands.pk))
    assert after == before
    stands.refresh_from_db()
    other.refresh_from_db()
    assert (stands.birth_date, stands.family_name) == (datetime.date(1962, 2, 3), "Inventada")
    assert (other.birth_date, other.merged_into) == (datetime.date(1962, 3, 2), None)
    made.refresh_from_db()
    assert (made.undone_by, made.undo_reason) == (ward.clinician, "two people after all")
    assert invariants.broken() == []


def test_what_was_changed_again_since_the_merge_stays_changed(ward, stands, other):
    made = merge(stands, other, ward.nurse, chosen=["birth_date", "family_name"])
    stands.refresh_from_db()
    change_patient(
        patient=stands, changed_by=ward.nurse, expected_version=stands.version, family_name="Neu"
    )
    undo(made, ward.nurse)
    stands.refresh_from_db()
    assert (stands.family_name, stands.birth_date) == ("Neu", datetime.date(1962, 2, 3))


def test_a_later_correction_goes_back_with_the_set_that_it_corrects(ward, stands, other):
    slip = other.vital_signs.get()
    made = merge(stands, other, ward.nurse)
    slip.refresh_from_db()
    corrected = correct_vital_signs(
        vital_signs=slip, corrected_by=ward.nurse, reason="digits swapped",
        measurements={"heart_rate_per_min": 95},
    )  # fmt: skip
    undo(made, ward.nurse)
    corrected.refresh_from_db()
    assert corrected.patient == other
    assert invariants.broken() == []


def test_a_set_that_goes_back_lies_in_no_stay_of_the_record_that_it_leaves(ward, stands):
    other = make_patient(ward.site)
    slip = record(other, ward.nurse, WELL)
    made = merge(stands, other, ward.nurse)
    stay = make_encounter(stands)
    slip.refresh_from_db()
    corrected = correct_vital_signs(vital_signs=slip, corrected_by=ward.nurse, reason="slip")
    assert corrected.encounter == stay
    undo(made, ward.nurse)
    corrected.refresh_from_db()
    assert (corrected.patient, corrected.encounter) == (other, None)
    assert invariants.broken() == []


def test_a_later_set_stays_and_is_in_no_stay_that_went_back(ward, stands, other):
    made = merge(stands, other, ward.nurse)
    later = record(stands, ward.nurse, ILL)
    assert later.encounter
    score = later.score
    undo(made, ward.nurse)
    later.refresh_from_db()
    assert (later.patient, later.encounter, later.score) == (stands, None, score)
    assert invariants.broken() == []


def test_nothing_goes_back_that_cannot_be_in_the_other_record(ward, stands, other):
    died_at = timezone.now() + datetime.timedelta(minutes=1)
    change_patient(patient=other, changed_by=ward.nurse, expected_version=1, deceased_at=died_at)
    made = merge(stands, other, ward.nurse)
    later = died_at + datetime.timedelta(minutes=1)
    correct_vital_signs(
        vital_signs=VitalSigns.objects.get(), corrected_by=ward.nurse, reason="the next minute",
        measured_at=later,
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        undo(made, ward.nurse)
    assert code_of(refused) == ["measured_after_death"]


def test_both_are_found_again_under_their_own_names(ward, stands, other):
    made = merge(stands, other, ward.nurse)
    undo(made, ward.nurse)
    for patient in (stands, other):
        search = Search(ward.nurse, patient.medical_record_number, today=timezone.localdate())
        (hit,) = search.page(size=5).hits
        assert (hit.patient, hit.was) == (patient, None)


def test_a_merge_is_undone_once_and_the_last_one_first(ward, stands, other):
    third = make_patient(ward.site)
    first = merge(other, third, ward.nurse)
    second = merge(stands, other, ward.nurse)
    with pytest.raises(Conflict) as error:
        undo(first, ward.nurse)
    assert code_of(error) == ["merged_later"]
    undo(second, ward.nurse)
    undo(first, ward.nurse)
    with pytest.raises(Conflict) as error:
        undo(first, ward.nurse)
    assert code_of(error) == ["already_undone"]
    assert invariants.broken() == []


def test_what_a_later_merge_replaced_once_more_is_undone_in_order(ward, stands, other):
    third = make_patient(ward.site, birth_date=datetime.date(1971, 1, 1))
    first = merge(stands, other, ward.nurse, chosen=["birth_date"])
    second = merge(stands, third, ward.nurse, chosen=["birth_date"])
    with pytest.raises(Conflict) as error:
        undo(first, ward.nurse)
    assert code_of(error) == ["merged_later"]
    undo(second, ward.nurse)
    undo(first, ward.nurse)
    stands.refresh_from_db()
    assert stands.birth_date == datetime.date(1962, 2, 3)


def test_merges_that_took_different_fields_are_undone_in_any_order(ward, stands, other):
    third = make_patient(ward.site, phone="555 0177")
    first = merge(stands, other, ward.nurse, chosen=["birth_date"])
    second = merge(stands, third, ward.nurse, chosen=["phone"])
    undo(first, ward.nurse)
    undo(second, ward.nurse)
    stands.refresh_from_db()
    assert (stands.birth_date, stands.phone) == (datetime.date(1962, 2, 3), "")


@pytest.mark.parametrize("act", ["set", "note", "stay", "allergy"])
def test_what_was_meant_for_the_joined_record_is_not_done_to_the_one_given_back(
    ward, stands, other, act
):
    made = merge(stands, other, ward.nurse)
    by, why = ward.clinician, {"reason": "seen on the joined record"}
    rows = {
        "set": (stands.vital_signs.all(), lambda row: withdraw_vital_signs(
            vital_signs=row, withdrawn_by=by, **why)),
        "note": (stands.notes.all(), lambda row: correct_note(
            note=row, corrected_by=by, text="Awake.", **why)),
        "stay": (stands.encounters.all(), lambda row: move_encounter(
            encounter=row, moved_by=by, ward="Elsewhere")),
        "allergy": (stands.allergies.all(), lambda row: change_fact(
            fact=row, changed_by=by, note="mild")),
    }  # fmt: skip
    found, change = rows[act]
    as_read = found.select_related("patient").get(pk__in=found.values("pk"))
    undo(made, ward.nurse)
    with pytest.raises(StaleVersion):
        change(as_read)
    as_read.refresh_from_db()
    assert as_read.patient == other
    assert invariants.broken() == []


def test_who_was_given_back_at_that_moment_does_not_follow_into_the_next_merge(
    ward, stands, other, monkeypatch
):
    third = make_patient(ward.site)
    made, lock = merge(other, third, ward.nurse), merging._lock

    def lock_later(*ids):
        monkeypatch.setattr(merging, "_lock", lock)
        undo(made, ward.nurse)
        return lock(*ids)

    monkeypatch.setattr(merging, "_lock", lock_later)
    with pytest.raises(Conflict):
        merge(stands, other, ward.nurse)
    assert stands.merges.count() == 0


def test_merging_again_after_undoing_is_possible(ward, stands, other):
    undo(merge(stands, other, ward.nurse), ward.nurse)
    merge(other, stands, ward.nurse)
    assert invariants.broken() == []


def test_a_new_patient_may_not_take_the_number_of_a_merged_record(ward, stands, other):
    merge(stands, other, ward.nurse)
    with pytest.raises(Conflict) as error:
        register_patient(
            site=ward.site, registered_by=ward.nurse, family_name="New",
            medical_record_number=other.medical_record_number,
        )  # fmt: skip
    assert code_of(error) == ["record_number_taken"]


def test_nothing_is_recorded_under_a_merged_record_and_it_says_where(ward, stands, other):
    merge(stands, other, ward.nurse)
    with pytest.raises(Conflict) as error:
        record(other, ward.nurse, WELL)
    (problem,) = error.value.problems
    assert (problem.code, problem.suggestion.value) == ("patient_merged", str(stands.pk))


def test_a_merge_takes_no_query_for_each_row(ward, stands, other, django_assert_max_num_queries):
    nobody = make_patient(ward.site)
    first = make_user("nurse", site=ward.site)
    first.get_all_permissions()
    with django_assert_max_num_queries(57):
        merge(nobody, other, first)
    for minutes in range(20):
        record(nobody, ward.nurse, WELL, measured_at=timezone.now() - minutes * MINUTE)
    nobody.refresh_from_db()
    with django_assert_max_num_queries(57):
        merge(stands, nobody, first)


MINUTE = datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("own", "others", "standing"),
    [
        (["NKA"], ["NKA"], ["NKA"]),
        (["NKA"], ["Nuts"], ["Nuts"]),
        (["Nuts"], ["NKA"], ["Nuts"]),
        (["NKA"], [], ["NKA"]),
    ],
)
def test_no_known_allergy_does_not_stand_beside_an_allergy_afterwards(ward, own, others, standing):
    none_known = {"system": "http://snomed.info/sct", "code": "716186003"}
    other = make_patient(ward.site)
    for patient, displays in ((ward.patient, own), (other, others)):
        for display in displays:
            code = none_known if display == "NKA" else {}
            patient.allergies.create(display=display, **code)
    merge_patients(
        survivor=ward.patient, duplicate=other, merged_by=ward.clinician, reason="one person"
    )
    assert [one.display for one in ward.patient.allergies.active()] == standing
