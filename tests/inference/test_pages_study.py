"""The page of one study: what it says, to whom, and what it never says."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from imaging.models import ImagingStudy, Instance
from inference.models import DiagnosticReport, InferenceJob, Review
from patients.services import record_vital_signs
from tests.factories import make_encounter, make_patient, make_user
from tests.inference.scenes import make_card, make_job, make_report, make_study, make_version

VERY_ILL = {
    "respiratory_rate_per_min": 28, "oxygen_saturation_percent": 89,
    "on_supplemental_oxygen": True, "systolic_mmhg": 88, "heart_rate_per_min": 132,
    "consciousness": "alert", "temperature_celsius": "38.4",
}  # fmt: skip


def page_of(client, user, study, query=""):
    client.force_login(user)
    return client.get(reverse("inference:study", args=[study.pk]) + query)


def text_of(answer) -> str:
    """The page without its tags, as a reader sees it."""
    body = re.sub(r"<(script|style|title|svg).*?</\1>", "", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def study(ward):
    return make_study(ward.patient)


def test_an_unsigned_finding_says_that_a_machine_speaks_and_nobody_signed(client, ward, study):
    make_report(study, (0.06, 0.91))
    answer = page_of(client, ward.radiologist, study)
    said = text_of(answer)
    assert 'class="said machine"' in answer.content.decode()
    assert "unsigned, research model" in said
    assert "Viral pneumonia 0.91 over the threshold 0.50" in said
    assert "COVID-19 0.06 below 0.10, the lower threshold" in said


def test_between_the_thresholds_it_cannot_be_excluded(client, ward, study):
    make_report(study, (0.3, 0.06))
    assert "between the thresholds 0.10 and 0.50: cannot be excluded" in text_of(
        page_of(client, ward.radiologist, study)
    )


@pytest.mark.parametrize("probabilities", [(0.02, 0.03), (0.91, 0.06), (0.3, 0.3), ()])
def test_the_machine_never_says_normal(client, ward, study, probabilities):
    make_report(study, probabilities)
    assert "normal" not in text_of(page_of(client, ward.radiologist, study)).lower()


def test_nothing_found_names_what_was_looked_for_and_clears_nothing_else(client, ward, study):
    make_report(study, (0.02, 0.03))
    said = text_of(page_of(client, ward.radiologist, study))
    assert "no pattern of covid-19 or viral pneumonia" in said.lower()
    assert "other disease was not assessed" in said


def test_an_abstention_says_why(client, ward, study):
    make_report(study, ())
    said = text_of(page_of(client, ward.radiologist, study))
    assert "cannot judge" in said
    assert "The picture is unlike those that the classifier has learnt." in said


@pytest.mark.parametrize("probabilities", [(0.06, 0.91), ()])
def test_nothing_is_preselected(client, ward, study, probabilities):
    make_report(study, probabilities)
    page = page_of(client, ward.radiologist, study).content.decode()
    assert 'name="decision"' in page
    assert not re.search(r"<input[^>]* checked", page.split("<dialog")[0])


def test_evidence_is_not_shown_unasked(client, ward, study):
    report = make_report(study, (0.06, 0.91))
    finding = report.findings.get(label="viral-pneumonia")
    evidence = reverse("inference:evidence", args=[finding.pk])
    drawn = f'<image id="evidence" href="{evidence}"'
    assert drawn not in page_of(client, ward.radiologist, study).content.decode()
    asked = page_of(client, ward.radiologist, study, f"?evidence={finding.pk}").content.decode()
    assert drawn in asked
    assert "not where disease is" in asked


def test_evidence_without_script_brings_its_own_picture(client, ward):
    study = make_study(ward.patient, pictures=2)
    finding = make_report(study, (0.06, 0.91)).findings.get(label="viral-pneumonia")
    page = page_of(client, ward.radiologist, study, f"?evidence={finding.pk}").content.decode()
    preview = reverse("instance-preview", args=[finding.key_instance_id])
    assert f'<image id="pixels" href="{preview}"' in page


def test_a_reference_label_has_neither_meter_nor_evidence(client, ward, study):
    report = make_report(study, (0.06, 0.91))
    page = page_of(client, ward.radiologist, study).content.decode()
    assert str(report.findings.get(role="reference").pk) not in page
    assert page.count('class="meter"') == 2


def test_a_study_without_a_classifier_asks_for_a_person(client, ward):
    study = make_study(ward.patient, modality="US", body_part="ABDOMEN")
    said = text_of(page_of(client, ward.radiologist, study))
    assert "No classifier applies to this kind of picture. Read it yourself." in said
    assert "What you see" in said


def test_a_failure_says_why_and_offers_to_try_again(client, ward, study):
    make_job(study, status="failed", failure_code="timed_out")
    said = text_of(page_of(client, ward.nurse, study))
    assert "Not analysed The analysis took too long and was stopped." in said
    assert "Analyse again" in said


def test_shadow_results_are_not_shown(client, ward, study):
    report = make_report(study, (0.91, 0.06))
    InferenceJob.objects.update(purpose="shadow")
    page = page_of(client, ward.radiologist, study)
    assert "0.91" not in text_of(page)
    assert str(report.pk) not in page.content.decode()
    finding = report.findings.first()
    assert client.get(reverse("inference:evidence", args=[finding.pk])).status_code == 404


def test_signs_at_the_time_are_those_before_the_picture(client, ward, study):
    for minutes, pulse in ((-300, 71), (-28, 72), (5, 73)):
        ward.patient.vital_signs.create(
            measured_at=study.started_at + datetime.timedelta(minutes=minutes),
            recorded_by=ward.nurse,
            heart_rate_per_min=pulse,
            rule="NEWS2-2017",
            risk="incomplete",
            risk_min="low",
            score_min=0,
            score_max=17,
        )
    said = text_of(page_of(client, ward.radiologist, study))
    assert "28 min before the picture" in said
    assert "HR 72" in said


def test_a_signed_report_is_the_persons_word(client, ward, study):
    report = make_report(study, (0.06, 0.91))
    sign(client, ward.radiologist, report, decision="agree")
    answer = page_of(client, ward.nurse, study)
    said = text_of(answer)
    assert 'class="said person"' in answer.content.decode()
    assert f"Signed by {ward.radiologist}" in said
    assert "AI had said: COVID-19 0.06 (below the threshold), Viral pneumonia 0.91" in said
    assert "said this before a person read it" in said


def sign(client, user, report, **fields):
    client.force_login(user)
    data = {"version": report.version, "comment": ""} | fields
    return client.post(reverse("inference:review", args=[report.pk]), data)


def test_agreeing_signs_the_report(client, ward, study):
    report = make_report(study)
    answer = sign(client, ward.clinician, report, decision="agree")
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.status, report.signed_by) == ("final", ward.clinician)
    assert "Signed. Your reading is in the record." in text_of(client.get(answer["Location"]))


def test_no_decision_is_no_signature(client, ward, study):
    report = make_report(study)
    answer = sign(client, ward.clinician, report, comment="Words that are kept.")
    assert answer.status_code == 400
    assert "Words that are kept." in answer.content.decode()
    assert not Review.objects.exists()


def test_who_disagrees_calls_every_finding(client, ward, study):
    report = make_report(study)
    half = {"decision": "disagree", "call-covid-19": "negative"}
    answer = sign(client, ward.clinician, report, **half)
    assert answer.status_code == 400
    assert "Say how you call it." in text_of(answer)
    assert not Review.objects.exists()
    whole = half | {"call-viral-pneumonia": "positive"}
    assert sign(client, ward.clinician, report, **whole).status_code == 302
    assert Review.objects.get().findings == {"covid-19": "negative", "viral-pneumonia": "positive"}


def test_calls_left_from_a_change_of_mind_do_not_count(client, ward, study):
    report = make_report(study)
    sign(client, ward.clinician, report, decision="agree", **{"call-covid-19": "negative"})
    assert Review.objects.get().findings["covid-19"] == "positive"


def test_a_report_that_somebody_else_signed_meanwhile_is_shown_again(client, ward, study):
    report = make_report(study)
    sign(client, ward.radiologist, report, decision="agree")
    answer = sign(client, ward.clinician, report, decision="agree", comment="Kept.")
    assert answer.status_code == 412
    assert "Somebody signed or changed this report meanwhile" in text_of(answer)
    assert "Kept." in answer.content.decode()


def test_cannot_tell_asks_for_a_second_reader(client, ward, study):
    report = make_report(study)
    answer = sign(client, ward.clinician, report, decision="cannot-tell", comment="Rotated.")
    assert "A second reader is asked; nothing is signed." in text_of(client.get(answer["Location"]))
    said = text_of(page_of(client, ward.radiologist, study))
    assert f"{ward.clinician} could not tell" in said
    assert "Rotated." in said
    report.refresh_from_db()
    assert report.status == "preliminary"


def test_an_abstention_is_read_in_own_words(client, ward, study):
    report = make_report(study, ())
    assert sign(client, ward.radiologist, report, decision="agree").status_code == 400
    done = sign(client, ward.radiologist, report, decision="agree", comment="Clear lungs.")
    assert done.status_code == 302
    assert "Clear lungs." in text_of(page_of(client, ward.nurse, study))


def test_a_person_reports_without_the_network(client, ward):
    study = make_study(ward.patient, modality="US", body_part="ABDOMEN")
    client.force_login(ward.radiologist)
    address = reverse("inference:report", args=[study.pk])
    assert client.post(address, {"conclusion": " "}).status_code == 400
    assert client.post(address, {"conclusion": "Gallstones."}).status_code == 302
    assert DiagnosticReport.objects.get().conclusion == "Gallstones."
    said = text_of(page_of(client, ward.nurse, study))
    assert "Gallstones." in said
    assert "Read without the network." in said


def test_a_signed_report_can_be_changed_later(client, ward, study):
    report = make_report(study)
    sign(client, ward.clinician, report, decision="agree")
    report.refresh_from_db()
    calls = {"call-covid-19": "negative", "call-viral-pneumonia": "negative"}
    sign(client, ward.radiologist, report, decision="disagree", **calls)
    said = text_of(page_of(client, ward.nurse, study))
    assert "changed after the first signature" in said
    assert "All decisions (2)" in said


ACTS = [
    ("review", {"decision": "agree", "version": 1}),
    ("report", {"conclusion": "Clear."}),
    ("analyse_again", {"classifier": "x"}),
    ("withdraw", {"reason": "wrong patient"}),
    ("evidence", None),
    ("study", None),
    ("study_live", None),
]


def address_of(name, study, report) -> str:
    if name == "review":
        return reverse("inference:review", args=[report.pk])
    if name == "evidence":
        return reverse("inference:evidence", args=[report.findings.first().pk])
    return reverse(f"inference:{name}", args=[study.pk])


def call(client, address, data):
    return client.get(address) if data is None else client.post(address, data)


@pytest.mark.parametrize(("name", "data"), ACTS)
def test_a_stranger_finds_nothing(client, ward, study, name, data):
    report = make_report(study)
    client.force_login(ward.stranger)
    assert call(client, address_of(name, study, report), data).status_code == 404


@pytest.mark.parametrize(("name", "data"), ACTS[:2])
def test_a_nurse_may_not_sign(client, ward, study, name, data):
    report = make_report(study)
    page = page_of(client, ward.nurse, study).content.decode()
    assert 'name="decision"' not in page
    assert "/review/" not in page
    assert call(client, address_of(name, study, report), data).status_code == 403
    assert not Review.objects.exists()


@pytest.mark.parametrize("role", ["model manager", "administrator"])
def test_who_sees_no_clinical_data_finds_no_study(client, ward, study, role):
    assert page_of(client, make_user(role, site=ward.site), study).status_code == 404


def test_asking_again_makes_a_new_request(client, ward, study):
    version = make_version()
    make_job(study, version, status="failed", failure_code="timed_out")
    client.force_login(ward.nurse)
    address = reverse("inference:analyse_again", args=[study.pk])
    assert client.post(address, {"classifier": version.classifier}).status_code == 302
    assert InferenceJob.objects.filter(status="queued", run=2).count() == 1
    assert client.post(address, {"classifier": "another"}).status_code == 404


def test_a_study_of_the_wrong_patient_is_withdrawn_with_a_reason(client, ward, study):
    make_report(study)
    client.force_login(ward.nurse)
    address = reverse("inference:withdraw", args=[study.pk])
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "wrong patient"}).status_code == 302
    answer = page_of(client, ward.radiologist, study)
    assert "Withdrawn: do not read this under this patient." in text_of(answer)
    assert "0.91" not in text_of(answer)
    assert 'name="decision"' not in answer.content.decode()


def test_a_study_withdrawn_while_somebody_reads_it_cannot_be_signed(client, ward, study):
    report = make_report(study)
    ImagingStudy.objects.filter(pk=study.pk).update(status="entered-in-error")
    answer = sign(client, ward.clinician, report, decision="agree", comment="Kept.")
    assert answer.status_code == 409
    assert not Review.objects.exists()


def test_the_same_picture_under_another_patient_raises_an_alarm(client, ward, study):
    assert "Possible wrong patient" not in text_of(page_of(client, ward.radiologist, study))
    copy = make_study(make_patient())
    Instance.objects.filter(series__study=copy).update(
        pixel_sha256=Instance.objects.get(series__study=study).pixel_sha256
    )
    assert "Possible wrong patient" in text_of(page_of(client, ward.radiologist, study))


def test_evidence_covers_the_frame_and_is_clear_where_nothing_reacted(client, ward, study):
    finding = make_report(study).findings.first()
    client.force_login(ward.nurse)
    answer = client.get(reverse("inference:evidence", args=[finding.pk]))
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_each_reading_is_on_record_and_updates_are_covered_by_it(client, ward, study):
    make_job(study)
    page_of(client, ward.nurse, study)
    for _ in range(3):
        client.get(reverse("inference:study_live", args=[study.pk]))
    events = AuditEvent.objects.filter(action="study.read", patient_id=ward.patient.pk)
    assert events.count() == 1


def queries_for(client, study, django_assert_max_num_queries, most):
    with django_assert_max_num_queries(most) as counted:
        assert client.get(reverse("inference:study", args=[study.pk])).status_code == 200
    return len(counted)


def test_the_number_of_queries_is_fixed(client, ward, django_assert_max_num_queries):
    card = make_card()
    version = make_version(card=card)
    small, large = make_study(ward.patient), make_study(ward.patient, pictures=5)
    make_report(small, version=version)
    for _ in range(3):
        make_report(large, version=make_version(card=card))
    client.force_login(ward.radiologist)
    client.get(reverse("inference:study", args=[small.pk]))
    few = queries_for(client, small, django_assert_max_num_queries, 40)
    make_study(ward.patient)
    make_study(make_patient(ward.site))
    assert queries_for(client, large, django_assert_max_num_queries, 40) == few


def test_allergies_and_the_most_urgent_alert_stand_beside_the_picture(client, ward, study):
    ward.patient.allergies.create(display="Penicillin", reaction="rash")
    ward.site.emergency_phone = "2222"
    ward.site.save()
    make_encounter(ward.patient)
    record_vital_signs(
        patient=ward.patient,
        recorded_by=ward.nurse,
        measured_at=timezone.now(),
        measurements=VERY_ILL,
    )
    page = page_of(client, ward.radiologist, study)
    assert "Allergy: Penicillin (rash)" in text_of(page)
    assert "High risk: call the emergency team" in text_of(page)
    assert 'href="tel:2222"' in page.content.decode()


def test_what_was_not_asked_about_allergies_is_said_beside_the_picture(client, ward, study):
    page = page_of(client, ward.radiologist, study)
    assert "No allergies recorded" in text_of(page)
    assert "tel:" not in page.content.decode()


def test_the_alert_beside_the_picture_is_not_about_this_very_picture(client, ward, study):
    make_report(study, (0.06, 0.91))
    asked = "Chest X-ray: read and sign"
    assert asked not in text_of(page_of(client, ward.radiologist, study))
    assert asked in text_of(page_of(client, ward.radiologist, make_study(ward.patient)))
