"""Write what a classifier said as a preliminary report."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from django.db import transaction
from PIL import Image

from imaging.models import ImagingStudy, Instance
from inference.classifier import FindingPrediction, StudyPrediction
from inference.models import DiagnosticReport, Finding, InferenceJob, OperatingPoint

OUTSIDE_INTENDED_USE = "outside_intended_use"


def store_result(
    *,
    job: InferenceJob,
    prediction: StudyPrediction,
    instances: Sequence[Instance],
    operating_point: OperatingPoint | None,
    seconds: float,
) -> DiagnosticReport | None:
    """End ``job`` with its one report; a study that was withdrawn meanwhile gets none.

    Raises ``ClaimLost``, and stores nothing, if the job was given to somebody else.
    """
    findings = [
        _finding(position, found, instances, thresholds_of(operating_point))
        for position, found in enumerate(prediction.findings)
    ]
    with transaction.atomic():
        study = ImagingStudy.objects.select_for_update(no_key=True).get(pk=job.study_id)
        if study.status != ImagingStudy.Status.AVAILABLE:
            job.cancel()
            return None
        job.succeed(seconds=seconds)
        report = DiagnosticReport.objects.create(
            study=study,
            job=job,
            abstained_because=prediction.abstained_because,
            operating_point=operating_point,
        )
        for finding in findings:
            finding.report = report
        Finding.objects.bulk_create(findings)
        if job.run > 1:
            supersede_earlier(report)
        return report


def supersede_earlier(report: DiagnosticReport) -> int:
    """Cancel what the same classifier said before, unless a person has already looked at it."""
    return (
        DiagnosticReport.objects.unsigned()
        .filter(
            study=report.study_id,
            job__purpose=report.job.purpose,
            job__model_version__classifier=report.job.model_version.classifier,
            reviews=None,
        )
        .exclude(pk=report.pk)
        .update(status=DiagnosticReport.Status.CANCELLED)
    )


def thresholds_of(point: OperatingPoint | None) -> Mapping[str, tuple[float, float]]:
    """Return (positive from, negative below) by label, as a classifier takes them."""
    if point is None:
        return {}
    return {label: (positive, below) for label, (below, positive) in point.thresholds.items()}


def _finding(
    position: int,
    found: FindingPrediction,
    instances: Sequence[Instance],
    thresholds: Mapping[str, tuple[float, float]],
) -> Finding:
    label = found.label
    _, negative_below = thresholds.get(label.code, (None, label.negative_below))
    return Finding(
        label=label.code,
        display=label.display,
        role=label.role,
        position=position,
        raw_probability=found.raw_probability,
        probability=found.probability,
        negative_below=None if label.is_reference else negative_below,
        threshold=found.threshold,
        call=found.call,
        key_instance=instances[found.key_instance],
        evidence=evidence_png(found.evidence),
    )


def evidence_png(evidence: np.ndarray) -> bytes:
    """Return the map as a grey picture: black where nothing speaks for the label."""
    grey = np.round(np.clip(evidence, 0.0, 1.0) * 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
