"""One installation with a bad-tempered analyser for all fault tests."""

import itertools
import json
import time
import urllib.request
import uuid
from dataclasses import dataclass

import pytest

from tests.inference.fakes import png
from tests.inference.scenes import phantom
from tests.processes.stack import Stack, running
from tests.servers import wait_for

seeds = itertools.count(1000)
ENDED = {"succeeded", "failed", "cancelled"}


@dataclass
class Hospital:
    """A running installation, one patient in it, and a clinician's token."""

    stack: Stack
    token: str
    patient_id: str

    def send(self, name: str, **fields) -> str:
        """Upload a new picture called ``name``; return the id of its study."""
        fields = {"modality": "DX", "body_part": "CHEST"} | fields
        content = png(phantom(next(seeds), (200, 160)))
        answer = self.post(
            f"/api/v1/patients/{self.patient_id}/imaging-studies/",
            *multipart(fields, f"{name}-{uuid.uuid4().hex[:6]}.png", content),
        )
        return answer["id"]

    def post(self, path: str, body: bytes, content_type: str) -> dict:
        request = urllib.request.Request(self.stack.base_url + path, data=body, method="POST")
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", content_type)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def study(self, study_id: str) -> dict:
        return self.stack.get(f"/api/v1/imaging-studies/{study_id}/", self.token)

    def job(self, study_id: str) -> dict:
        """Return the whole truth about the study's job."""
        (job,) = self.study(study_id)["jobs"]
        return self.stack.get(f"/api/v1/inference-jobs/{job['id']}/", self.token)

    def status(self, study_id: str) -> str:
        return self.study(study_id)["jobs"][0]["status"]

    def wait_until_running(self, *study_ids: str) -> None:
        """Wait until at least one of the studies is being analysed."""
        wait_for(
            lambda: any(self.status(one) == "running" for one in study_ids), what="a running job"
        )

    def wait_until_ended(self, study_ids, *, seconds: float = 90) -> dict[str, str]:
        """Return how each study's job ended."""
        wait_for(
            lambda: all(self.status(one) in ENDED for one in study_ids),
            what="the end of all jobs",
            seconds=seconds,
        )
        return {one: self.status(one) for one in study_ids}

    def assert_one_report_each(self, study_ids) -> None:
        for study_id in study_ids:
            study = self.study(study_id)
            assert [job["status"] for job in study["jobs"]] == ["succeeded"], self.log()
            assert len(study["reports"]) == 1

    def log(self) -> str:
        return self.stack.end_of_log("worker")

    def stack_log(self) -> str:
        """Return all that the worker has said."""
        return (self.stack.data / "logs" / "worker.log").read_text()

    def worker_children(self) -> list[int]:
        return self.stack.children_of("worker")


def multipart(fields: dict, file_name: str, content: bytes) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{file_name}"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    body = "".join(parts).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


@pytest.fixture(scope="session")
def faulty_stack(prepared_data):
    with running(copy_of=prepared_data, DJANGO_SETTINGS_MODULE="tests.faults.settings") as stack:
        yield stack


@pytest.fixture(scope="session")
def _patient(faulty_stack):
    token = faulty_stack.token()
    hospital = Hospital(faulty_stack, token, "")
    body = {"medical_record_number": "FAULT-1", "family_name": "ZZPHICANARY", "given_names": "Test"}
    body |= {"birth_date": "1962-02-03", "sex": "female"}
    answer = hospital.post("/api/v1/patients/", json.dumps(body).encode(), "application/json")
    hospital.patient_id = answer["id"]
    # Both children have loaded the model: what follows measures faults, not the start.
    first = [hospital.send("warm") for _ in range(2)]
    hospital.wait_until_ended(first)
    return hospital


@pytest.fixture
def hospital(_patient):
    """The installation; when the test has ended, everything in it must hold together."""
    yield _patient
    wait_until_quiet(_patient)
    assert _patient.stack.manage("check_invariants").strip() == "Everything holds."
    for log in (_patient.stack.data / "logs").glob("*.log"):
        assert "ZZPHICANARY" not in log.read_text(errors="replace"), log


def wait_until_quiet(hospital: Hospital) -> None:
    """Wait until the worker has its children again, for the next test."""
    wait_for(lambda: len(hospital.worker_children()) >= 2, what="two children", seconds=60)
    time.sleep(0.1)
