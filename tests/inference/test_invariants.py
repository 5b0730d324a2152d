"""Each thing that cannot be is found when it is there all the same."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inference.invariants import broken
from inference.models import DiagnosticReport, Finding, InferenceJob, ModelVersion, Review
from inference.reviews import review_report
from tests.factories import make_user
from tests.inference.scenes import make_job, make_report, make_study, make_version

LONG_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture
def sound(db):
    """A record in which all states occur and everything holds."""
    version = make_version()
    make_report(make_study(), version=version)
    make_report(make_study(), (), version=version)
    signed = make_report(make_study(), (0.02, 0.3), version=version)
    review_report(report=signed, reviewer=make_user("radiologist"), decision="agree")
    make_job(make_study(), version, status="failed", failure_code="poison_input")
    make_job(make_study(), version)
    InferenceJob.objects.claim(by="host boot 1 1")
    make_job(make_study(), version)
    assert broken() == []
    return version


def unsigned():
    return DiagnosticReport.objects.unsigned().filter(abstained_because="").get()


def without_report():
    DiagnosticReport.objects.filter(pk=unsigned().pk).update(job=None)


def not_succeeded():
    InferenceJob.objects.filter(report=unsigned()).update(status="cancelled")


def about_another_study():
    DiagnosticReport.objects.filter(pk=unsigned().pk).update(study=make_study())


def forgotten_claim():
    InferenceJob.objects.running().update(lease_expires_at=LONG_AGO)


def waits_for_withdrawn_study():
    job = InferenceJob.objects.waiting().get()
    InferenceJob.objects.filter(pk=job.pk).update(created_at=LONG_AGO, available_at=LONG_AGO)
    type(job.study).objects.filter(pk=job.study_id).update(status="cancelled")


def waits_for_retired_version():
    InferenceJob.objects.waiting().update(created_at=LONG_AGO, available_at=LONG_AGO)
    ModelVersion.objects.update(state="retired")


def signed_by_nobody():
    Review.objects.all().delete()


def signed_but_reads_unsigned():
    DiagnosticReport.objects.filter(status="final").update(status="preliminary")


def stands_without_its_study():
    study = unsigned().study
    type(study).objects.filter(pk=study.pk).update(status="entered-in-error")


def abstains_with_findings():
    DiagnosticReport.objects.filter(pk=unsigned().pk).update(abstained_because="blank_image")


def lacks_a_label():
    Finding.objects.filter(report=unsigned(), label="normal").delete()


def called_against_its_threshold():
    Finding.objects.filter(report=unsigned(), label="covid-19").update(probability=0.3)


def points_elsewhere():
    other = make_study()
    finding = unsigned().findings.first()
    finding.key_instance = other.series.get().instances.get()
    finding.save()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (without_report, "succeeded without a report"),
        (not_succeeded, "a job that did not succeed"),
        (about_another_study, "about another study"),
        (forgotten_claim, "a lease that ended long ago"),
        (waits_for_withdrawn_study, "its study was withdrawn"),
        (waits_for_retired_version, "a model version that is not in use"),
        (signed_by_nobody, "signed by no review"),
        (signed_but_reads_unsigned, "reads as unsigned"),
        (stands_without_its_study, "its study was withdrawn"),
        (abstains_with_findings, "abstains with findings"),
        (lacks_a_label, "not exactly the labels"),
        (called_against_its_threshold, "not called as its thresholds say"),
        (points_elsewhere, "a picture of another study"),
    ],
)
def test_what_cannot_be_is_told(sound, damage, words):
    damage()
    assert [sentence for sentence in broken() if words in sentence]


def test_the_command_ends_with_one_line_each(sound, capsys):
    signed_by_nobody()
    with pytest.raises(CommandError) as ended:
        call_command("check_invariants", verbosity=0)
    assert ended.value.returncode == 1
    assert capsys.readouterr().err.count("inference: ") == 1
