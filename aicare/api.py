"""REST v1: every app's resources under one prefix, with schema and browsable documentation."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path("docs/", login_not_required(SpectacularSwaggerSplitView.as_view()), name="docs"),
    path("v1/", include("patients.api")),
    path("v1/", include("patients.summary.api")),
    path("v1/", include("imaging.api")),
    path("v1/", include("inference.api")),
]
