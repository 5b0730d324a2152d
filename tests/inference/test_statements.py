"""What a report says: never a machine's word as a fact, never a clearance."""

import pytest

from inference.models import DiagnosticReport
from inference.reviews import report_without_ai, review_report
from inference.statements import ABSTENTIONS, attention_of, nothing_found, statements
from tests.factories import make_user
from tests.inference.scenes import make_report, make_study

NOTHING = (
    "No pattern of COVID-19 or viral pneumonia above its threshold; other disease was not assessed."
)


@pytest.fixture
def reader(db):
    return make_user("radiologist")


def said(report):
    report = DiagnosticReport.objects.with_content().select_related("study").get(pk=report.pk)
    return [(one.speaker, one.signed, one.text) for one in statements(report)]


def test_an_unsigned_finding_says_that_it_is_a_machines(reader):
    (statement,) = said(make_report(make_study(), (0.91, 0.06)))
    assert statement == (
        "machine",
        False,
        "Machine result, not signed: pattern of COVID-19.",
    )


def test_an_unsigned_doubt_says_so(reader):
    (statement,) = said(make_report(make_study(), (0.06, 0.3)))
    assert statement[2] == "Machine result, not signed: uncertain about viral pneumonia."


@pytest.mark.parametrize("signed", [False, True])
def test_nothing_found_names_what_was_looked_for_and_clears_nothing(reader, signed):
    report = make_report(make_study(), (0.02, 0.03))
    if signed:
        review_report(report=report, reviewer=reader, decision="agree")
    ((_, is_signed, text),) = said(report)
    assert is_signed is signed
    expected = NOTHING if signed else f"Machine result, not signed: n{NOTHING[1:]}"
    assert text == expected


@pytest.mark.parametrize("probabilities", [(0.91, 0.06), (0.02, 0.03), (0.06, 0.3)])
@pytest.mark.parametrize("signed", [False, True])
def test_the_reference_label_is_never_said(reader, probabilities, signed):
    report = make_report(make_study(), probabilities)
    if signed:
        review_report(report=report, reviewer=reader, decision="agree")
    assert all("ormal" not in text for _, _, text in said(report))


def test_a_signed_finding_is_the_persons_word(reader):
    report = make_report(make_study(), (0.91, 0.06))
    review_report(report=report, reviewer=reader, decision="agree")
    assert said(report) == [("person", True, "Pattern of COVID-19.")]


def test_after_a_correction_the_person_speaks_and_not_the_machine(reader):
    report = make_report(make_study(), (0.91, 0.06))
    review_report(
        report=report,
        reviewer=reader,
        decision="disagree",
        findings={"covid-19": "negative", "viral-pneumonia": "positive"},
        comment="Small effusion on the left.",
    )
    assert said(report) == [
        ("person", True, "COVID-19: not seen by the reader, unlike by the machine."),
        ("person", True, "Pattern of Viral pneumonia."),
        ("person", True, "Small effusion on the left."),
    ]
    again = DiagnosticReport.objects.with_content().get(pk=report.pk)
    assert [one.probability for one in statements(again)] == [None, None, None]
    assert [one.differs_from_machine for one in statements(again)] == [True, True, False]


def test_a_correction_replaces_the_comments_before_it(reader):
    report = make_report(make_study(), (0.91, 0.06))
    for calls, comment in (("negative", "An artefact."), ("positive", "It is real.")):
        review_report(
            report=report,
            reviewer=reader,
            decision="disagree",
            findings={"covid-19": calls},
            comment=comment,
        )
    assert [text for _, _, text in said(report)] == ["Pattern of COVID-19.", "It is real."]


def test_a_reader_who_could_not_tell_signs_nothing(reader):
    report = make_report(make_study(), (0.91, 0.06))
    review_report(report=report, reviewer=reader, decision="cannot-tell", comment="Rotated.")
    assert said(report) == [("machine", False, "Machine result, not signed: pattern of COVID-19.")]


@pytest.mark.parametrize("code", [*ABSTENTIONS, "a_reason_of_tomorrow"])
def test_an_abstention_says_that_there_is_no_machine_result(reader, code):
    report = make_report(make_study(), (), abstained_because=code)
    ((speaker, signed, text),) = said(report)
    assert (speaker, signed) == ("abstained", False)
    assert text.startswith("No machine result. ")


def test_a_signed_abstention_says_what_the_reader_says(reader):
    report = make_report(make_study(), ())
    review_report(report=report, reviewer=reader, decision="agree", comment="Free air.")
    assert said(report) == [("person", True, "Free air.")]


def test_an_own_report_says_its_conclusion_once(reader):
    report = report_without_ai(study=make_study(), reviewer=reader, conclusion="No pneumothorax.")
    assert said(report) == [("person", True, "No pneumothorax.")]


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_withdrawn_report_says_nothing(reader, status):
    assert said(make_report(make_study(), status=status)) == []


def test_the_alert_of_an_unsigned_report_asks_to_read_and_sign(reader):
    report = make_report(make_study(), (0.91, 0.06))
    title, text = attention_of(report)
    assert title.endswith("read and sign")
    assert text == "Machine result, not signed: pattern of COVID-19."
    review_report(report=report, reviewer=reader, decision="cannot-tell")
    report.refresh_from_db()
    assert attention_of(report)[0].endswith("a second reader is needed")


@pytest.mark.parametrize(
    ("displays", "names"),
    [
        (["Melanoma"], "melanoma"),
        (["COVID-19", "Viral pneumonia"], "COVID-19 or viral pneumonia"),
        (["A", "B", "Cough"], "A, B or cough"),
    ],
)
def test_names_are_listed_as_in_a_sentence(displays, names):
    assert nothing_found(displays).startswith(f"No pattern of {names} above")
