"""The REST resources of ``inference``."""

from django.urls import path

from inference.api.classifiers import ClassifiersView
from inference.api.jobs import JobView, RerunView
from inference.api.reports import EvidenceView, ReportView, ReviewView, StudyReportsView
from inference.worklist import WorklistView

urlpatterns = [
    path("inference-jobs/<uuid:job_id>/", JobView.as_view(), name="inference-job"),
    path("inference-jobs/<uuid:job_id>/rerun/", RerunView.as_view(), name="inference-job-rerun"),
    path("diagnostic-reports/<uuid:report_id>/", ReportView.as_view(), name="diagnostic-report"),
    path(
        "diagnostic-reports/<uuid:report_id>/review/",
        ReviewView.as_view(),
        name="diagnostic-report-review",
    ),
    path(
        "imaging-studies/<uuid:study_id>/reports/",
        StudyReportsView.as_view(),
        name="imaging-study-reports",
    ),
    path("findings/<uuid:finding_id>/evidence/", EvidenceView.as_view(), name="finding-evidence"),
    path("worklist/", WorklistView.as_view(), name="worklist"),
    path("classifiers/", ClassifiersView.as_view(), name="classifiers"),
]
