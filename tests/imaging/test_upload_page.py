"""The upload page: nothing preselected, says who will look, keeps one study per press."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from aicare.models import AuditEvent
from aicare.roles import ROLES
from imaging import limits
from imaging.models import ImagingStudy
from inference.models import InferenceJob
from tests.bad_inputs.pictures import good_jpeg, good_png
from tests.factories import make_patient, make_user, make_user_with
from tests.imaging.uploading import make_classifier, nothing_stored, picture, stored_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, ward):
    client.force_login(ward.nurse)
    return client


def page_of(patient):
    return reverse("imaging:new_study", args=[patient.pk])


def send(browser, patient, *files, **fields):
    sent = {"kind": "chest-x-ray", "priority": "routine", "files": list(files) or [picture()]}
    return browser.post(page_of(patient), sent | fields)


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_nothing_is_chosen_beforehand(browser, ward):
    response = browser.get(page_of(ward.patient))
    assert response.status_code == 200
    assert b" checked" not in response.content
    assert b" selected" not in response.content.replace(b'value="" selected', b"")
    assert AuditEvent.objects.filter(action="patient.read", patient_id=ward.patient.pk).exists()


def test_the_page_says_before_the_upload_who_will_look(browser, ward):
    make_classifier()
    make_classifier("CT", scope={"maximum_age_years": 15})
    said = text_of(browser.get(page_of(ward.patient)))
    assert "Chest X-ray AI looks at these first: An invented classifier. A person signs." in said
    assert "Chest CT An invented classifier: not made for this patient's age" in said.replace(
        "&#x27;", "'"
    )
    assert "Brain MRI No AI looks at these. A person reads them." in said


def test_a_classifier_that_is_out_of_order_is_not_promised(browser, ward):
    make_classifier(broken_because="canary")
    assert "out of order" in text_of(browser.get(page_of(ward.patient)))


def test_an_upload_opens_the_study(browser, ward):
    make_classifier()
    response = send(browser, ward.patient, picture(), picture(good_jpeg(), "b.jpg", "image/jpeg"))
    study = ImagingStudy.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("inference:study", args=[study.pk])
    assert (study.modality, study.body_part, study.priority) == ("DX", "CHEST", "routine")
    assert study.series.get().instances.count() == 2
    assert InferenceJob.objects.filter(study=study).count() == 1


def test_another_kind_is_named_by_technique_and_part(browser, ward):
    response = send(browser, ward.patient, kind="other", modality="US", body_part="ABDOMEN")
    assert response.status_code == 302
    study = ImagingStudy.objects.get()
    assert (study.modality, study.body_part) == ("US", "ABDOMEN")


def test_a_kind_decides_whatever_the_hidden_choices_say(browser, ward):
    send(browser, ward.patient, kind="brain-mri", modality="US", body_part="ABDOMEN")
    study = ImagingStudy.objects.get()
    assert (study.modality, study.body_part) == ("MR", "BRAIN")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": ""}, "kind"),
        ({"priority": ""}, "priority"),
        ({"files": []}, "files"),
        ({"kind": "other"}, "modality"),
        ({"kind": "other", "modality": "CT"}, "body_part"),
        ({"description": "x" * 401}, "description"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2999-01-01T00:00"}, "started_at"),
    ],
)
def test_what_is_missing_or_wrong_is_marked(browser, ward, fields, wrong):
    with nothing_stored():
        response = send(browser, ward.patient, **fields)
    assert response.status_code == 400
    assert wrong in response.context["form"].errors
    assert "Nothing was saved." in text_of(response)


def test_a_bad_file_is_named_at_the_pictures(browser, ward):
    with nothing_stored():
        response = send(browser, ward.patient, picture(), picture(b"x" * 99, "<b>notes</b>.png"))
    assert response.status_code == 415
    (error,) = response.context["form"].errors["files"]
    assert error.endswith(".png: The file is not a picture of type PNG, JPEG or TIFF.")
    assert b"<b>notes" not in response.content


def test_a_file_that_is_too_large_shows_the_page_again(browser, ward, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 100)
    with nothing_stored():
        response = send(browser, ward.patient)
    assert response.status_code == 413
    assert "Nothing was saved. A picture may have at most" in text_of(response)


def test_a_double_press_makes_one_study(browser, ward):
    once = browser.get(page_of(ward.patient)).context["form"]["once"].value()
    first = send(browser, ward.patient, once=once)
    again = send(browser, ward.patient, once=once)
    assert first.url == again.url
    assert ImagingStudy.objects.count() == 1
    assert len(stored_files()) == 2


def test_another_picture_on_a_page_that_was_sent_is_not_dropped_silently(browser, ward):
    once = browser.get(page_of(ward.patient)).context["form"]["once"].value()
    send(browser, ward.patient, once=once)
    with nothing_stored():
        response = send(browser, ward.patient, picture(good_png(5)), once=once)
    assert response.status_code == 409
    assert "not saved yet" in text_of(response)


def test_the_same_pictures_again_open_the_study_that_is_there(browser, ward):
    first = send(browser, ward.patient)
    again = browser.post(
        page_of(ward.patient),
        {"kind": "chest-x-ray", "priority": "stat", "files": [picture()]},
        follow=False,
    )
    assert again.url == first.url
    assert ImagingStudy.objects.count() == 1


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_may_open_and_send_the_page(client, ward, role):
    client.force_login(make_user(role, site=ward.site))
    permissions = ROLES.get(role, ())
    sees = "patients.view_patient" in permissions
    may = "imaging.add_imagingstudy" in permissions
    assert client.get(page_of(ward.patient)).status_code == (
        404 if not sees else 200 if may else 403
    )
    assert send(client, ward.patient).status_code == (404 if not sees else 302 if may else 403)


def test_seeing_a_patient_is_not_yet_uploading(client, ward):
    client.force_login(make_user_with("patients.view_patient", site=ward.site))
    assert client.get(page_of(ward.patient)).status_code == 403
    with nothing_stored():
        assert send(client, ward.patient).status_code == 403


def test_a_user_of_another_site_finds_nothing(client, ward):
    client.force_login(ward.stranger)
    assert client.get(page_of(ward.patient)).status_code == 404
    with nothing_stored():
        assert send(client, ward.patient).status_code == 404


def test_without_a_log_in_one_is_asked_to_log_in(client, ward):
    response = client.get(page_of(ward.patient))
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


def test_a_foreign_page_cannot_send_the_form(ward):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ward.nurse)
    with nothing_stored():
        assert send(browser, ward.patient).status_code == 403
    page = browser.get(page_of(ward.patient))
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.content.decode())[1]
    assert send(browser, ward.patient, csrfmiddlewaretoken=token).status_code == 302


def test_a_merged_record_takes_no_pictures(browser, ward):
    ward.patient.merged_into = make_patient(ward.site)
    ward.patient.save()
    opened = browser.get(page_of(ward.patient))
    assert (opened.status_code, opened.url) == (302, page_of(ward.patient.merged_into))
    with nothing_stored():
        refused = send(browser, ward.patient)
    assert refused.status_code == 409
    assert f'href="/patients/{ward.patient.merged_into_id}/"' in refused.content.decode()


def test_an_hour_that_came_twice_is_asked(browser, ward):
    when = "2025-10-26T02:30"
    asked = send(browser, ward.patient, started_at=when)
    assert asked.status_code == 400
    assert b'name="started_at_which"' in asked.content
    assert send(browser, ward.patient, started_at=when, started_at_which="1").status_code == 302
    assert f"{ImagingStudy.objects.get().started_at:%H:%M}" == "01:30"
