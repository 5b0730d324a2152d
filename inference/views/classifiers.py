"""Published classifiers in plain words, and their state for who manages models."""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aicare.errors import Conflict
from inference import publishing
from inference.model_card import CardPage, report_path
from inference.models import ModelVersion
from inference.packages import BrokenPackage, read_checked
from inference.views.permissions import ACTIVATE, SEE_MODELS, require

State = ModelVersion.State
ACTS = {State.ACTIVE: publishing.activate, State.SHADOW: publishing.start_shadow,
        State.RETIRED: publishing.retire}  # fmt: skip
# The report brings its styles and figures with it, and nothing else: no script, no request.
REPORT_POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "font-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
ORDER = [State.ACTIVE, State.SHADOW, State.DRAFT, State.RETIRED]


@require_GET
def classifiers(request):
    """Every published version: those in use first."""
    require(request, SEE_MODELS)
    versions = sorted(
        ModelVersion.objects.visible_to(request.user),
        key=lambda one: (ORDER.index(one.state), one.classifier),
    )
    return render(request, "inference/classifiers.html", {"versions": versions})


@require_GET
def classifier(request, name, version):
    """What one version is for, what it never saw, how good it was on which data."""
    one = visible_version(request, name, version)
    context = {
        "version": one,
        "page": CardPage(one.card),
        "acts": acts_for(one) if request.user.has_perm(ACTIVATE) else [],
        "operating_point": one.current_operating_point(),
    }
    return render(request, "inference/classifier.html", context)


@require_GET
@csp_replace(REPORT_POLICY)
def model_report(request, name, version, which="report"):
    """A report as training wrote it: one of those that the card lists, unchanged since."""
    one = visible_version(request, name, version)
    require(request, SEE_MODELS)
    files = one.card.get("files", {})
    path = next((path for path in files if path == report_path(which)), None)
    if path is None:
        raise Http404
    try:
        content = read_checked(one.folder / path, files[path])
    except BrokenPackage as error:
        raise Conflict(
            _("The report cannot be shown: %(reason)s") % {"reason": error}, code="broken_package"
        ) from error
    return HttpResponse(content, content_type="text/html; charset=utf-8")


@require_http_methods(["GET", "POST"])
def change_state(request, name, version, state):
    """Ask once more, then put a version in use or take it out."""
    one = visible_version(request, name, version)
    require(request, ACTIVATE)
    if state not in acts_for(one):
        raise Http404
    if request.method == "POST":
        ACTS[state](model_version=one, by=request.user)
        messages.success(
            request,
            _("%(version)s is now: %(state)s.") % {"version": one, "state": State(state).label},
        )
        return redirect("inference:classifier", name, version)
    in_use = ModelVersion.objects.visible_to(request.user).active().filter(classifier=name)
    context = {"version": one, "state": state, "in_use": in_use.exclude(pk=one.pk).first()}
    return render(request, "inference/classifier_state.html", context)


def visible_version(request, name, version) -> ModelVersion:
    versions = ModelVersion.objects.visible_to(request.user)
    return get_object_or_404(versions, classifier=name, version=version)


def acts_for(version: ModelVersion) -> list[str]:
    """Return the states that ``version`` may be brought to; a broken package is not put in use."""
    into_use = [] if version.is_broken else [State.ACTIVE, State.SHADOW]
    if version.state == State.ACTIVE:
        return [State.RETIRED]
    return [state for state in [*into_use, State.RETIRED] if state != version.state]
