"""Studies over REST: who may, what is answered, and what happens only once."""

import datetime
import io
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from aicare.models import AuditEvent
from aicare.roles import ROLES
from imaging.models import ImagingStudy, Instance
from inference.models import InferenceJob
from tests.bad_inputs.pictures import good_jpeg, good_png, photo_taken_sideways
from tests.factories import (
    make_patient,
    make_site,
    make_study,
    make_token,
    make_user,
    make_user_with,
)
from tests.imaging.uploading import (
    code_of,
    make_classifier,
    nothing_stored,
    picture,
    stored_files,
    studies_of,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse_api(api, ward):
    api.force_authenticate(ward.nurse)
    return api


def test_an_upload_answers_with_the_study_its_pictures_and_its_jobs(nurse_api, ward):
    version = make_classifier()
    response = upload(
        nurse_api, ward.patient, picture(), picture(good_jpeg(), "side.jpg", "image/jpeg"),
        description="cough", priority="stat", started_at="2026-01-31T08:15:00+01:00",
    )  # fmt: skip
    assert response.status_code == 201, response.content
    study = response.json()
    assert study["patient"] == str(ward.patient.pk)
    assert (study["modality"], study["body_part"]) == ("DX", "CHEST")
    assert (study["description"], study["priority"]) == ("cough", "stat")
    assert study["started_at"] == "2026-01-31T07:15:00Z"
    job = InferenceJob.objects.get()
    assert [(one["id"], one["status"], one["classifier"]) for one in study["jobs"]] == [
        (str(job.pk), "queued", version.classifier)
    ]
    assert (study["analysis"], study["duplicate"], study["reports"]) == ("requested", False, [])
    (series,) = study["series"]
    assert [one["media_type"] for one in series["instances"]] == ["image/png", "image/jpeg"]
    assert [one["file_name"] for one in series["instances"]] == ["film.png", "side.jpg"]
    assert ImagingStudy.objects.get().created_by == ward.nurse


def test_one_file_may_come_as_file(nurse_api, ward):
    response = upload(nurse_api, ward.patient, files=None, file=picture())
    assert response.status_code == 201
    assert len(response.json()["series"][0]["instances"]) == 1


def test_an_upload_that_no_classifier_reads_is_kept_and_says_so(nurse_api, ward):
    make_classifier("CT")
    study = upload(nurse_api, ward.patient).json()
    assert (study["jobs"], study["analysis"]) == ([], "none")
    assert study["analysis_note"].startswith("No active classifier reads such pictures.")
    assert ImagingStudy.objects.filter(pk=study["id"]).exists()


def test_a_shadow_job_shows_nowhere(nurse_api, ward):
    make_classifier(state="shadow")
    study = upload(nurse_api, ward.patient).json()
    assert InferenceJob.objects.count() == 1
    assert (study["jobs"], study["analysis"]) == ([], "none")


def test_the_same_files_again_answer_with_the_study_that_is_there(nurse_api, ward):
    make_classifier()
    first = upload(nurse_api, ward.patient, picture(good_png(1)), picture(good_png(2)))
    files = stored_files()
    again = upload(nurse_api, ward.patient, picture(good_png(2)), picture(good_png(1)))
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert again.json()["id"] == first.json()["id"]
    assert (ImagingStudy.objects.count(), InferenceJob.objects.count()) == (1, 1)
    assert stored_files() == files


def test_the_same_file_under_another_patient_is_another_study_and_says_nothing(nurse_api, ward):
    elsewhere = make_patient(make_site())
    make_study(elsewhere, good_png())
    response = upload(nurse_api, ward.patient)
    assert response.status_code == 201
    assert str(elsewhere.pk) not in response.content.decode()


def test_a_key_answers_a_repeated_upload_with_the_first_study(nurse_api, ward):
    headers = {"Idempotency-Key": "upload-1"}
    first = upload(nurse_api, ward.patient, headers=headers)
    again = upload(nurse_api, ward.patient, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert ImagingStudy.objects.count() == 1
    assert len(stored_files()) == 2


def test_a_key_with_other_pictures_is_refused(nurse_api, ward):
    headers = {"Idempotency-Key": "upload-1"}
    upload(nurse_api, ward.patient, headers=headers)
    with nothing_stored():
        other = upload(nurse_api, ward.patient, picture(good_png(2)), headers=headers)
    assert (other.status_code, code_of(other)) == (422, "idempotency_key_reused")


def test_a_key_replayed_after_a_duplicate_says_so_again(nurse_api, ward):
    upload(nurse_api, ward.patient)
    for _ in range(2):
        again = upload(nurse_api, ward.patient, headers={"Idempotency-Key": "upload-2"})
        assert (again.status_code, again.json()["duplicate"]) == (200, True)


@pytest.mark.parametrize(
    ("changed", "status", "code", "attr"),
    [
        ({"modality": None}, 400, "required", "modality"),
        ({"body_part": None}, 400, "required", "body_part"),
        ({"modality": "XX"}, 400, "invalid_choice", "modality"),
        ({"body_part": "chest"}, 400, "invalid_choice", "body_part"),
        ({"priority": "now"}, 400, "invalid_choice", "priority"),
        ({"description": "x" * 401}, 400, "max_length", "description"),
        ({"started_at": "2026-01-31T08:15:00"}, 400, "invalid_timestamp", "started_at"),
        ({"started_at": "0001-01-01T00:00:00Z"}, 400, "invalid_timestamp", "started_at"),
        ({"started_at": "1769843700"}, 400, "invalid_timestamp", "started_at"),
        ({"accession_number": "1"}, 400, "unknown_field", "accession_number"),
        ({"files": None}, 422, "files_required", "files"),
        ({"files": "a text"}, 400, "invalid", "files.0"),
    ],
)
def test_what_is_wrong_with_the_fields_is_said_and_nothing_is_stored(
    nurse_api, ward, changed, status, code, attr
):
    with nothing_stored():
        response = upload(nurse_api, ward.patient, **changed)
    error = response.json()["errors"][0]
    assert (response.status_code, error["code"], error["attr"]) == (status, code, attr)
    assert "XX" not in error["detail"]


def test_a_picture_of_the_future_is_refused(nurse_api, ward):
    later = (timezone.now() + datetime.timedelta(hours=1)).isoformat()
    with nothing_stored():
        response = upload(nurse_api, ward.patient, started_at=later)
    assert (response.status_code, code_of(response)) == (400, "invalid_timestamp")


def test_one_bad_file_among_good_ones_refuses_all(nurse_api, ward):
    with nothing_stored():
        response = upload(
            nurse_api, ward.patient, picture(), picture(good_png(2)), picture(b"hello" * 100)
        )
    error = response.json()["errors"][0]
    assert (response.status_code, error["code"]) == (415, "unsupported_type")
    assert error["attr"] == "files.2"


def test_a_merged_record_takes_no_pictures(nurse_api, ward):
    ward.patient.merged_into = make_patient(ward.site)
    ward.patient.save()
    with nothing_stored():
        response = upload(nurse_api, ward.patient)
    assert (response.status_code, code_of(response)) == (409, "patient_merged")


def addresses(study):
    instance = Instance.objects.get(series__study=study)
    return {
        "list": studies_of(study.patient),
        "study": reverse("imaging-study", args=[study.pk]),
        **{
            kind: reverse(f"instance-{kind}", args=[instance.pk])
            for kind in ("preview", "thumbnail", "file")
        },
    }


@pytest.mark.parametrize("role", [*ROLES, None])
def test_roles_that_read_records_read_studies_and_others_see_nothing(api, ward, role):
    study = make_study(ward.patient)
    api.force_authenticate(make_user(role, site=ward.site))
    expected = 200 if "imaging.view_imagingstudy" in ROLES.get(role, ()) else 404
    for address in addresses(study).values():
        assert api.get(address).status_code == expected, address


def test_seeing_a_patient_is_not_yet_seeing_pictures_or_adding_them(api, ward):
    study = make_study(ward.patient)
    api.force_authenticate(make_user_with("patients.view_patient", site=ward.site))
    for address in addresses(study).values():
        assert api.get(address).status_code == 403, address
    with nothing_stored():
        assert upload(api, ward.patient).status_code == 403


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_may_upload(api, ward, role):
    api.force_authenticate(make_user(role, site=ward.site))
    permissions = ROLES.get(role, ())
    sees = "patients.view_patient" in permissions
    expected = 404 if not sees else 201 if "imaging.add_imagingstudy" in permissions else 403
    assert upload(api, ward.patient).status_code == expected


def test_a_user_of_another_site_gets_404_for_everything(api, ward):
    study = make_study(ward.patient)
    api.force_authenticate(ward.stranger)
    for address in addresses(study).values():
        assert api.get(address).status_code == 404, address
    with nothing_stored():
        assert upload(api, ward.patient).status_code == 404


def test_without_a_log_in_there_is_nothing(api, ward):
    study = make_study(ward.patient)
    for address in addresses(study).values():
        assert api.get(address).status_code == 401, address
    assert upload(api, ward.patient).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "reads", "uploads"),
    [([], 200, 201), (["read"], 200, 403), (["studies.write"], 403, 201)],
)
def test_a_token_does_what_its_scopes_say(api, ward, scopes, reads, uploads):
    study = make_study(ward.patient)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(ward.clinician, scopes=scopes)}")
    for address in addresses(study).values():
        assert api.get(address).status_code == reads, address
    assert upload(api, ward.patient).status_code == uploads


def test_a_browser_session_uploads_with_its_token_and_not_without(ward):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(ward.nurse)
    with nothing_stored():
        assert upload(browser, ward.patient).status_code == 403
    browser.cookies["aicare-csrf"] = "a" * 32
    response = upload(browser, ward.patient, headers={"X-CSRFToken": "a" * 32})
    assert response.status_code == 201


def test_a_study_has_an_etag_and_its_list_pages_newest_first(nurse_api, ward):
    studies = [make_study(ward.patient) for _ in range(3)]
    assert nurse_api.get(addresses(studies[0])["study"]).headers["ETag"] == '"1"'
    page = nurse_api.get(studies_of(ward.patient), {"page_size": 2}).json()
    assert [one["id"] for one in page["results"]] == [str(one.pk) for one in studies[:0:-1]]
    rest = nurse_api.get(page["next"]).json()
    assert [one["id"] for one in rest["results"]] == [str(studies[0].pk)]


def test_a_list_takes_the_same_number_of_queries_however_long_it_is(
    nurse_api, ward, django_assert_max_num_queries
):
    make_classifier()
    for seed in range(5):
        assert upload(nurse_api, ward.patient, picture(good_png(seed))).status_code == 201
    with django_assert_max_num_queries(16) as few:
        nurse_api.get(studies_of(ward.patient), {"page_size": 1})
    with django_assert_max_num_queries(len(few)):
        assert len(nurse_api.get(studies_of(ward.patient)).json()["results"]) == 5


def test_reading_is_on_record(nurse_api, ward):
    study = make_study(ward.patient)
    AuditEvent.objects.all().delete()
    for address in addresses(study).values():
        nurse_api.get(address)
    events = AuditEvent.objects.order_by("id")
    assert [event.action for event in events] == [
        "studies.listed", "study.read", "picture.read", "picture.exported",
    ]  # fmt: skip
    assert {event.patient_id for event in events} == {ward.patient.pk}


def test_pictures_are_served_private_and_inert(nurse_api, ward):
    study = make_study(ward.patient, photo_taken_sideways())
    at = addresses(study)
    for kind in ("preview", "thumbnail", "file"):
        response = nurse_api.get(at[kind], headers={"Accept": "image/avif,image/*"})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    preview = nurse_api.get(at["preview"]).content
    with Image.open(io.BytesIO(preview)) as image:
        assert image.size == (48, 64)
        assert not image.getexif()
    assert b"ZZCANARY" not in preview
    original = b"".join(nurse_api.get(at["file"]).streaming_content)
    assert original == photo_taken_sideways()


def test_a_thumbnail_is_small(nurse_api, ward):
    at = addresses(make_study(ward.patient, good_png(rows=900, columns=1200)))
    with Image.open(io.BytesIO(nurse_api.get(at["thumbnail"]).content)) as image:
        assert image.size == (176, 132)


@pytest.mark.parametrize("kind", ["preview", "thumbnail", "file"])
def test_a_picture_that_the_browser_has_is_not_sent_again(nurse_api, ward, kind):
    address = addresses(make_study(ward.patient))[kind]
    etag = nurse_api.get(address).headers["ETag"]
    response = nurse_api.get(address, headers={"If-None-Match": f'"other", {etag}'})
    assert (response.status_code, response.content) == (304, b"")
    nurse_api.force_authenticate(ward.stranger)
    assert nurse_api.get(address, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize(
    "name", ['fi"lm.png', "añil 肺.png", "a;b.png", "x\u202egnp.png", "a%0d.png"]
)
def test_a_download_has_a_name_that_no_header_breaks_at(nurse_api, ward, name):
    study_id = upload(nurse_api, ward.patient, picture(name=name)).json()["id"]
    kept = Instance.objects.get(series__study=study_id).file_name
    at = addresses(ImagingStudy.objects.get(pk=study_id))
    disposition = nurse_api.get(at["file"]).headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "\u202e" not in kept
    assert quote(kept) in disposition or kept.replace('"', '\\"') in disposition


@pytest.mark.parametrize(
    ("kind", "field"), [("preview", "preview"), ("thumbnail", "preview"), ("file", "file")]
)
def test_an_altered_picture_is_an_error_and_is_never_shown(nurse_api, ward, kind, field):
    nurse_api.raise_request_exception = False
    study = make_study(ward.patient)
    stored = getattr(Instance.objects.get(series__study=study), field)
    Path(default_storage.path(stored.name)).write_bytes(good_jpeg(seed=9))
    response = nurse_api.get(addresses(study)[kind])
    assert (response.status_code, code_of(response)) == (500, "integrity_error")
    Path(default_storage.path(stored.name)).unlink()
    response = nurse_api.get(addresses(study)[kind])
    assert (response.status_code, code_of(response)) == (500, "integrity_error")
