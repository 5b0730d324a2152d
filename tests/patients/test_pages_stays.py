"""The pages of stays: admit, move, discharge, take back, and where somebody lay."""

import datetime

import pytest
from django.utils import timezone

from patients.models import Encounter, Revision
from patients.services import move_encounter, record_vital_signs, start_encounter
from tests.factories import make_encounter, make_patient
from tests.patients.page_forms import at, form_of, text, words


def admit(client, patient, **fields):
    sent = {"encounter_class": "inpatient", "ward": "3", "bed": "7"} | fields
    return client.post(at("admit", patient.pk), sent)


def act(client, name, patient, *ids, **fields):
    address = at(name, patient.pk, *ids)
    return client.post(address, form_of(client, address) | fields)


def test_admit_move_discharge(nurse, ward):
    assert admit(nurse, ward.patient).status_code == 302
    assert act(nurse, "move", ward.patient, ward="4", bed="1").status_code == 302
    stay = Encounter.objects.get()
    assert (stay.ward, stay.bed, stay.ended_at, stay.encounter_class) == (
        "4", "1", None, "inpatient",
    )  # fmt: skip
    assert act(nurse, "discharge", ward.patient).status_code == 302
    stay.refresh_from_db()
    assert stay.ended_at is not None


def test_a_second_open_stay_is_refused(nurse, ward):
    make_encounter(ward.patient)
    answer = admit(nurse, ward.patient)
    assert answer.status_code == 409
    assert "has an open encounter" in text(answer)


def test_who_has_no_stay_can_not_be_discharged(nurse, ward):
    assert nurse.get(at("discharge", ward.patient.pk)).status_code == 404


def test_a_double_click_on_discharge_ends_one_stay(nurse, ward):
    make_encounter(ward.patient)
    address = at("discharge", ward.patient.pk)
    sent = form_of(nurse, address) | {"once": "same page"}
    assert [nurse.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert Encounter.objects.get().version == 2


# --- beds ----------------------------------------------------------------------------------------
def test_a_taken_bed_is_asked_about_and_may_be_shared(nurse, ward):
    make_encounter(make_patient(ward.site), ward="3", bed="7a")
    asked = admit(nurse, ward.patient, bed="7A")
    assert asked.status_code == 409
    assert "Somebody else is in bed 7A of 3." in words(asked)
    assert not ward.patient.encounters.exists()
    assert admit(nurse, ward.patient, bed="7A", confirm="bed_taken").status_code == 302
    assert ward.patient.encounters.get().bed == "7A"


def test_moving_into_a_taken_bed_is_asked_and_staying_in_ones_bed_is_not(nurse, ward):
    make_encounter(make_patient(ward.site), ward="4", bed="1")
    make_encounter(ward.patient, ward="3", bed="7")
    assert act(nurse, "move", ward.patient, ward="4", bed="1").status_code == 409
    assert act(nurse, "move", ward.patient, encounter_class="emergency").status_code == 302


@pytest.mark.parametrize("place", [{"ward": "3", "bed": ""}, {"ward": "", "bed": "7"}])
def test_without_ward_or_bed_nothing_is_asked(nurse, ward, place):
    make_encounter(make_patient(ward.site), **place)
    assert admit(nurse, ward.patient, **place).status_code == 302


def test_a_bed_of_another_site_is_not_taken(nurse, ward):
    make_encounter(make_patient(), ward="3", bed="7")
    assert admit(nurse, ward.patient).status_code == 302


def test_wards_and_beds_in_use_are_offered(nurse, ward):
    make_encounter(make_patient(ward.site), ward="3 East", bed="7")
    make_encounter(make_patient(), ward="Foreign", bed="1")
    page = text(nurse.get(at("admit", ward.patient.pk)))
    assert '<option value="3 East">' in page
    assert '<option value="7" label="3 East, taken">' in page
    assert "Foreign" not in page


# --- conflicts -----------------------------------------------------------------------------------
def test_who_moves_somebody_that_was_moved_meanwhile_sees_both_places(nurse, ward):
    stay = make_encounter(ward.patient, ward="3", bed="7")
    address = at("move", ward.patient.pk)
    mine = form_of(nurse, address) | {"bed": "8"}
    move_encounter(encounter=stay, moved_by=ward.clinician, ward="4", bed="1")
    answer = nurse.post(address, mine)
    assert answer.status_code == 412
    lines = {line.name: (line.now, line.mine) for line in answer.context["conflict"].lines}
    assert lines == {"ward": ("4", "3"), "bed": ("1", "8")}


def test_who_discharges_somebody_that_was_moved_meanwhile_is_told_and_may_still(nurse, ward):
    stay = make_encounter(ward.patient, ward="3", bed="7")
    address = at("discharge", ward.patient.pk)
    mine = form_of(nurse, address)
    move_encounter(encounter=stay, moved_by=ward.clinician, bed="8")
    answer = nurse.post(address, mine)
    assert answer.status_code == 412
    assert "Bed 8 before: 7" in words(answer)
    assert nurse.post(address, mine | {"expected_version": 2}).status_code == 302


def test_an_old_form_never_meets_a_later_stay(nurse, ward):
    stay = make_encounter(ward.patient)
    address = at("move", ward.patient.pk)
    mine = form_of(nurse, address) | {"bed": "99"}
    Encounter.objects.filter(pk=stay.pk).update(
        ended_at=timezone.now() - datetime.timedelta(hours=1)
    )
    later = start_encounter(patient=ward.patient, started_by=ward.nurse, bed="1")
    assert nurse.post(address, mine).status_code == 409
    later.refresh_from_db()
    assert later.bed == "1"


# --- taking back ---------------------------------------------------------------------------------
def test_an_admission_by_mistake_is_taken_back_and_stays_on_record(nurse, ward):
    admit(nurse, ward.patient)
    stay = Encounter.objects.get()
    without = act(nurse, "withdraw_encounter", ward.patient, stay.pk)
    assert without.status_code == 400
    answer = act(nurse, "withdraw_encounter", ward.patient, stay.pk, reason="namesake")
    assert answer.status_code == 302
    stay.refresh_from_db()
    assert stay.status == "entered-in-error"
    assert Revision.objects.of(stay).get().reason == "namesake"
    page = nurse.get(at("encounters", ward.patient.pk))
    assert f"withdrawn by {ward.nurse}, today" in words(page)
    assert ": namesake" in words(page)
    assert admit(nurse, ward.patient).status_code == 302, "another stay may begin"


def test_a_stay_with_sets_can_not_be_taken_back(nurse, ward):
    admit(nurse, ward.patient, started_at="2026-01-01T10:00")
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 70},
    )  # fmt: skip
    stay = Encounter.objects.get()
    answer = act(nurse, "withdraw_encounter", ward.patient, stay.pk, reason="x")
    assert answer.status_code == 409
    assert "Discharge the patient instead" in words(answer)


def test_a_discharge_by_mistake_is_taken_back(nurse, ward):
    stay = make_encounter(ward.patient)
    act(nurse, "discharge", ward.patient)
    page = text(nurse.get(at("encounters", ward.patient.pk)))
    assert at("reopen_encounter", ward.patient.pk, stay.pk) in page
    assert (
        act(nurse, "reopen_encounter", ward.patient, stay.pk, reason="wrong row").status_code == 302
    )
    stay.refresh_from_db()
    assert (stay.ended_at, stay.version) == (None, 3)


def test_only_the_last_stay_can_be_reopened(nurse, ward):
    old = make_encounter(ward.patient, ended_at=timezone.now() - datetime.timedelta(days=1))
    make_encounter(ward.patient, started_at=timezone.now() - datetime.timedelta(hours=1))
    page = text(nurse.get(at("encounters", ward.patient.pk)))
    assert at("reopen_encounter", ward.patient.pk, old.pk) not in page
    assert act(nurse, "reopen_encounter", ward.patient, old.pk, reason="x").status_code == 409


# --- all stays -----------------------------------------------------------------------------------
def test_every_place_is_told_with_since_when(nurse, ward):
    stay = make_encounter(ward.patient, ward="3 East", bed="7")
    move_encounter(encounter=stay, moved_by=ward.clinician, ward="4 West", bed="2")
    page = words(nurse.get(at("encounters", ward.patient.pk)))
    assert "still here" in page
    assert page.index("3 East bed 7") < page.index("4 West bed 2 since today")
    assert str(ward.clinician) in page


def test_a_radiologist_sees_the_stays_and_not_how_to_change_them(client, ward):
    stay = make_encounter(ward.patient)
    client.force_login(ward.radiologist)
    page = text(client.get(at("encounters", ward.patient.pk)))
    assert "3 East" in page
    for name, *ids in (("move",), ("discharge",), ("withdraw_encounter", stay.pk)):
        address = at(name, ward.patient.pk, *ids)
        assert address not in page
        assert client.get(address).status_code == 403


def test_foreign_stays_are_not_found(client, nurse, ward):
    stay = make_encounter(make_patient(ward.site))
    for name in ("withdraw_encounter", "reopen_encounter"):
        assert nurse.get(at(name, ward.patient.pk, stay.pk)).status_code == 404
    client.force_login(ward.stranger)
    assert client.get(at("encounters", ward.patient.pk)).status_code == 404


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    nurse, ward, django_assert_num_queries, django_assert_max_num_queries
):
    def fill(days):
        ended_at = timezone.now() - datetime.timedelta(days=days)
        started_at = ended_at - datetime.timedelta(hours=5)
        stay = make_encounter(ward.patient, started_at=started_at, ended_at=None)
        move_encounter(encounter=stay, moved_by=ward.nurse, bed="9")
        Encounter.objects.filter(pk=stay.pk).update(ended_at=ended_at)

    fill(100)
    nurse.get(at("encounters", ward.patient.pk))
    with django_assert_max_num_queries(25) as before:
        nurse.get(at("encounters", ward.patient.pk))
    for days in range(4):
        fill(days + 1)
    with django_assert_num_queries(len(before)):
        nurse.get(at("encounters", ward.patient.pk))
