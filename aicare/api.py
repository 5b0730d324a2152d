"""REST v1: every app's resources under one prefix, with schema and browsable documentation."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils import translation
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


def in_english(view):
    """Answer with one and the same text whoever asks: programs are written against it."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        with translation.override("en"):
            return view(request, *args, **kwargs).render()

    return answer


schema = login_not_required(in_english(SpectacularAPIView.as_view()))

urlpatterns = [
    path("schema/", schema, name="schema"),
    path("docs/", login_not_required(SpectacularSwaggerSplitView.as_view()), name="docs"),
    path("v1/", include("patients.api")),
    path("v1/", include("patients.summary.api")),
    path("v1/", include("imaging.api")),
    path("v1/", include("inference.api")),
]
