"""Studies in every state that a reader meets, with computed pictures of nobody."""

import datetime
import hashlib
import io
import itertools
import uuid

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from imaging.models import ImagingStudy, Instance, Series
from imaging.rendering import make_preview
from inference.models import DiagnosticReport, Finding, InferenceJob, ModelVersion
from inference.packages import NEEDED, SCHEMA
from tests import model_packages
from tests.factories import make_patient

counter = itertools.count(1)
RULE = "Positive from the smallest probability that keeps a specificity of 95 % on validation."


def make_card(**changes) -> dict:
    """Return a card with two findings and a reference label."""

    def label(code, display, role="finding"):
        is_finding = role == "finding"
        return {
            "code": code,
            "display": display,
            "system": None,
            "role": role,
            "positive_text": f"Pattern of {display}",
            "negative_text": f"No pattern of {display} above the threshold",
            "threshold": 0.5 if is_finding else None,
            "negative_below": 0.1 if is_finding else None,
            "threshold_rule": RULE if is_finding else None,
        }

    card = {
        "title": "Chest X-ray: invented classifier",
        "purpose": "Second reader for invented pictures.",
        "licence": "For tests only.",
        "limits": ["It has never seen a person."],
        "research_only": True,
        "labels": [
            label("covid-19", "COVID-19"),
            label("viral-pneumonia", "Viral pneumonia"),
            label("normal", "Normal", "reference"),
        ],
        "applies_to": [{"modality": "DX", "body_part": "CHEST"}],
        "data": {"source": "Nobody", "counts": {}, "split": "none"},
        "metrics": {},
    }
    whole = model_packages.make_card() | {"schema": SCHEMA, "files": dict.fromkeys(NEEDED, "0")}
    return whole | card | changes


def make_version(**fields) -> ModelVersion:
    number = next(counter)
    defaults = {
        "classifier": f"invented-{number}",
        "version": "1.0.0",
        "package_path": f"models/invented-{number}/1.0.0",
        "digest": f"{number:064}",
        "card": make_card(),
        "state": ModelVersion.State.ACTIVE,
    }
    return ModelVersion.objects.create(**defaults | fields)


def phantom(seed=0, size=(480, 400)) -> np.ndarray:
    """Return a computed picture with two dark fields and ribs: nobody's chest."""
    rows, columns = size
    y, x = np.mgrid[0:rows, 0:columns] / np.array([rows, columns])[:, None, None]
    noise = np.random.default_rng(seed).normal(0, 5, size)
    lungs = sum(
        np.exp(-((((x - centre) / 0.15) ** 2 + ((y - 0.5) / 0.3) ** 2) ** 2))
        for centre in (0.3, 0.7)
    )
    ribs = np.sin((y + 0.15 * np.abs(x - 0.5)) * 55) * 14 * lungs
    return np.clip(205 - 150 * lungs + ribs + noise, 0, 255).astype(np.uint8)


def make_study(patient=None, *, pictures=1, size=(480, 400), **fields) -> ImagingStudy:
    now = timezone.now()
    defaults = {
        "patient": patient or make_patient(),
        "study_instance_uid": f"2.25.{uuid.uuid4().int}",
        "modality": "DX",
        "body_part": "CHEST",
        "started_at": now - datetime.timedelta(minutes=12),
    }
    study = ImagingStudy.objects.create(**defaults | fields)
    series = Series.objects.create(study=study, series_instance_uid=f"2.25.{uuid.uuid4().int}")
    for number in range(1, pictures + 1):
        make_instance(series, number, phantom(next(counter), size))
    return study


def make_instance(series, number, pixels) -> Instance:
    preview = make_preview(pixels)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return Instance.objects.create(
        series=series,
        sop_instance_uid=f"2.25.{uuid.uuid4().int}",
        number=number,
        rows=pixels.shape[0],
        columns=pixels.shape[1],
        photometric_interpretation="MONOCHROME2",
        bits_stored=8,
        media_type="image/png",
        file_name=f"picture {number}.png",
        size_bytes=buffer.tell(),
        sha256=sha256(buffer.getvalue()),
        pixel_sha256=sha256(pixels.tobytes()),
        file=kept(buffer.getvalue(), "png"),
        preview=kept(preview, "jpg"),
        preview_sha256=sha256(preview),
    )


def make_job(study, version=None, **fields) -> InferenceJob:
    defaults = {
        "study": study,
        "model_version": version or make_version(),
        "input_digest": f"{next(counter):064}",
    }
    if fields.get("status") in {"succeeded", "failed", "cancelled"}:
        defaults["finished_at"] = timezone.now()
    return InferenceJob.objects.create(**defaults | fields)


def make_report(study, probabilities=(0.91, 0.06), *, version=None, **fields) -> DiagnosticReport:
    """Return an unsigned report of a machine; no probabilities make an abstention."""
    job = make_job(study, version, status="succeeded", service_seconds=0.1)
    if not probabilities:
        fields.setdefault("abstained_because", "unlike_training_data")
    report = DiagnosticReport.objects.create(study=study, job=job, **fields)
    instance = Instance.objects.filter(series__study=study).order_by("number").last()
    labels = job.model_version.card["labels"]
    chances = [*probabilities, round(1 - sum(probabilities), 4)] if probabilities else []
    for position, (label, chance) in enumerate(zip(labels, chances, strict=False)):
        threshold, below = label["threshold"], label["negative_below"]
        Finding.objects.create(
            report=report,
            label=label["code"],
            display=label["display"],
            role=label["role"],
            position=position,
            raw_probability=chance,
            probability=chance,
            threshold=threshold,
            negative_below=below,
            call=call_of(chance, threshold, below),
            key_instance=instance,
            evidence=evidence_png(position),
        )
    return report


def call_of(chance, threshold, below):
    if threshold is None:
        return None
    return "positive" if chance >= threshold else "negative" if chance < below else "uncertain"


def evidence_png(position=0, size=(96, 80)) -> bytes:
    """Return a map that reacts to one lower field, or to a corner."""
    rows, columns = size
    y, x = np.mgrid[0:rows, 0:columns] / np.array([rows, columns])[:, None, None]
    centre = [(0.3, 0.62), (0.72, 0.55), (0.0, 0.0)][position % 3]
    grey = np.exp(-(((x - centre[0]) / 0.14) ** 2 + ((y - centre[1]) / 0.14) ** 2))
    buffer = io.BytesIO()
    Image.fromarray((grey * 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def sha256(content: bytes) -> str:

    return hashlib.sha256(content).hexdigest()


def kept(content: bytes, ending: str) -> str:
    return default_storage.save(f"tests/{uuid.uuid4()}.{ending}", ContentFile(content))
