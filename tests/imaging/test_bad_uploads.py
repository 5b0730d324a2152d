"""What a hostile or broken sender delivers over HTTP: a 4xx with its code, and nothing stored."""

import gzip
import io
import threading
import time

import pytest
from rest_framework.test import APIClient

from imaging import limits, receiving
from imaging.receiving import uploads
from tests.bad_inputs import pictures
from tests.bad_inputs.pictures import good_jpeg, good_png
from tests.factories import make_patient, make_site
from tests.imaging.uploading import code_of, nothing_stored, picture, studies_of, upload

pytestmark = pytest.mark.django_db
BOUNDARY = "----a-boundary"
PLAIN = {"content_type": f"multipart/form-data; boundary={BOUNDARY}"}


@pytest.fixture
def nurse_api(api, ward):
    api.force_authenticate(ward.nurse)
    return api


def part(name, content=b"", *, file_name=None, more=b"") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if file_name is not None:
        head += f'; filename="{file_name}"\r\nContent-Type: image/png'
    return head.encode() + b"\r\n" + more + b"\r\n" + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
FIELDS = part("modality", b"DX") + part("body_part", b"CHEST")
WHOLE = part("files", good_png(), file_name="film.png") + FIELDS + END


def post_raw(api, patient, body, **options):
    # A plain stream: the test client's own complains when it is read to its end.
    stream = {"wsgi.input": io.BytesIO(body)}
    return api.generic("POST", studies_of(patient), body, **PLAIN | stream | options)


@pytest.mark.parametrize(
    ("content", "name", "content_type", "status", "code"),
    [
        pytest.param(b"", "a.png", "image/png", 422, "empty_file", id="R01"),
        pytest.param(b"\x89", "a.png", "image/png", 415, "unsupported_type", id="R02"),
        pytest.param(b"hello" * 100, "a.png", "image/png", 415, "unsupported_type", id="R03"),
        pytest.param(
            b"<html><script>x</script>", "a.png", "image/png", 415, "unsupported_type", id="R04"
        ),
        pytest.param(good_png(), "a.jpg", "image/jpeg", 422, "type_mismatch", id="R07"),
        pytest.param(good_png(), "a.png", "text/html", 415, "content_type_mismatch", id="R08"),
        pytest.param(good_png()[:33], "a.png", "image/png", 422, "truncated", id="R09"),
        pytest.param(good_png()[:-60], "a.png", "image/png", 422, "truncated", id="R10"),
        pytest.param(
            pictures.one_bit_giant(), "a.png", "image/png", 422, "image_too_large", id="giant"
        ),
        pytest.param(
            good_jpeg()[:700], "a.jpg", "image/jpeg", 422, "truncated", id="R24"
        ),
        pytest.param(
            pictures.two_page_tiff(), "a.tif", "image/tiff", 422, "multiple_frames", id="pages"
        ),
        pytest.param(
            pictures.other_formats()["DICOM"], "a.dcm", "application/dicom",
            415, "unsupported_type", id="dicom",
        ),
        pytest.param(
            pictures.other_formats()["zip"], "a.zip", "application/zip",
            415, "unsupported_type", id="zip",
        ),
    ],
)  # fmt: skip
def test_a_bad_picture_is_refused(nurse_api, ward, content, name, content_type, status, code):
    with nothing_stored():
        response = upload(nurse_api, ward.patient, picture(content, name, content_type))
    error = response.json()["errors"][0]
    assert (response.status_code, error["code"], error["attr"]) == (status, code, "files.0")


def test_a_file_over_the_limit_is_refused_while_it_streams(nurse_api, ward, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 100_000)
    with nothing_stored():
        response = upload(nurse_api, ward.patient, picture(good_png() + bytes(100_000)))
    assert (response.status_code, code_of(response)) == (413, "payload_too_large")
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(good_png()))
    assert upload(nurse_api, ward.patient).status_code == 201


def test_a_request_over_the_limit_is_refused_before_it_is_read(nurse_api, ward, monkeypatch):
    read = []
    monkeypatch.setattr(receiving.WatchedBody, "read", lambda *args: read.append(args) or b"")
    monkeypatch.setattr(limits, "MAX_REQUEST_BYTES", len(WHOLE) - 1)
    with nothing_stored():
        response = post_raw(nurse_api, ward.patient, WHOLE)
    assert (response.status_code, code_of(response)) == (413, "payload_too_large")
    assert read == []


def test_more_files_than_allowed_are_refused(nurse_api, ward):
    files = [picture(good_png(seed)) for seed in range(21)]
    with nothing_stored():
        response = upload(nurse_api, ward.patient, *files)
    assert (response.status_code, code_of(response)) == (413, "too_many_files")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(WHOLE[:-30], "bad_multipart", id="R39-cut-before-the-end"),
        pytest.param(WHOLE[: len(WHOLE) // 2], "bad_multipart", id="R39-cut-in-the-file"),
        pytest.param(b"", "files_required", id="no-body"),
        pytest.param(b"\0" * 500, "bad_multipart", id="no-parts"),
        pytest.param(part("x") * 10_000 + END, "bad_multipart", id="R41-many-fields"),
        pytest.param(
            part("files", b"x", file_name="a.png") * 10_000 + END, "too_many_files",
            id="R41-many-files",
        ),
        pytest.param(
            part("files", b" " * 300_000 + b"!", file_name="a.png",
                 more=b"Content-Transfer-Encoding: base64\r\n") + FIELDS + END,
            "bad_multipart", id="R41-base64",
        ),
        pytest.param(
            b"--" + BOUNDARY.encode() + b"\r\n\r\nnameless\r\n" + FIELDS + END, "files_required",
            id="R41-without-a-name",
        ),
        pytest.param(
            part("files", b"--inner\r\n", file_name="",
                 more=b"Content-Type: multipart/mixed; boundary=inner\r\n") + FIELDS + END,
            "files_required", id="R41-nested",
        ),
        pytest.param(part("files", good_png()) + FIELDS + END, "invalid", id="R42-file-as-text"),
    ],
)  # fmt: skip
def test_a_malformed_body_is_refused(nurse_api, ward, body, code):
    started = time.process_time()
    with nothing_stored():
        response = post_raw(nurse_api, ward.patient, body)
    assert response.status_code in {400, 413, 422}
    assert code_of(response) in {code, "required", "invalid"}
    # The bound is there to catch quadratic parsing, which takes minutes.
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        pytest.param(
            {"content_type": "multipart/form-data"}, 400, "bad_multipart", id="R41-no-boundary"
        ),
        pytest.param(
            {"content_type": "application/json"}, 415, "unsupported_media_type", id="json"
        ),
        pytest.param({"content_type": "image/png"}, 415, "unsupported_media_type", id="bare-file"),
        pytest.param(
            {"HTTP_TRANSFER_ENCODING": "chunked"}, 411, "length_required", id="R39-chunked"
        ),
        pytest.param(
            {"content_type": "multipart/form-data; boundary=" + "x" * 400},
            415, "unsupported_media_type", id="long-boundary",
        ),
        pytest.param({"CONTENT_LENGTH": len(WHOLE) + 99}, 400, "bad_multipart", id="R39-larger"),
        pytest.param({"CONTENT_LENGTH": len(WHOLE) - 99}, 400, "bad_multipart", id="R39-smaller"),
        pytest.param({"CONTENT_LENGTH": 4 * 2**30}, 413, "payload_too_large", id="R39-4-GiB"),
        pytest.param({"CONTENT_LENGTH": -5}, 400, "bad_multipart", id="R39-negative"),
    ],
)  # fmt: skip
def test_headers_that_lie_are_refused(nurse_api, ward, options, status, code):
    with nothing_stored():
        response = post_raw(nurse_api, ward.patient, WHOLE, **options)
    assert (response.status_code, code_of(response)) == (status, code)


def test_a_compressed_body_is_refused_unread(nurse_api, ward):
    bomb = gzip.compress(bytes(50 * 2**20))
    with nothing_stored():
        response = post_raw(nurse_api, ward.patient, bomb, headers={"Content-Encoding": "gzip"})
    assert (response.status_code, code_of(response)) == (415, "content_encoding_not_supported")


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x.png", "a\0b.png", "x" * 300 + ".png"])
def test_a_file_name_never_leads_out_of_the_store(nurse_api, ward, name):
    body = part("files", good_png(), file_name=name) + FIELDS + END
    response = post_raw(nurse_api, ward.patient, body)
    assert response.status_code == 201
    (series,) = response.json()["series"]
    kept = series["instances"][0]["file_name"]
    assert not set("/\\\0") & set(kept)
    assert len(kept) <= 200


def test_a_whole_body_written_by_hand_is_taken(nurse_api, ward):
    assert post_raw(nurse_api, ward.patient, WHOLE).status_code == 201


def test_a_foreign_patient_is_not_found(nurse_api):
    with nothing_stored():
        assert upload(nurse_api, make_patient(make_site())).status_code == 404


def test_a_browser_session_meets_the_same_limits(ward, monkeypatch):
    """Django reads the form to check its token: the limits must stand before that."""
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(ward.nurse)
    browser.cookies["aicare-csrf"] = "a" * 32
    with monkeypatch.context() as lowered, nothing_stored():
        lowered.setattr(limits, "MAX_FILE_BYTES", 100)
        response = upload(browser, ward.patient)
    assert (response.status_code, code_of(response)) == (413, "payload_too_large")
    with nothing_stored():
        response = post_raw(browser, ward.patient, WHOLE[:-30])
    assert (response.status_code, code_of(response)) == (400, "bad_multipart")


def test_a_fourth_upload_at_once_has_to_wait(nurse_api, ward, monkeypatch):
    monkeypatch.setattr(receiving, "WAIT_FOR_A_PLACE_SECONDS", 0.01)
    places = [uploads.one_for(ward.nurse) for _ in range(3)]
    for place in places:
        place.__enter__()
    with nothing_stored():
        response = upload(nurse_api, ward.patient)
    assert (response.status_code, code_of(response)) == (429, "too_many_uploads")
    assert response.headers["Retry-After"] == "2"
    nurse_api.force_authenticate(ward.clinician)
    assert upload(nurse_api, ward.patient).status_code == 201
    for place in places:
        place.__exit__(None, None, None)
    nurse_api.force_authenticate(ward.nurse)
    assert upload(nurse_api, ward.patient, picture(good_png(2))).status_code == 201
    assert not uploads.taken


def test_a_short_queue_of_uploads_is_let_through(ward):
    inside, most = [], []

    def send():
        with uploads.one_for(ward.nurse):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 12
    assert max(most) <= receiving.UPLOADS_AT_ONCE
