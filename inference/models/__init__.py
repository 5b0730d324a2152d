"""Tables of verdicts: published classifiers, what they were asked, what they said, who signed."""

from inference.models.job import ClaimLost, InferenceJob
from inference.models.model_version import ModelVersion, OperatingPoint
from inference.models.report import DiagnosticReport, Finding, Review

__all__ = [
    "ClaimLost",
    "DiagnosticReport",
    "Finding",
    "InferenceJob",
    "ModelVersion",
    "OperatingPoint",
    "Review",
]
