"""Print how fast AI Care is, each figure beside what it is measured against, in one run.

Absolute times are of this machine and this moment; quote the ratios.
"""

import io
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import requests
from django.core.files.base import ContentFile
from PIL import Image

from imaging.intake import check_images
from imaging.pixels import decode_file
from inference.classifier import load_classifier
from inference.management.commands.predict_image import STARTER
from inference.packages import digest_of
from tests.benchmarks.scale import compare_scale
from tests.benchmarks.table import row
from tests.processes.stack import running

ROUNDS = 20
HEAD = "| what | this | against | ratio |\n|---|---|---|---|"
FILM = "aicare/demo/pictures/chest-2.png"


def print_table(*, patients: int) -> None:
    print(HEAD)
    compare_engines()
    compare_upload_with_bare_classifier()
    compare_training_with_keras()
    compare_scale(patients=patients)


def compare_engines() -> None:
    """A process that answers one picture with OpenVINO, against one that imports TensorFlow."""
    ours, theirs = (first_result(engine) for engine in ("openvino", "keras"))
    row("start to first result, OpenVINO against Keras", ours[0], theirs[0], "s")
    row("peak memory of that process", ours[1], theirs[1], "MiB")


def first_result(engine: str) -> tuple[float, float]:
    """Return seconds and peak MiB of a process from its start to one answer; median of three."""
    program = (
        "import resource, runpy, sys; sys.argv = sys.argv[1:];"
        "\ntry: runpy.run_path('manage.py', run_name='__main__')"
        "\nfinally: sys.stderr.write(f'\\n{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}')"
    )
    runs = []
    for _ in range(3):
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", program, "manage.py", "predict_image", FILM, "--engine", engine],
            capture_output=True,
            text=True,
            check=True,
        )
        runs.append((time.monotonic() - started, int(done.stderr.split()[-1]) / 1024))
    return tuple(statistics.median(values) for values in zip(*runs, strict=True))


def film(number: int) -> bytes:
    """Return a film that was not sent before: a finished answer would be reused."""
    with Image.open(FILM) as opened:
        pixels = np.asarray(opened.convert("L")).copy()
    pixels[0, :4] = np.frombuffer(number.to_bytes(4, "little"), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def compare_upload_with_bare_classifier() -> None:
    """From the 201 of an upload to its report, against decoding and one forward pass."""
    bare = statistics.median(seconds_of_bare_classifier())
    whole = statistics.median(seconds_from_upload_to_report())
    row("upload to report, idle, against decode and forward pass", whole * 1e3, bare * 1e3, "ms")
    print(f"\nThe report comes {1e3 * (whole - bare):.0f} ms after that (median of {ROUNDS}).")


def seconds_of_bare_classifier():

    classifier = load_classifier(STARTER, digest=digest_of(STARTER), threads=os.cpu_count() or 1)
    for number in range(ROUNDS):
        content = ContentFile(film(number), "film.png")
        check_images([content])
        started = time.monotonic()
        classifier.predict([[decode_file(content, "image/png").array]])
        yield time.monotonic() - started


def seconds_from_upload_to_report():

    with running() as stack:
        api = f"{stack.base_url}/api/v1"
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {stack.token()}"
        patient = session.get(f"{api}/patients/").json()["results"][0]["id"]
        for number in range(ROUNDS):
            answer = session.post(
                f"{api}/patients/{patient}/imaging-studies/",
                files={"files": ("film.png", film(number))},
                data={"modality": "DX", "body_part": "CHEST"},
            )
            started = time.monotonic()
            job = answer.json()["jobs"][0]["id"]
            found = session.get(f"{api}/inference-jobs/{job}/?wait=30").json()
            assert found["status"] == "succeeded", found
            yield time.monotonic() - started


def compare_training_with_keras() -> None:
    """In a process of its own, so that TensorFlow's threads and memory disturb no other measure."""
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.training_speed"],
        check=True,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )
