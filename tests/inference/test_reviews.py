"""Reading and signing: what each decision makes of a report, and what is refused."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, connections

from aicare.errors import Conflict, DomainError, InvalidInput, NotAllowed, StaleVersion
from aicare.models import AuditEvent
from inference.models import DiagnosticReport, InferenceJob, Review
from inference.reviews import report_without_ai, review_report, standing_calls
from tests.factories import make_user
from tests.inference.scenes import make_report, make_study

MACHINE = {"covid-19": "positive", "viral-pneumonia": "negative"}
CORRECTED = {"covid-19": "negative", "viral-pneumonia": "negative"}


@pytest.fixture
def reader(db):
    return make_user("radiologist")


@pytest.fixture
def second(db):
    return make_user("clinician")


@pytest.fixture
def report(db):
    return make_report(make_study())


def sign(report, reviewer, decision="agree", **more):
    review_report(report=report, reviewer=reviewer, decision=decision, **more)
    report.refresh_from_db()
    return report


def test_the_first_signature_makes_the_report_final(report, reader):
    sign(report, reader)
    assert (report.status, report.signed_by, report.version) == ("final", reader, 2)
    assert report.signed_at is not None
    review = Review.objects.get()
    assert (review.decision, review.findings) == ("agree", MACHINE)


def test_a_correction_is_a_signature_too_and_the_machines_call_is_kept(report, reader):
    sign(report, reader, "disagree", findings={"covid-19": "negative"}, comment="An artefact")
    assert report.status == "final"
    assert standing_calls(report) == CORRECTED
    assert report.findings.get(label="covid-19").call == "positive"
    assert Review.objects.get().findings == CORRECTED


def test_a_later_change_makes_it_amended_and_names_who_changed_it(report, reader, second):
    sign(report, reader)
    sign(report, second, "disagree", findings={"covid-19": "uncertain"})
    assert (report.status, report.signed_by) == ("amended", second)


def test_a_second_agreement_is_recorded_and_changes_nothing(report, reader, second):
    sign(report, reader)
    sign(report, second)
    assert (report.status, report.signed_by) == ("final", reader)
    assert Review.objects.count() == 2


def test_agreeing_means_the_report_as_it_stands_now(report, reader, second):
    sign(report, reader, "disagree", findings={"covid-19": "negative"})
    sign(report, second)
    assert standing_calls(report) == CORRECTED
    assert Review.objects.first().findings == CORRECTED


def test_cannot_tell_leaves_it_unsigned_and_asks_for_a_second_reader(report, reader, second):
    sign(report, reader, "cannot-tell", comment="Rotated")
    assert (report.status, report.needs_second_reader, report.signed_by) == (
        "preliminary", True, None,
    )  # fmt: skip
    sign(report, second)
    assert (report.status, report.needs_second_reader) == ("final", False)


def test_who_could_not_tell_is_not_the_second_reader(report, reader, second):
    sign(report, reader, "cannot-tell")
    sign(report, reader)
    assert (report.status, report.needs_second_reader) == ("final", True)
    sign(report, second)
    assert report.needs_second_reader is False


def test_doubt_about_a_signed_report_asks_for_a_second_reader_and_leaves_it_signed(
    report, reader, second
):
    sign(report, reader)
    sign(report, second, "cannot-tell")
    assert (report.status, report.signed_by, report.needs_second_reader) == ("final", reader, True)
    assert standing_calls(report) == MACHINE


@pytest.mark.parametrize(
    ("decision", "findings", "code"),
    [
        ("perhaps", {}, "invalid_choice"),
        ("disagree", {}, "required"),
        ("disagree", {"normal": "positive"}, "unknown_label"),
        ("disagree", {"tuberculosis": "positive"}, "unknown_label"),
        ("disagree", {"covid-19": "sick"}, "invalid_choice"),
        ("disagree", {"covid-19": "positive"}, "nothing_changed"),
        ("agree", {"covid-19": "negative"}, "calls_differ"),
        ("agree", {"normal": "positive"}, "unknown_label"),
        ("cannot-tell", {"covid-19": "negative"}, "calls_with_cannot_tell"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(report, reader, decision, findings, code):
    with pytest.raises(InvalidInput) as refused:
        sign(report, reader, decision, findings=findings)
    assert refused.value.problems[0].code == code
    report.refresh_from_db()
    assert (report.status, report.version) == ("preliminary", 1)
    assert not Review.objects.exists()


def test_agreeing_calls_may_be_sent_along(report, reader):
    assert sign(report, reader, findings=MACHINE).status == "final"


@pytest.mark.parametrize("role", ["nurse", "integrator", "administrator", "model manager", None])
def test_only_readers_sign(report, role):
    user = make_user(role)
    with pytest.raises(NotAllowed):
        sign(report, user)
    with pytest.raises(NotAllowed):
        report_without_ai(study=report.study, reviewer=user, conclusion="Seen.")


def test_a_shadow_result_is_never_signed(report, reader):
    InferenceJob.objects.update(purpose="shadow")
    with pytest.raises(Conflict):
        sign(report, reader)


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_withdrawn_report_is_never_signed(report, reader, status):
    DiagnosticReport.objects.update(status=status)
    with pytest.raises(Conflict):
        sign(report, reader)


def test_who_read_an_older_version_must_read_again(report, reader, second):
    sign(report, reader)
    with pytest.raises(StaleVersion):
        sign(report, second, expected_version=1)
    assert sign(report, second, expected_version=2).status == "final"


def test_each_decision_is_on_the_audit_trail(report, reader):
    sign(report, reader, "cannot-tell")
    sign(report, reader)
    sign(report, reader, "disagree", findings={"covid-19": "negative"})
    events = AuditEvent.objects.filter(object_id=report.pk, user=reader).order_by("pk")
    assert list(events.values_list("action", flat=True)) == [
        "report.second-reader-asked",
        "report.signed",
        "report.corrected",
    ]
    assert {event.patient_id for event in events} == {report.study.patient_id}


def test_an_abstention_is_signed_with_the_readers_own_words(db, reader, second):
    report = make_report(make_study(), ())
    with pytest.raises(InvalidInput):
        sign(report, reader)
    sign(report, reader, comment="Right lower lobe shadowing.")
    assert (report.status, report.conclusion) == ("final", "Right lower lobe shadowing.")
    sign(report, second, comment="I see it too.")
    assert (report.status, report.conclusion) == ("final", "Right lower lobe shadowing.")
    with pytest.raises(InvalidInput):
        sign(report, second, "disagree")
    sign(report, second, "disagree", comment="A nipple shadow.")
    assert (report.status, report.conclusion) == ("amended", "A nipple shadow.")


def test_an_abstention_may_be_called_by_label(db, reader):
    report = make_report(make_study(), ())
    sign(report, reader, "disagree", findings={"covid-19": "positive"})
    assert (report.status, standing_calls(report)) == ("final", {"covid-19": "positive"})


def test_a_person_reports_without_ai_and_later_words_amend_it(db, reader, second):
    study = make_study()
    report = report_without_ai(study=study, reviewer=reader, conclusion=" No pneumothorax. ")
    assert (report.job, report.status, report.signed_by) == (None, "final", reader)
    assert report.conclusion == "No pneumothorax."
    with pytest.raises(Conflict):
        report_without_ai(study=study, reviewer=second, conclusion="Another.")
    sign(report, second, "disagree", comment="A small one at the left apex.")
    assert (report.status, report.conclusion) == ("amended", "A small one at the left apex.")
    assert [one.comment for one in report.reviews.order_by("created_at")] == [
        "No pneumothorax.",
        "A small one at the left apex.",
    ]


def test_agreeing_with_a_persons_report_leaves_its_words(db, reader, second):
    report = report_without_ai(study=make_study(), reviewer=reader, conclusion="No pneumothorax.")
    sign(report, second, comment="Seen together.")
    assert (report.status, report.conclusion) == ("final", "No pneumothorax.")


@pytest.mark.parametrize(
    "more", [{"conclusion": "  "}, {"conclusion": "x", "findings": {"a": "b"}}]
)
def test_an_own_report_without_words_or_with_labels_is_refused(db, reader, more):
    with pytest.raises(InvalidInput):
        report_without_ai(study=make_study(), reviewer=reader, **more)


def test_a_withdrawn_study_is_not_reported_on(db, reader):
    study = make_study(status="entered-in-error")
    with pytest.raises(Conflict):
        report_without_ai(study=study, reviewer=reader, conclusion="Seen.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_is_first_and_both_are_on_record(transactional_db):
    if connection.vendor == "sqlite":
        pytest.skip("threads share SQLite's test database in memory, which has one writer anyway")
    call_command("sync_roles", verbosity=0)
    readers = [make_user("radiologist") for _ in range(4)]
    report = make_report(make_study())
    start, problems = threading.Barrier(len(readers)), []

    def act(reader):
        try:
            start.wait()
            mine = DiagnosticReport.objects.get(pk=report.pk)
            review_report(
                report=mine, reviewer=reader, decision="disagree", findings={"covid-19": "negative"}
            )
        except DomainError as error:
            problems.append(error.problems[0].code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[reader]) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.refresh_from_db()
    assert (report.status, report.version, report.reviews.count()) == ("final", 2, 1)
    assert problems == ["nothing_changed"] * 3
