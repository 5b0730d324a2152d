"""The history of a record: who changed what, when and why, in words, and never of a foreign one."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import PatientMerge
from patients.services import (
    change_fact,
    change_patient,
    correct_vital_signs,
    move_encounter,
    record_medication,
    record_vital_signs,
    start_encounter,
    withdraw_vital_signs,
)
from patients.services.merging import merge_patients
from patients.views import history
from tests.factories import make_patient
from tests.patients import page_forms


def of_record(ward):
    return reverse("patients:history", args=[ward.patient.pk])


def of_row(ward, kind, row):
    return reverse("patients:row_history", args=[ward.patient.pk, kind, row.pk])


def words(answer):
    assert answer.status_code == 200
    return page_forms.words(answer)


def make_drug(ward, **fields):
    return record_medication(
        patient=ward.patient, recorded_by=ward.clinician,
        **{"display": "metformin", "dosage": "1-0-1"} | fields,
    )  # fmt: skip


def make_set(ward, pulse):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": pulse},
    )  # fmt: skip


def test_a_change_tells_who_when_why_and_both_values(clinician, ward):
    drug = make_drug(ward)
    change_fact(fact=drug, changed_by=ward.nurse, dosage="2-0-2", reason="HbA1c 9 %")
    page = words(clinician.get(of_row(ward, "medications", drug)))
    assert "History: Medication: metformin" in page
    assert "Field Before After Dosage 1-0-1 2-0-2" in page
    assert f"{ward.nurse}, today" in page
    assert "reason: HbA1c 9 %" in page
    assert "Name empty metformin" in page, "what it said when it was recorded"
    assert page.index("2-0-2") < page.index("Name empty metformin"), "newest first"


def test_values_are_words_and_labels_no_column_names(clinician, ward):
    drug = make_drug(ward)
    day = datetime.date(2020, 2, 3)
    change_fact(fact=drug, changed_by=ward.nurse, status="resolved", ended_on=day)
    page = words(clinician.get(of_row(ward, "medications", drug)))
    assert "Status active ended" in page
    assert "Until empty 3 Feb 2020" in page
    assert "ended_on" not in page


def test_moments_are_told_in_the_zone_of_the_site(clinician, ward):
    admitted = datetime.datetime(2026, 1, 2, 8, 0, tzinfo=datetime.UTC)
    stay = start_encounter(
        patient=ward.patient, started_by=ward.nurse, ward="3", bed="7", started_at=admitted
    )
    page = words(clinician.get(of_row(ward, "encounters", stay)))
    assert "2 Jan 2026, 09:00 CET" in page


def test_the_whole_record_is_told_newest_first(clinician, ward):
    stay = start_encounter(patient=ward.patient, started_by=ward.nurse, ward="3 East", bed="7")
    drug = make_drug(ward)
    slip, wrong = make_set(ward, 18), make_set(ward, 66)
    move_encounter(encounter=stay, moved_by=ward.nurse, bed="9")
    correct_vital_signs(
        vital_signs=slip, corrected_by=ward.nurse, reason="digits swapped",
        measurements={"heart_rate_per_min": 81},
    )  # fmt: skip
    withdraw_vital_signs(vital_signs=wrong, withdrawn_by=ward.nurse, reason="other patient")
    change_patient(
        patient=ward.patient, changed_by=ward.nurse, expected_version=1, phone="555 0100"
    )
    change_fact(fact=drug, changed_by=ward.clinician, dosage="2-0-2")
    entries = clinician.get(of_record(ward)).context["entries"]
    assert [(entry.kind, entry.act) for entry in entries] == [
        ("medications", "changed"),
        ("patient", "changed"),
        ("vital-signs", "entered in error"),
        ("vital-signs", "corrected"),
        ("encounters", "changed"),
        ("medications", "recorded"),
        ("encounters", "recorded"),
        ("patient", "recorded"),
    ]
    pulse, phone = entries[3].changes[0], entries[1].changes[0]
    assert (pulse.label, pulse.before, pulse.after) == ("Pulse", "18 /min", "81 /min")
    assert (phone.label, phone.before, phone.after) == ("Phone", "", "555 0100")
    assert entries[2].reason == "other patient"


def test_a_correction_is_told_as_one_with_what_it_corrects(clinician, ward):
    first = make_set(ward, 18)
    second = correct_vital_signs(
        vital_signs=first, corrected_by=ward.nurse, reason="one",
        measurements={"heart_rate_per_min": 81},
    )  # fmt: skip
    third = correct_vital_signs(
        vital_signs=second, corrected_by=ward.nurse, reason="two",
        measurements={"heart_rate_per_min": 82},
    )  # fmt: skip
    for one in (first, second, third):
        entries = clinician.get(of_row(ward, "vital-signs", one)).context["entries"]
        assert [entry.act for entry in entries] == ["corrected", "corrected", "recorded"]
        assert entries[0].changes[0].before == "81 /min"


def test_a_merge_and_its_undoing_are_told(clinician, ward):
    other = make_patient(ward.site, medical_record_number="OTHER-1")
    PatientMerge.objects.create(
        survivor=ward.patient, duplicate=other, reason="same person", created_by=ward.nurse,
        undone_at=timezone.now(), undone_by=ward.clinician, undo_reason="twins",
    )  # fmt: skip
    page = words(clinician.get(of_record(ward)))
    assert "Two records of one person: OTHER-1 · joining taken back" in page
    assert "reason: same person" in page
    assert "reason: twins" in page


def test_who_was_merged_keeps_a_history_under_the_old_id(clinician, ward):
    other = make_patient(ward.site, family_name="Formerly")
    change_patient(patient=other, changed_by=ward.nurse, expected_version=1, family_name="Later")
    merge_patients(survivor=ward.patient, duplicate=other, merged_by=ward.nurse, reason="twice")
    answer = clinician.get(f"/patients/{other.pk}/history/patient/{other.pk}/", follow=True)
    assert "Formerly" in words(answer)


def test_pages_neither_repeat_nor_leave_out(clinician, ward, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 4)
    drug = make_drug(ward)
    for number in range(9):
        change_fact(fact=drug, changed_by=ward.clinician, dosage=str(number))
    address, seen = of_record(ward), []
    while address:
        context = clinician.get(address).context
        seen += [entry.changes[0].after for entry in context["entries"] if entry.changes]
        following = context["following"]
        address = f"{of_record(ward)}?{following}" if following else ""
    assert seen == [str(number) for number in reversed(range(9))]


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "0001-01-01T00:00:00+23:59", "id": "x"}, {"id": "1"},
              {"before": "2026-01-01T00:00:00Z", "id": "\0"}]
)  # fmt: skip
def test_odd_positions_begin_at_the_newest(clinician, ward, query):
    make_drug(ward)
    assert "Medication: metformin · recorded" in words(clinician.get(of_record(ward), query))


def test_hostile_words_are_words(clinician, ward):
    hostile = "<script>alert(1)</script>"
    drug = make_drug(ward, display=hostile)
    change_fact(fact=drug, changed_by=ward.clinician, dosage=hostile, reason=hostile)
    for address in (of_record(ward), of_row(ward, "medications", drug)):
        assert hostile not in clinician.get(address).content.decode()


def test_foreign_records_and_rows_are_not_found(client, clinician, ward):
    drug = make_drug(ward)
    other = make_patient(ward.site)
    assert clinician.get(
        reverse("patients:row_history", args=[other.pk, "medications", drug.pk])
    ).status_code == 404  # fmt: skip
    assert clinician.get(of_row(ward, "patient", other)).status_code == 404
    client.force_login(ward.stranger)
    for address in (of_record(ward), of_row(ward, "medications", drug)):
        assert client.get(address).status_code == 404


def test_reading_it_is_on_record(clinician, ward):
    clinician.get(of_record(ward))
    event = AuditEvent.objects.get(action="history.read")
    assert (event.user, event.patient_id) == (ward.clinician, ward.patient.pk)


def test_the_page_needs_the_same_queries_for_one_and_for_many(
    clinician, ward, django_assert_num_queries, django_assert_max_num_queries
):
    def fill():
        change_fact(fact=make_drug(ward), changed_by=ward.nurse, dosage="2-0-2")
        correct_vital_signs(
            vital_signs=make_set(ward, 18), corrected_by=ward.nurse, reason="x",
            measurements={"heart_rate_per_min": 81},
        )  # fmt: skip

    fill()
    clinician.get(of_record(ward))
    with django_assert_max_num_queries(45) as before:
        clinician.get(of_record(ward))
    for _ in range(4):
        fill()
    with django_assert_num_queries(len(before)):
        clinician.get(of_record(ward))
