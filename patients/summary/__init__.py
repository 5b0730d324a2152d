"""One patient on one page: score, signs, problems, images with their findings, alerts."""

from patients.summary.building import PatientSummary, build_summary, studies_with_results

__all__ = ["PatientSummary", "build_summary", "studies_with_results"]
