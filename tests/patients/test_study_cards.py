"""The mark of a study on the drawing: what waits for a person is not hidden behind a signature."""

import pytest

from inference.services import review_report
from patients.summary.building import studies_with_results
from patients.views.study_cards import study_cards
from tests.inference.scenes import make_card, make_report, make_study, make_version
from tests.patients.test_pages_summary import sign

pytestmark = pytest.mark.django_db
NOTHING, PNEUMONIA = (0.01, 0.02), (0.04, 0.91)
CLEAR = {"covid-19": "negative", "viral-pneumonia": "negative"}


def mark(patient):
    (card,) = study_cards(studies_with_results(patient))
    return card.on_chart


@pytest.mark.parametrize("order", [(NOTHING, PNEUMONIA), (PNEUMONIA, NOTHING)])
def test_an_unsigned_finding_comes_before_what_a_person_signed_as_clear(ward, order):
    study = make_study(ward.patient)
    for probabilities in order:
        report = make_report(study, probabilities, version=make_version())
        if probabilities == NOTHING:
            sign(report, ward.radiologist, **CLEAR)
    found = mark(ward.patient)
    assert found.voice == "machine"
    assert "unsigned: pattern of Viral pneumonia 0.91" in found.text


def test_what_a_person_signed_is_marked_as_a_persons(ward):
    sign(make_report(make_study(ward.patient), NOTHING), ward.radiologist, **CLEAR)
    found = mark(ward.patient)
    assert found.voice == "person"
    assert "unsigned" not in found.text


@pytest.mark.parametrize("probabilities", [PNEUMONIA, ()])
def test_what_a_reader_could_not_tell_was_read_but_waits(ward, probabilities):
    report = make_report(make_study(ward.patient), probabilities)
    review_report(report=report, reviewer=ward.radiologist, decision="cannot-tell")
    (card,) = study_cards(studies_with_results(ward.patient))
    (voice,) = card.voices
    assert not card.is_read
    assert "A reader could not tell: a second reader is asked." in voice.below
    assert "Not read by a person yet." not in voice.below


def test_the_weaknesses_of_a_model_stand_beside_its_result_until_a_person_signs(ward):
    gates = [{"name": "shortcuts", "title": "Does it read the hospital?", "passed": False}]
    override = {"gates": ["shortcuts"], "reason": "A demonstration", "by": "N", "at": "2026-01-01"}
    version = make_version(card=make_card() | {"gates": gates, "override": override})
    report = make_report(make_study(ward.patient), PNEUMONIA, version=version)
    (card,) = study_cards(studies_with_results(ward.patient))
    assert "Does it read the hospital?" in card.voices[0].cautions
    assert "Reason: A demonstration." in card.voices[0].cautions
    sign(report, ward.radiologist, **{"covid-19": "negative", "viral-pneumonia": "positive"})
    (card,) = study_cards(studies_with_results(ward.patient))
    assert card.voices[0].cautions == ""
