"""Many processes, one table: on SQLite too every job is claimed once at a time and ends once."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.processes.stack import ROOT, environment, run_manage

pytestmark = pytest.mark.processes
WORKERS = 4
WORK = """
import os, time
from inference.models import ClaimLost, InferenceJob
me, claimed = f"host boot {os.getpid()} 1", []
print("ready", flush=True)
while not os.path.exists(os.environ["GO"]):
    time.sleep(0.01)
while InferenceJob.objects.due().exists():
    for job in InferenceJob.objects.claim(by=me, limit=3, share=2):
        rival = InferenceJob.objects.get(pk=job.pk)
        job.fail("invalid_output", "a race")
        try:
            rival.fail("invalid_output", "a race")
        except ClaimLost:
            claimed.append(str(job.pk))
print(*claimed)
"""
PREPARE = """
from django.utils import timezone
from imaging.models import ImagingStudy
from inference.models import InferenceJob, ModelVersion
from patients.models import Patient
patient = Patient.objects.first()
version = ModelVersion.objects.active().get(classifier="chest-xray-covid")
InferenceJob.objects.all().delete()
for number in range(60):
    study = ImagingStudy.objects.create(
        patient=patient, study_instance_uid=f"2.25.{number}", modality="DX", body_part="CHEST",
        started_at=timezone.now(),
    )
    InferenceJob.objects.create(study=study, model_version=version, input_digest=f"{number}")
"""
COUNT = """
from inference.models import InferenceJob
for job in InferenceJob.objects.order_by("pk"):
    print(job.pk, job.status, job.attempts)
"""


@pytest.fixture
def folder(prepared_data, tmp_path):
    data = shutil.copytree(prepared_data, tmp_path / "data")
    shell(data, PREPARE)
    return data


def shell(data, program) -> str:
    done = run_manage(data, 1, "shell", "--verbosity", "0", "-c", program)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_processes_that_race_claim_each_job_once(folder, tmp_path):
    go = tmp_path / "go"
    racers = [
        subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", WORK],
            cwd=ROOT,
            env=environment(folder, 1, GO=os.fspath(go)),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    assert [racer.stdout.readline() for racer in racers] == ["ready\n"] * WORKERS
    go.touch()
    claimed = [pk for racer in racers for pk in racer.communicate(timeout=120)[0].split()]
    assert [racer.returncode for racer in racers] == [0] * WORKERS
    ended = [line.split() for line in shell(folder, COUNT).splitlines()]
    assert sorted(claimed) == [pk for pk, _, _ in ended]
    assert {(status, attempts) for _, status, attempts in ended} == {("failed", "1")}
