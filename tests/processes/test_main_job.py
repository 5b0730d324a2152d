"""The main job over HTTP alone: signs, film, the machine's finding, a person's word, summary."""

import datetime
import io
import os
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from aicare.demo import ward
from tests.complete_sets import ILL

pytestmark = pytest.mark.processes

FILM = Path(ward.__file__).parent / "pictures" / "chest-2.png"


class Caller:
    """One program with its token."""

    def __init__(self, stack, username):
        self.base = f"{stack.base_url}/api/v1"
        self.headers = {"Authorization": f"Bearer {stack.token(username)}"}

    def get(self, path):
        return requests.get(self.base + path, headers=self.headers, timeout=60)

    def post(self, path, **body):
        return requests.post(self.base + path, headers=self.headers, timeout=60, **body)

    def upload(self, patient_id, content, name="film.png"):
        return self.post(
            f"/patients/{patient_id}/imaging-studies/",
            files={"files": (name, content)},
            data={"modality": "DX", "body_part": "CHEST"},
        )


@pytest.fixture(scope="module")
def nurse(running_stack):
    return Caller(running_stack, "demo-nurse")


@pytest.fixture(scope="module")
def radiologist(running_stack):
    return Caller(running_stack, "demo-radiologist")


@pytest.fixture
def patient_id(nurse):
    answer = nurse.post(
        "/patients/",
        json={
            "medical_record_number": f"J{os.urandom(5).hex()}",
            "family_name": "Invented",
            "given_names": "Journey",
            "birth_date": "1960-01-31",
            "sex": "female",
        },
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def film() -> bytes:
    """Return a film that no other test has sent."""
    with Image.open(FILM) as opened:
        pixels = np.asarray(opened.convert("L")).copy()
    pixels[0, :8] = np.frombuffer(os.urandom(8), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def ago(minutes: int) -> str:
    moment = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes)  # noqa: TID251
    return moment.isoformat()


def analysed(caller, study) -> dict:
    (job,) = study["jobs"]
    found = caller.get(f"/inference-jobs/{job['id']}/?wait=30").json()
    assert found["status"] == "succeeded", found
    return found


def test_signs_and_film_meet_on_the_summary(nurse, radiologist, patient_id):
    sets = f"/patients/{patient_id}/vital-signs/"
    first = nurse.post(sets, json={"measured_at": ago(5), **ILL})
    assert (first.status_code, first.json()["score"]) == (201, 10)
    partial = nurse.post(sets, json={"measured_at": ago(0), "heart_rate_per_min": 88})
    assert (partial.status_code, partial.json()["score"]) == (201, None)

    uploaded = nurse.upload(patient_id, film())
    assert uploaded.status_code == 201, uploaded.text
    report_id = analysed(nurse, uploaded.json())["report"]

    summary = nurse.get(f"/patients/{patient_id}/summary/").json()
    assert summary["early_warning"]["score"] == 10
    assert summary["early_warning"]["risk"] == "high"
    (report,) = summary["imaging"][0]["reports"]
    assert report["status"] == "preliminary"
    assert not any(statement["signed"] for statement in report["statements"])

    sign = f"/diagnostic-reports/{report_id}/review/"
    assert nurse.post(sign, json={"decision": "agree"}).status_code == 403
    assert radiologist.post(sign, json={"decision": "agree"}).status_code == 201
    summary = nurse.get(f"/patients/{patient_id}/summary/").json()
    assert summary["imaging"][0]["reports"][0]["status"] == "final"


def test_a_worker_killed_right_after_the_upload_costs_a_wait_only(running_stack, nurse, patient_id):
    uploaded = nurse.upload(patient_id, film())
    former = running_stack.pid("worker")
    for pid in [former, *running_stack.children_of("worker")]:
        os.kill(pid, 9)
    running_stack.wait_for_restart("worker", former)
    found = analysed(nurse, uploaded.json())
    study = nurse.get(f"/imaging-studies/{found['study']}/").json()
    assert len(study["reports"]) == 1
    running_stack.manage("check_invariants")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def giant_png() -> bytes:
    """Return 20000 x 20000 pixels of one bit in a few kilobytes."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(2501)) for _ in range(20000)) + packer.flush()
    header = struct.pack(">IIBBBBB", 20000, 20000, 1, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: film()[:20000], "truncated"),
        (lambda: b"hello" * 100, "unsupported_type"),
        (giant_png, "image_too_large"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_and_leaves_nothing(nurse, patient_id, make, code):
    answer = nurse.upload(patient_id, make())
    assert 400 <= answer.status_code < 500
    assert answer.json()["errors"][0]["code"] == code
    assert nurse.get(f"/patients/{patient_id}/imaging-studies/").json()["results"] == []


def test_the_web_process_has_loaded_neither_tensorflow_nor_openvino(running_stack):
    web = [running_stack.pid("web"), *running_stack.children_of("web")]
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("this system has no /proc to look into")
    loaded = "".join(Path(f"/proc/{pid}/maps").read_text() for pid in web)
    assert not re.search("tensorflow|openvino", loaded, re.IGNORECASE)
