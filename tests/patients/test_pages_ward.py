"""The ward board: the most urgent first, in words, up to date, never more than may be seen."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from patients.services import record_vital_signs
from patients.ward import build_board, wards_of
from tests.factories import make_encounter, make_patient
from tests.inference.scenes import make_job, make_report, make_study, make_version
from tests.journeys.invented_ward import ILL, WELL

BOARD = reverse("patients:ward")


@pytest.fixture
def nurse(client, ward):
    client.force_login(ward.nurse)
    return client


def admit(ward, name, *, minutes=None, place="3 East", **measurements):
    patient = make_patient(ward.site, family_name=name, given_names="")
    make_encounter(patient, ward=place)
    if minutes is not None:
        record_vital_signs(
            patient=patient, recorded_by=ward.nurse, measurements=measurements,
            measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
        )  # fmt: skip
    return patient


def names(ward):
    return [one.patient.family_name for one in build_board(ward.nurse, now=timezone.now())]


def test_the_most_urgent_stand_first_and_the_unknown_above_the_well(ward):
    admit(ward, "Well", minutes=10, **WELL)
    admit(ward, "Never measured")
    admit(ward, "Ill", minutes=5, **ILL)
    admit(ward, "Partial", minutes=5, heart_rate_per_min=80)
    admit(ward, "One red", minutes=5, **WELL | {"systolic_mmhg": 88})
    admit(ward, "Ill and overdue", minutes=90, **ILL)
    assert names(ward) == [
        "Ill and overdue", "Ill", "One red", "Partial", "Never measured", "Well",
    ]  # fmt: skip


def test_a_later_partial_set_that_raises_the_risk_is_what_the_board_shows(ward):
    patient = admit(ward, "Worse", minutes=60, **WELL)
    record_vital_signs(
        patient=patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"consciousness": "voice", "heart_rate_per_min": 135, "systolic_mmhg": 85},
    )  # fmt: skip
    (one,) = build_board(ward.nurse, now=timezone.now())
    assert (one.badge.number, one.badge.word) == ("9–20", "high")
    assert "last complete 0" in one.badge.note


def test_a_later_partial_set_that_does_not_raise_it_leaves_the_complete_score(ward):
    patient = admit(ward, "Same", minutes=60, **WELL)
    record_vital_signs(
        patient=patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 70},
    )  # fmt: skip
    (one,) = build_board(ward.nurse, now=timezone.now())
    assert (one.badge.number, one.badge.word) == ("0", "low")
    assert "later set 0–17" in one.badge.note


def test_the_board_shows_the_wards_of_the_reader_only(nurse, ward):
    admit(ward, "Mine", place="3 East")
    make_encounter(make_patient(family_name="Fremd"), ward="Elsewhere")
    assert wards_of(ward.nurse) == [("3 East", 1)]
    page = nurse.get(BOARD).content.decode()
    assert "Mine" in page
    assert "Fremd" not in page


def test_a_ward_can_be_chosen(nurse, ward):
    admit(ward, "Upstairs", place="4 West")
    admit(ward, "Downstairs", place="3 East")
    page = nurse.get(BOARD, {"ward": "4 West"}).content.decode()
    assert "Upstairs" in page
    assert "Downstairs" not in page


def test_an_empty_board_says_what_to_do(nurse):
    assert "Nobody is here at the moment." in nurse.get(BOARD).content.decode()


def test_the_due_time_is_told_in_words(nurse, ward):
    admit(ward, "Ill", minutes=72, **ILL)
    page = nurse.get(BOARD).content.decode()
    assert "overdue 57 min" in page
    assert "1 set overdue" in page


def image_notes(ward, patient):
    (one,) = [row for row in build_board(ward.nurse, now=timezone.now()) if row.patient == patient]
    return [(note.voice, note.text, note.note) for note in one.images]


def test_an_unsigned_finding_speaks_with_the_machines_voice(ward):
    patient = admit(ward, "Filmed")
    make_report(make_study(patient), (0.04, 0.91))
    assert image_notes(ward, patient) == [("machine", "Viral pneumonia 0.91", "unsigned")]


def test_a_reference_label_is_never_shown(ward):
    patient = admit(ward, "Filmed")
    make_report(make_study(patient), (0.02, 0.03))
    assert image_notes(ward, patient) == [("machine", "nothing above its thresholds", "unsigned")]


def test_an_abstention_and_a_failure_and_a_wait_each_say_so(ward):
    patients = [admit(ward, name) for name in ("Abstained", "Failed", "Waiting")]
    make_report(make_study(patients[0]), ())
    make_job(make_study(patients[1]), status="failed", failure_code="poison_input")
    make_job(make_study(patients[2]))
    assert image_notes(ward, patients[0])[0][0] == "abstain"
    assert "not analysed" in image_notes(ward, patients[1])[0][1]
    assert "being analysed" in image_notes(ward, patients[2])[0][1]


def test_an_older_unsigned_finding_is_not_hidden_by_a_newer_image(ward):
    patient, now = admit(ward, "Filmed"), timezone.now()
    make_report(make_study(patient, started_at=now - datetime.timedelta(days=3)), (0.9, 0.01))
    make_study(patient, started_at=now)
    assert [note[0] for note in image_notes(ward, patient)] == ["waiting", "machine"]


def test_the_board_needs_the_same_queries_for_one_and_for_many(
    nurse, ward, django_assert_num_queries, django_assert_max_num_queries
):
    version = make_version()

    def fill(name):
        patient = admit(ward, name, minutes=10, **WELL)
        make_report(make_study(patient), (0.04, 0.91), version=version)

    fill("First")
    nurse.get(BOARD)
    with django_assert_max_num_queries(30) as before:
        nurse.get(BOARD)
    for number in range(5):
        fill(f"Further {number}")
    with django_assert_num_queries(len(before)):
        nurse.get(BOARD)


def test_a_reading_of_the_board_is_on_record_and_its_updates_are_covered_by_it(nurse, ward):
    patient = admit(ward, "Well", minutes=10, **WELL)
    nurse.get(BOARD)
    for _ in range(3):
        nurse.get(BOARD, headers={"HX-Request": "true"})
    event = AuditEvent.objects.get(action="ward.read")
    assert event.patient_ids == [str(patient.pk)]


def test_an_update_answers_the_board_alone(nurse):
    part = nurse.get(BOARD, headers={"HX-Request": "true"}).content.decode()
    assert 'id="board"' in part
    assert "<html" not in part


def test_updates_never_extend_a_session(nurse):
    nurse.get(BOARD)
    before = Session.objects.get().expire_date
    nurse.get(BOARD, headers={"HX-Request": "true"})
    assert Session.objects.get().expire_date == before


def test_an_update_after_the_end_of_the_session_sends_the_whole_page_away(client, ward):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ward/?ward=3+East"}
    answer = client.get(BOARD, headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fward%2F%3Fward%3D3%2BEast"
    assert not answer.content
