"""The summary page: an unsigned finding never reads as a fact, a partial set hides nothing."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from aicare.templatetags.clock import in_words
from inference.models import DiagnosticReport, Review
from patients.services import record_vital_signs
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter
from tests.inference.scenes import make_job, make_report, make_study, make_version
from tests.patients.page_forms import words


@pytest.fixture
def page(nurse, ward):
    """Return the words of the summary as the nurse reads them."""

    def read(**query):
        answer = nurse.get(reverse("patients:summary", args=[ward.patient.pk]), query)
        assert answer.status_code == 200
        return words(answer)

    return read


def make_set(ward, minutes=0, **measurements):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=measurements,
        measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
    )  # fmt: skip


def sign(report, by, decision="agree", **calls):
    DiagnosticReport.objects.filter(pk=report.pk).update(
        status="final", signed_at=timezone.now(), signed_by=by
    )
    Review.objects.create(report=report, reviewer=by, decision=decision, findings=calls)


def test_a_patient_without_anything_says_so(page):
    words = page()
    assert "No set has been recorded yet." in words
    assert "No images." in words
    assert "no set yet" in words


def test_a_later_partial_set_hides_no_older_value(ward, page):
    make_set(ward, minutes=120, **ILL)
    make_set(ward, minutes=1, heart_rate_per_min=104)
    words = page()
    assert "10 NEWS2 high" in words
    assert "104/min" in words
    assert "22/min" in words, "the older respiration is shown"
    assert "from " in words, "with the time of its set"
    assert "incomplete" in words
    assert "Missing: respiration" in words


def test_the_value_before_has_its_time_where_it_is_of_another_day(ward, nurse):
    make_set(ward, minutes=60 * 24 * 40, heart_rate_per_min=80, temperature_celsius="37.0")
    make_set(ward, minutes=60, temperature_celsius="37.5")
    make_set(ward, minutes=1, heart_rate_per_min=90, temperature_celsius="38.0")
    html = nurse.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    assert "up from 80<span>, <time" in html
    assert 'up from 37.5<span class="visually-hidden">, <time' in html


def test_an_unsigned_finding_says_that_it_is_not_signed(ward, page):
    make_report(make_study(ward.patient), (0.04, 0.91))
    words = page()
    assert "Waiting for a person" in words
    assert "pneumonia 0.91 unsigned" in words
    assert "Not read by a person yet." in words
    assert "Signed by" not in words


def test_a_signed_report_names_its_signer_and_what_the_machine_had_said(ward, page):
    report = make_report(make_study(ward.patient), (0.04, 0.91))
    sign(report, ward.radiologist, **{"covid-19": "negative", "viral-pneumonia": "positive"})
    words = page()
    assert "Read and signed" in words
    assert f"Signed by {ward.radiologist}" in words
    assert "AI had said: Viral pneumonia 0.91." in words
    assert "unsigned" not in words


@pytest.mark.parametrize("needs_second_reader", [False, True])
def test_an_alert_about_an_unsigned_finding_has_the_machines_voice(
    nurse, ward, needs_second_reader
):
    make_report(make_study(ward.patient), (0.04, 0.91), needs_second_reader=needs_second_reader)
    html = nurse.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    assert '<div class="alert machine">' in html


def test_an_alert_about_a_persons_words_has_not_the_machines_voice(nurse, ward):
    DiagnosticReport.objects.create(
        study=make_study(ward.patient), status="final", conclusion="Hard to say.",
        signed_at=timezone.now(), signed_by=ward.radiologist, needs_second_reader=True,
    )  # fmt: skip
    html = nurse.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    assert "a second reader is needed" in html
    assert "alert machine" not in html


def test_a_signature_never_stands_below_the_words_of_the_unsigned_machine(nurse, ward):
    study = make_study(ward.patient)
    make_report(study, (0.04, 0.91))
    own = DiagnosticReport.objects.create(
        study=study, status="final", conclusion="No focal shadowing.",
        signed_at=timezone.now(), signed_by=ward.radiologist,
    )  # fmt: skip
    answer = nurse.get(reverse("patients:summary", args=[ward.patient.pk]))
    ((card,), _) = answer.context["unread"]
    below = {voice.said[0].voice: voice.below for voice in card.voices}
    assert below["machine"].startswith("Not read by a person yet.")
    assert "Signed" not in below["machine"]
    assert below["person"].startswith(f"Signed by {own.signed_by}, today")


def test_a_reference_label_never_reads_as_a_clearance(ward, page):
    make_report(make_study(ward.patient), (0.02, 0.03))
    words = page()
    assert "Normal" not in words
    assert "other disease was not assessed" in words


def test_waiting_failed_and_unanalysed_images_say_so(ward, page):
    make_job(make_study(ward.patient))
    make_job(make_study(ward.patient), status="failed", failure_code="poison_input")
    make_study(ward.patient, body_part="COLON", modality="ES")
    words = page()
    assert "being analysed" in words
    assert "not analysed: the picture crashed the analyser twice" in words
    assert "no classifier applies to this kind of picture" in words


def test_only_who_may_sign_is_asked_to(client, ward):
    make_report(make_study(ward.patient), (0.04, 0.91))
    for user, is_asked in ((ward.nurse, False), (ward.radiologist, True)):
        client.force_login(user)
        words = client.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
        assert ("Read and sign<span" in words) is is_asked


def test_the_emergency_number_is_shown_at_high_risk(ward, page):
    make_set(ward, **ILL)
    assert "Emergency number 2222" in page()


def test_the_score_is_drawn_with_a_table_of_the_same(ward, page, nurse):
    make_set(ward, minutes=200, **WELL)
    make_set(ward, minutes=100, heart_rate_per_min=104)
    make_set(ward, minutes=10, **ILL)
    html = nurse.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    assert html.count("<circle") == 2 * 2, "a wide drawing and a narrow one"
    assert "NEWS2 from 0 (" in html
    assert "The same as a table" in html
    assert "style=" not in html


def test_very_many_partial_sets_of_a_device_hide_no_older_value(ward, page):
    make_set(ward, minutes=120, **ILL)
    for minutes in range(60, 5, -1):
        make_set(ward, minutes=minutes, heart_rate_per_min=104)
    words = page()
    assert "22/min" in words, "the respiration that the nurse counted is shown"
    assert "38.4°C" in words
    assert "not measured" not in words


def test_a_period_without_a_set_says_so(ward, page):
    make_set(ward, minutes=60 * 24 * 20, **WELL)
    assert "No scored set in this time." in page(period="24h")
    assert "No scored set in this time." not in page(period="all")


def test_the_page_needs_the_same_queries_for_little_and_for_much(
    clinician, ward, django_assert_num_queries, django_assert_max_num_queries
):
    version, address = make_version(), reverse("patients:summary", args=[ward.patient.pk])
    make_encounter(ward.patient)

    def fill():
        make_set(ward, **ILL)
        make_report(make_study(ward.patient), (0.04, 0.91), version=version)
        signed = make_report(make_study(ward.patient), (0.04, 0.91), version=version)
        sign(signed, ward.radiologist, **{"viral-pneumonia": "positive"})
        ward.patient.conditions.create(display="COPD")

    fill()
    clinician.get(address)
    with django_assert_max_num_queries(45) as before:
        clinician.get(address)
    for _ in range(4):
        fill()
    with django_assert_num_queries(len(before)):
        clinician.get(address)


def test_a_reading_is_on_record(ward, page):
    page()
    event = AuditEvent.objects.get(action="patient.read")
    assert (event.user, event.patient_id) == (ward.nurse, ward.patient.pk)


def test_the_newest_notes_are_shown_and_those_in_error_are_not(ward, page):
    now = timezone.now()
    for number in range(5):
        ward.patient.notes.create(
            text=f"Note number {number}.", written_by=ward.clinician,
            written_at=now - datetime.timedelta(hours=number),
        )  # fmt: skip
    ward.patient.notes.create(
        text="Somebody else.", written_by=ward.clinician, written_at=now,
        status="entered-in-error",
    )  # fmt: skip
    words = page()
    assert [f"Note number {number}." in words for number in range(5)] == [True] * 3 + [False] * 2
    assert "Somebody else." not in words


def test_a_disagreement_stands_below_the_drawing_with_its_letter(nurse, ward):
    make_set(ward, minutes=30, **WELL)
    make_report(make_study(ward.patient), (0.04, 0.91))
    html = nurse.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    assert "Signs and images do not fit together" in html
    assert html.count('<text class="letter"') == 2 * 2, "at image and set, wide and narrow"
    assert "note A" in html, "and in the table"


def test_agreement_is_never_pointed_out(ward, page):
    make_set(ward, minutes=30, **ILL)
    make_report(make_study(ward.patient), (0.04, 0.91))
    assert "fit together" not in page()


def test_signs_say_where_they_are_heading(ward, page):
    make_set(ward, minutes=120, **WELL)
    make_set(ward, minutes=30, **ILL)
    words = page()
    assert "▲ up from 14" in words
    assert "▼ down from 98 air" in words
    assert "up from 0" in words, "the score too"


def test_an_uncertain_finding_that_nobody_signed_is_an_alert(ward, page):
    make_report(make_study(ward.patient), (0.3, 0.02))
    assert "Machine result, not signed: uncertain about COVID-19." in page()


def test_an_analysis_that_was_repeated_with_success_is_no_failure(ward, page):
    version, study = make_version(), make_study(ward.patient)
    make_job(study, version, status="failed", failure_code="timed_out")
    make_report(study, (0.02, 0.03), version=version)
    assert "not analysed" not in page()


def test_many_alerts_are_counted_and_within_reach(ward, page):
    version = make_version()
    for _ in range(8):
        make_report(make_study(ward.patient), (0.04, 0.91), version=version)
    words = page()
    assert "8 alerts:" in words
    assert "3 more alerts" in words


def test_the_reader_is_led_to_all_signs_over_time_and_to_paper(nurse, ward):
    make_set(ward, **WELL)
    html = nurse.get(reverse("patients:summary", args=[ward.patient.pk])).content.decode()
    assert f'href="{reverse("patients:trends", args=[ward.patient.pk])}?period=3d"' in html
    assert f'href="{reverse("patients:summary_pdf", args=[ward.patient.pk])}"' in html


def test_an_unknown_period_is_the_usual_one(ward, page):
    make_set(ward, minutes=60 * 24 * 4, **WELL)
    assert "No scored set in this time." in page(period="nonsense")


def test_many_images_are_counted_and_within_reach(ward, page):
    version = make_version()
    for _ in range(7):
        make_report(make_study(ward.patient), (0.02, 0.03), version=version)
    words = page()
    assert "2 more images" in words
    assert words.count("Not read by a person yet.") == 7


def test_the_table_beside_the_drawing_says_when_it_leaves_an_image_out(ward, page):
    for number in range(38):
        make_set(ward, minutes=number + 1, **WELL)
    for hours in (3, 4, 5):
        make_study(ward.patient, started_at=timezone.now() - datetime.timedelta(hours=hours))
    assert "There are more in this time." in page()


def test_alerts_about_several_images_of_a_kind_are_told_apart_by_their_times(ward, page):
    version = make_version()
    now = timezone.now()
    for days in (40, 50):
        film = make_study(ward.patient, started_at=now - datetime.timedelta(days=days))
        make_report(film, (0.04, 0.91), version=version)
    said = page()
    with timezone.override(ward.site.zone):
        for days in (40, 50):
            taken = in_words(now - datetime.timedelta(days=days), now=now)
            assert f"Chest X-ray: read and sign · {taken}" in said
