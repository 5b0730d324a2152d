"""The ward board: the most urgent first, in words, up to date, never more than may be seen."""

import datetime

from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import OwnWard, Patient
from patients.services import record_vital_signs
from patients.ward import build_board, by_ward, places_of, scope_of
from patients.ward.board import MOST_ROWS
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter, make_patient
from tests.inference.scenes import make_job, make_report, make_study, make_version

BOARD = reverse("patients:ward")
OWN = reverse("patients:own_ward")


def admit(ward, name, *, minutes=None, place="3 East", **measurements):
    patient = make_patient(ward.site, family_name=name, given_names="")
    make_encounter(patient, ward=place)
    if minutes is not None:
        record_vital_signs(
            patient=patient, recorded_by=ward.nurse, measurements=measurements,
            measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
        )  # fmt: skip
    return patient


def everything(user):
    return scope_of(places_of(user), ward=None, site_id=None, wants_all=True)


def board_of(user):
    return build_board(user, everything(user), now=timezone.now())


def names(ward):
    return [one.patient.family_name for one in board_of(ward.nurse)]


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
    (one,) = board_of(ward.nurse)
    assert (one.badge.number, one.badge.word) == ("9–20", "high")
    assert "last complete 0" in one.badge.note


def test_a_later_partial_set_that_does_not_raise_it_leaves_the_complete_score(ward):
    patient = admit(ward, "Same", minutes=60, **WELL)
    record_vital_signs(
        patient=patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 70},
    )  # fmt: skip
    (one,) = board_of(ward.nurse)
    assert (one.badge.number, one.badge.word) == ("0", "low")
    assert "later set 0–17" in one.badge.note


def test_a_weight_alone_hides_no_signs_and_waits_for_no_completion(nurse, ward):
    patient = admit(ward, "Weighed", minutes=30, **WELL)
    record_vital_signs(
        patient=patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"weight_kg": 70},
    )  # fmt: skip
    page = nurse.get(BOARD).content.decode()
    assert "30 min ago" in page
    assert "missing:" not in page
    assert "Complete set" not in page


def test_the_board_shows_the_wards_of_the_reader_only(nurse, ward):
    admit(ward, "Mine", place="3 East")
    make_encounter(make_patient(family_name="Fremd"), ward="Elsewhere")
    assert [(place.ward, place.patients) for place in places_of(ward.nurse)] == [("3 East", 1)]
    page = nurse.get(BOARD).content.decode()
    assert "Mine" in page
    assert "Fremd" not in page


def test_a_ward_can_be_chosen(nurse, ward):
    admit(ward, "Upstairs", place="4 West")
    admit(ward, "Downstairs", place="3 East")
    page = nurse.get(BOARD, {"ward": "4 West"}).content.decode()
    assert "Upstairs" in page
    assert "Downstairs" not in page


def test_several_wards_each_have_a_heading_with_their_own_order(nurse, ward):
    admit(ward, "Well upstairs", place="4 West", minutes=5, **WELL)
    admit(ward, "Well downstairs", place="3 East", minutes=5, **WELL)
    admit(ward, "Ill upstairs", place="4 West", minutes=90, **ILL)
    groups = by_ward(board_of(ward.nurse), everything(ward.nurse))
    assert [
        (group.place.name, group.overdue, [one.patient.family_name for one in group.rows])
        for group in groups
    ] == [("3 East", 0, ["Well downstairs"]), ("4 West", 1, ["Ill upstairs", "Well upstairs"])]
    page = nurse.get(BOARD).content.decode()
    assert "<h1>All wards</h1>" in page
    assert "<h2>4 West</h2>" in page


def test_only_overdue_sets_can_be_shown_and_the_counts_stay(nurse, ward):
    admit(ward, "Well", minutes=5, **WELL)
    admit(ward, "Ill", minutes=90, **ILL)
    page = nurse.get(BOARD, {"overdue": "yes"}).content.decode()
    assert "Ill" in page
    assert ">Well<" not in page
    assert "2 patients" in page
    assert "1 set overdue" in page


def test_the_board_opens_with_ones_own_wards(nurse, ward):
    admit(ward, "Upstairs", place="4 West")
    admit(ward, "Downstairs", place="3 East")
    answer = nurse.post(OWN, {"ward": "4 West", "site": ward.site.pk, "own": "yes"}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/ward/?ward=4+West")
    page = nurse.get(BOARD).content.decode()
    assert "Upstairs" in page
    assert "Downstairs" not in page
    assert "Downstairs" in nurse.get(BOARD, {"wards": "all"}).content.decode()
    nurse.post(OWN, {"ward": "4 West", "site": ward.site.pk, "own": "no"})
    assert "Downstairs" in nurse.get(BOARD).content.decode()
    assert AuditEvent.objects.filter(action="ward.called-own").count() == 1


def test_an_own_ward_where_nobody_is_stays_on_the_board(nurse, ward):
    OwnWard.objects.create(user=ward.nurse, site=ward.site, ward="Empty ward")
    page = nurse.get(BOARD).content.decode()
    assert "<h1>Empty ward</h1>" in page
    assert "Nobody is here at the moment." in page


def test_only_a_ward_of_an_own_site_can_be_called_own(nurse, ward):
    elsewhere = make_patient().site
    answer = nurse.post(OWN, {"ward": "3 East", "site": elsewhere.pk, "own": "yes"})
    assert answer.status_code == 404
    assert not OwnWard.objects.exists()


def test_wards_of_the_same_name_at_two_sites_are_two_wards(nurse, ward):
    other = make_patient(family_name="Over there")
    ward.nurse.sites.add(other.site)
    make_encounter(other, ward="3 East")
    admit(ward, "Over here")
    page = nurse.get(BOARD, {"ward": "3 East", "site": str(other.site_id)}).content.decode()
    assert "Over there" in page
    assert "Over here" not in page


def test_beyond_a_hundred_patients_a_ward_is_chosen_first(nurse, ward, monkeypatch):
    monkeypatch.setattr("patients.ward.places.MOST_AT_ONCE", 1)
    admit(ward, "Upstairs", place="4 West")
    admit(ward, "Downstairs", place="3 East")
    page = nurse.get(BOARD).content.decode()
    assert "Choose a ward." in page
    assert "Upstairs" not in page
    assert "Upstairs" in nurse.get(BOARD, {"ward": "4 West"}).content.decode()


def test_a_ward_beyond_all_measure_is_cut_and_says_so(nurse, ward, monkeypatch):
    monkeypatch.setattr("patients.ward.board.MOST_ROWS", 1)
    admit(ward, "First")
    admit(ward, "Second")
    assert MOST_ROWS > 100
    assert "1 more patient of this ward has no room here." in nurse.get(BOARD).content.decode()


def test_at_high_risk_the_emergency_number_can_be_called(nurse, ward):
    admit(ward, "Ill", minutes=5, **ILL)
    admit(ward, "Well", minutes=5, **WELL)
    page = nurse.get(BOARD).content.decode()
    assert page.count('href="tel:2222"') == 1


def test_after_death_nobody_is_told_to_call(nurse, ward):
    patient = admit(ward, "Ill", minutes=5, **ILL)
    Patient.objects.filter(pk=patient.pk).update(deceased_at=timezone.now())
    assert "tel:" not in nurse.get(BOARD).content.decode()


def test_the_age_of_the_last_set_is_told(nurse, ward):
    admit(ward, "Well", minutes=11, **WELL)
    assert "11 min ago" in nurse.get(BOARD).content.decode()


def test_how_long_somebody_is_here_without_a_set_is_told(nurse, ward):
    admit(ward, "New")
    page = nurse.get(BOARD).content.decode()
    assert "admitted 3 days ago" in page


def test_the_trend_is_an_arrow_with_words(nurse, ward):
    patient = admit(ward, "Worse", minutes=60, **WELL)
    record_vital_signs(
        patient=patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements=WELL | {"heart_rate_per_min": 120},
    )  # fmt: skip
    (one,) = board_of(ward.nurse)
    assert one.trend == ("▲", "up from 0")


def test_a_set_is_one_press_away_for_who_may_record_it(client, nurse, ward):
    patient = admit(ward, "Well", minutes=5, **WELL)
    record = reverse("patients:record_vital_signs", args=[patient.pk])
    assert record in nurse.get(BOARD).content.decode()
    client.force_login(ward.radiologist)
    assert record not in client.get(BOARD).content.decode()


def test_an_empty_board_says_what_to_do(nurse):
    assert "Nobody is here at the moment." in nurse.get(BOARD).content.decode()


def test_the_due_time_is_told_in_words(nurse, ward):
    admit(ward, "Ill", minutes=72, **ILL)
    page = nurse.get(BOARD).content.decode()
    assert "overdue 57 min" in page
    assert "1 set overdue" in page


def image_notes(ward, patient):
    (one,) = [row for row in board_of(ward.nurse) if row.patient == patient]
    return [(note.voice, note.text, note.note) for note in one.images.notes]


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


def test_of_many_unread_studies_the_newest_speak_and_the_rest_is_counted(nurse, ward):
    patient, now = admit(ward, "Filmed often"), timezone.now()
    version = make_version()
    for days in range(6):
        study = make_study(patient, started_at=now - datetime.timedelta(days=days))
        make_report(study, (0.9, 0.01), version=version)
    (one,) = board_of(ward.nurse)
    assert (len(one.images.notes), one.images.unread, one.images.unread_left_out) == (2, 6, 4)
    assert "and 4 more to read" in nurse.get(BOARD).content.decode()


def test_what_only_the_shadow_says_is_not_on_the_board(ward):
    patient = admit(ward, "Filmed")
    report = make_report(make_study(patient), (0.9, 0.01))
    report.job.purpose = "shadow"
    report.job.save()
    assert image_notes(ward, patient) == [("waiting", "Chest X-ray: not read yet", "")]


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
    newcomer = admit(ward, "New")
    nurse.get(BOARD, headers={"HX-Request": "true"})
    event = AuditEvent.objects.filter(action="ward.read").first()
    assert str(newcomer.pk) in event.patient_ids


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
