"""The reading list: what waits for a person, and what does not."""

import datetime

import pytest
from django.utils import timezone

from imaging.models import ImagingStudy
from tests.factories import make_patient, make_user
from tests.inference.scenes import make_job, make_report, make_study, make_version


@pytest.fixture
def listed(client, ward):
    """Return the studies that the list shows to the radiologist, in its order."""

    def look():
        client.force_login(ward.radiologist)
        return [line.study for line, _ in client.get("/worklist/").context["lines"]]

    return look


def unsigned(ward):
    study = make_study(ward.patient)
    make_report(study)
    return study


def abstained(ward):
    study = make_study(ward.patient)
    make_report(study, ())
    return study


def failed(ward):
    study = make_study(ward.patient)
    make_job(study, status="failed", failure_code="timed_out")
    return study


def never_asked(ward):
    return make_study(ward.patient, modality="US", body_part="ABDOMEN")


def undecided(ward):
    study = make_study(ward.patient)
    make_report(study, needs_second_reader=True)
    return study


def pending(ward):
    study = make_study(ward.patient)
    make_job(study)
    return study


def signed(ward):
    study = make_study(ward.patient)
    make_report(study, status="final", signed_at=timezone.now(), signed_by=ward.radiologist)
    return study


def withdrawn(ward):
    study = unsigned(ward)
    ImagingStudy.objects.filter(pk=study.pk).update(status="entered-in-error")
    return study


def elsewhere(ward):
    study = make_study(make_patient())
    make_report(study)
    return study


def only_in_the_shadow(ward):
    """A shadow result is nobody's reading: the study waits as if no network had looked."""
    study = make_study(ward.patient)
    report = make_report(study)
    type(report.job).objects.filter(pk=report.job_id).update(purpose="shadow")
    return study


def signed_beside_a_shadow(ward):
    study = only_in_the_shadow(ward)
    make_report(study, status="final", signed_at=timezone.now(), signed_by=ward.radiologist)
    return study


@pytest.mark.parametrize(
    "make", [unsigned, abstained, failed, never_asked, undecided, only_in_the_shadow]
)
def test_what_nobody_has_read_waits(ward, listed, make):
    study = make(ward)
    assert listed() == [study]


@pytest.mark.parametrize("make", [pending, signed, signed_beside_a_shadow, withdrawn, elsewhere])
def test_what_is_pending_signed_withdrawn_or_elsewhere_does_not_wait(ward, listed, make):
    make(ward)
    assert listed() == []


def test_the_most_urgent_comes_first_then_who_waits_longest(ward, listed):
    routine, stat, urgent, older = (unsigned(ward) for _ in range(4))
    for study, priority in ((stat, "stat"), (urgent, "urgent")):
        ImagingStudy.objects.filter(pk=study.pk).update(priority=priority)
    long_ago = timezone.now() - datetime.timedelta(hours=2)
    ImagingStudy.objects.filter(pk=older.pk).update(created_at=long_ago)
    assert listed() == [stat, urgent, older, routine]


def test_the_machine_speaks_in_its_own_voice_and_never_of_the_reference(client, ward):
    unsigned(ward)
    abstained(ward)
    make_report(make_study(ward.patient), (0.02, 0.03))
    client.force_login(ward.radiologist)
    page = client.get("/worklist/").content.decode()
    assert '<span class="said machine">COVID-19 0.91 <span class="weak">unsigned</span>' in page
    assert '<span class="said abstain">cannot judge this picture</span>' in page
    assert "other disease was not assessed" in page
    assert "Normal" not in page


def test_a_shadow_result_is_not_quoted(client, ward):
    only_in_the_shadow(ward)
    client.force_login(ward.radiologist)
    assert "0.91" not in client.get("/worklist/").content.decode()


def test_an_empty_list_says_so(client, ward):
    client.force_login(ward.radiologist)
    assert "Nothing waits to be read." in client.get("/worklist/").content.decode()


def test_who_may_not_sign_opens_and_does_not_sign(client, ward):
    unsigned(ward)
    client.force_login(ward.nurse)
    assert "Read and sign" not in client.get("/worklist/").content.decode()


@pytest.mark.parametrize("role", ["model manager", "administrator"])
def test_who_reads_no_reports_is_refused(client, ward, role):
    client.force_login(make_user(role, site=ward.site))
    assert client.get("/worklist/").status_code == 403


def test_the_list_updates_itself_by_its_own_part(client, ward):
    unsigned(ward)
    client.force_login(ward.radiologist)
    part = client.get("/worklist/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section class="section" id="worklist"')


def test_the_number_of_queries_is_fixed(client, ward, django_assert_max_num_queries):
    version = make_version()
    make_report(make_study(ward.patient), version=version)
    client.force_login(ward.radiologist)
    client.get("/worklist/")
    with django_assert_max_num_queries(30) as few:
        client.get("/worklist/")
    for _ in range(4):
        make_report(make_study(make_patient(ward.site), pictures=2), version=version)
        failed(ward)
    with django_assert_max_num_queries(30) as many:
        client.get("/worklist/")
    assert len(many) == len(few)


def test_after_signing_the_next_in_the_list_is_one_press_away(client, ward):
    first, second = unsigned(ward), unsigned(ward)
    report = first.reports.get()
    client.force_login(ward.radiologist)
    address = f"/reports/{report.pk}/review/"
    answer = client.post(address, {"decision": "agree", "version": 1}, follow=True)
    page = answer.content.decode()
    assert "Next in the reading list" in page
    assert f'href="/studies/{second.pk}/"' in page
