"""Disagreement in the summary: from the tables to sentences that take no side."""

import datetime

import pytest
from django.utils import timezone

from inference.models import DiagnosticReport
from inference.services import review_report
from patients.services import correct_vital_signs, record_vital_signs
from patients.summary import studies_with_results
from patients.summary.concordance import concordance_notes
from tests.complete_sets import ILL, WELL
from tests.inference.scenes import make_job, make_report, make_study, make_version

pytestmark = pytest.mark.django_db
PATTERN, CLEAR = (0.04, 0.91), (0.02, 0.03)


def record(ward, measurements, *, hours=0.5):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, confirmed=True, measurements=measurements,
        measured_at=timezone.now() - datetime.timedelta(hours=hours),
    )  # fmt: skip


def film(ward, *, hours=1, **fields):
    taken = timezone.now() - datetime.timedelta(hours=hours)
    return make_study(ward.patient, started_at=taken, **fields)


@pytest.fixture
def notes(api, ward):
    """Return the notes of the summary as the clinician gets them."""

    def read():
        api.force_authenticate(ward.clinician)
        answer = api.get(f"/api/v1/patients/{ward.patient.pk}/summary/")
        assert answer.status_code == 200, answer.content
        return answer.json()["concordance"]

    return read


def test_a_pneumonia_call_with_calm_signs(ward, notes):
    calm = record(ward, WELL)
    report = make_report(film(ward), PATTERN)
    (note,) = notes()
    assert note["code"] == "calm_signs"
    assert (note["study"], note["report"]) == (str(report.study_id), str(report.pk))
    assert note["set"] == str(calm.pk)
    assert "AI, unsigned, calls Viral pneumonia." in note["text"]
    assert "respiration 14/min, SpO₂ 98 % on air, 36.8 °C" in note["text"]
    assert "A doctor must look at the patient and at the image." in note["text"]


def test_a_signed_call_is_told_as_a_persons(ward, notes):
    record(ward, WELL)
    report = make_report(film(ward), PATTERN)
    review_report(report=report, reviewer=ward.radiologist, decision="agree")
    (note,) = notes()
    assert "signed as Viral pneumonia." in note["text"]
    assert "AI" not in note["text"]


def test_a_call_that_a_person_took_back_raises_no_note(ward, notes):
    record(ward, WELL)
    report = make_report(film(ward), PATTERN)
    review_report(
        report=report, reviewer=ward.radiologist, decision="disagree",
        findings={"viral-pneumonia": "negative"},
    )  # fmt: skip
    assert notes() == []


def test_a_high_score_with_no_pattern_says_what_was_not_assessed(ward, notes):
    record(ward, ILL)
    make_report(film(ward), CLEAR)
    (note,) = notes()
    assert note["code"] == "score_unexplained"
    assert "other disease was not assessed" in note["text"]
    assert "scores NEWS2 10" in note["text"]


def test_an_ill_patient_with_a_called_pneumonia_raises_no_note(ward, notes):
    record(ward, ILL)
    make_report(film(ward), PATTERN)
    assert notes() == []


def test_a_well_patient_without_a_pattern_raises_no_note(ward, notes):
    record(ward, WELL)
    make_report(film(ward), CLEAR)
    assert notes() == []


def test_a_film_that_is_older_than_the_deterioration(ward, notes):
    make_report(film(ward, hours=30), CLEAR)
    record(ward, WELL, hours=29)
    record(ward, ILL)
    (note,) = notes()
    assert note["code"] == "film_outdated"
    assert "NEWS2 was 0 at " in note["text"]
    assert "and is 10 at " in note["text"]


def test_an_abstention_is_no_clear_image(ward, notes):
    record(ward, ILL)
    make_report(film(ward), ())
    (note,) = notes()
    assert note["code"] == "nobody_judged"
    assert "AI could not judge it and nobody has read it." in note["text"]


def test_a_reader_who_could_not_tell_has_read_it_too(ward, notes):
    record(ward, ILL)
    report = make_report(film(ward), ())
    review_report(report=report, reviewer=ward.radiologist, decision="cannot-tell")
    (note,) = notes()
    assert note["code"] == "nobody_judged"
    assert "neither AI nor a reader could judge it." in note["text"]
    assert "nobody has read it" not in note["text"]


@pytest.mark.parametrize("order", [((), CLEAR), (CLEAR, ())])
def test_an_abstention_beside_it_does_not_empty_what_was_not_found(ward, notes, order):
    record(ward, ILL)
    study = film(ward)
    for probabilities in order:
        make_report(study, probabilities, version=make_version())
    (note,) = notes()
    assert note["code"] == "score_unexplained"
    assert "found no pattern of COVID-19, Viral pneumonia above" in note["text"]


def test_a_failed_analysis_that_nobody_read(ward, notes):
    record(ward, ILL)
    make_job(film(ward), status="failed", failure_code="poison_input")
    (note,) = notes()
    assert (note["code"], note["report"]) == ("nobody_judged", None)
    assert "not analysed, and nobody has read it." in note["text"]


def test_a_persons_own_words_are_not_compared(ward, notes):
    record(ward, ILL)
    study = film(ward)
    make_report(study, CLEAR)
    DiagnosticReport.objects.create(
        study=study, status="final", conclusion="Wide heart.", signed_by=ward.radiologist,
        signed_at=timezone.now(),
    )  # fmt: skip
    assert notes() == []


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_withdrawn_report_is_out(ward, notes, status):
    record(ward, WELL)
    make_report(film(ward), PATTERN, status=status)
    assert notes() == []


def test_a_withdrawn_study_and_a_shadow_result_are_out(ward, notes):
    record(ward, WELL)
    make_report(film(ward, status="entered-in-error"), PATTERN)
    shadow = make_report(film(ward), PATTERN)
    shadow.job.purpose = "shadow"
    shadow.job.save()
    assert notes() == []


def test_a_set_entered_in_error_is_out(ward, notes):
    make_report(film(ward), PATTERN)
    slip = record(ward, WELL)
    assert len(notes()) == 1
    correct_vital_signs(
        vital_signs=slip, corrected_by=ward.nurse, reason="digits swapped",
        measurements={"respiratory_rate_per_min": 28},
    )  # fmt: skip
    assert notes() == []


def test_a_child_has_no_bands_to_compare_with(ward, notes):
    ward.patient.birth_date = timezone.localdate() - datetime.timedelta(days=5 * 365)
    ward.patient.save()
    record(ward, WELL)
    make_report(film(ward), PATTERN)
    assert notes() == []


def test_the_nearest_sets_are_found_among_very_many(ward, notes):
    for hours in range(60, 0, -1):
        record(ward, ILL if hours == 24 else WELL, hours=hours)
    make_report(film(ward, hours=24.1), PATTERN)
    assert notes() == [], "the nearest set of sixty agrees"


def test_notes_cost_two_queries(ward, django_assert_num_queries):
    version = make_version()
    for hours in range(1, 8):
        record(ward, WELL, hours=hours)
        make_report(film(ward, hours=hours), PATTERN, version=version)
    studies = list(studies_with_results(ward.patient))
    with django_assert_num_queries(2):
        found = concordance_notes(ward.patient, studies, None, now=timezone.now())
    assert [note.letter for note in found] == list("ABCDEFG")
