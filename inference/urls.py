"""The pages of ``inference``."""

from django.urls import path

from inference.views import classifiers, reading_list, study

app_name = "inference"
urlpatterns = [
    path("studies/<uuid:study_id>/", study.study, name="study"),
    path("studies/<uuid:study_id>/live/", study.live, name="study_live"),
    path("studies/<uuid:study_id>/report/", study.report, name="report"),
    path("studies/<uuid:study_id>/analyse-again/", study.analyse_again, name="analyse_again"),
    path("studies/<uuid:study_id>/withdraw/", study.withdraw, name="withdraw"),
    path("reports/<uuid:report_id>/review/", study.review, name="review"),
    path("findings/<uuid:finding_id>/evidence/", study.evidence, name="evidence"),
    path("worklist/", reading_list.worklist, name="worklist"),
    path("classifiers/", classifiers.classifiers, name="classifiers"),
    path("classifiers/<str:name>/<str:version>/", classifiers.classifier, name="classifier"),
    path(
        "classifiers/<str:name>/<str:version>/report/",
        classifiers.model_report,
        name="model_report",
    ),
    path(
        "classifiers/<str:name>/<str:version>/report/<slug:which>/",
        classifiers.model_report,
        name="model_report",
    ),
    path(
        "classifiers/<str:name>/<str:version>/<str:state>/",
        classifiers.change_state,
        name="change_state",
    ),
]
