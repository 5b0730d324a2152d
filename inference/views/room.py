"""One study's page: what it shows to this reader, as a whole or only what changed."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.templatetags.clock import length_in_words
from imaging.models import ImagingStudy
from imaging.services import pictures_under_another_patient
from inference.alerts import image_alerts
from inference.forms import OwnReportForm, ReviewForm
from inference.progress import progress_of
from inference.reading_list import next_to_read
from inference.reading_room import Reading, priors_of, reading_of, signs_at, with_reading
from inference.views.permissions import RERUN, SIGN, WITHDRAW
from patients.alerts import most_urgent_first
from patients.banner import banner_of
from patients.wording import age_words

POLL = ((20, 1), (60, 2), (900, 5))
POLL_LATER = 15
"""Seconds of waiting, and how often the page asks until then."""


def visible_study(request, study_id) -> ImagingStudy:
    """Return the study with all its page shows, or answer 404."""
    studies = with_reading(ImagingStudy.objects.visible_to(request.user))
    one = get_object_or_404(studies, pk=study_id)
    timezone.activate(one.patient.site.zone)
    return one


def whole_page(request, study: ImagingStudy, *, refused=None):
    """Answer the page; a form that was refused comes back with what was written in it."""
    context = changing_part(request, study, refused=refused)
    reading, signs = context["reading"], signs_at(study)
    context |= {
        **picture_to_show(request, reading),
        **warnings_about(study),
        "priors": priors_of(study, request.user),
        "is_elsewhere": study in pictures_under_another_patient(study.patient),
        "signs": signs,
        "signs_when": distance_in_words(signs, study) if signs else "",
        "age": age_words(
            study.patient, study.started_at.astimezone(study.patient.site.zone).date()
        ),
        "next_study": next_to_read(request.user, after=study) if reading.is_read else None,
    }
    context["prior"] = next((one for one in context["priors"] if one.is_comparable), None)
    status = refused.status if refused else 200
    return render(request, "inference/study.html", context, status=status)


def warnings_about(study: ImagingStudy) -> dict:
    """Return what is known of the patient now; what this study says of itself stands beside it."""
    banner = banner_of(study.patient, now=timezone.now())
    elsewhere = [one for one in image_alerts(study.patient) if one.study_id != study.pk]
    alerts = most_urgent_first([*banner.alerts, *elsewhere])
    return {"banner": banner, "worst_alert": next(iter(alerts), None)}


def changing_part(request, study: ImagingStudy, *, refused=None) -> dict:
    """Return what the page and its live update share."""
    reading = reading_of(study)
    stands = study.status == ImagingStudy.Status.AVAILABLE
    may_sign = stands and request.user.has_perm(SIGN)
    return {
        "study": study,
        "patient": study.patient,
        "now": timezone.now(),
        "reading": reading,
        "progress": {one.job.pk: progress_of(one.job) for one in reading.answers if one.is_pending},
        "poll_seconds": poll_seconds(study),
        "is_withdrawn": not stands,
        "may_sign": may_sign,
        "may_rerun": stands and request.user.has_perm(RERUN),
        "may_withdraw": stands and request.user.has_perm(WITHDRAW),
        "forms": review_forms(reading, refused) if may_sign else {},
        "own_report_form": (
            own_report_form(refused) if may_sign and not reading.has_report else None
        ),
    }


def review_forms(reading: Reading, refused) -> dict:
    """Return a form for each report, by its id."""
    forms = {one.report.pk: ReviewForm(report=one.report) for one in reading.answers if one.report}
    if isinstance(refused, ReviewForm):
        forms[refused.report.pk] = refused
    return forms


def own_report_form(refused) -> OwnReportForm:
    return refused if isinstance(refused, OwnReportForm) else OwnReportForm()


def picture_to_show(request, reading: Reading) -> dict:
    """Return the picture and the evidence that the address asks for; none is shown unasked."""
    number = request.GET.get("picture", "")
    at = int(number) - 1 if number in {str(n + 1) for n in range(len(reading.pictures))} else 0
    shown = reading.pictures[at] if reading.pictures else None
    wanted = request.GET.get("evidence", "")
    evidence = next(
        (one for one in reading.findings() if str(one.pk) == wanted and one.has_evidence), None
    )
    if evidence:
        shown = next(one for one in reading.pictures if one.pk == evidence.key_instance_id)
    return {"shown": shown, "evidence": evidence}


def poll_seconds(study: ImagingStudy) -> int:
    """Return how soon the page asks again: every second at first, patiently later."""
    waited = (timezone.now() - study.created_at).total_seconds()
    return next((seconds for until, seconds in POLL if waited < until), POLL_LATER)


def distance_in_words(signs, study: ImagingStudy) -> str:
    seconds = (study.started_at - signs.measured_at).total_seconds()
    if abs(seconds) < 60:
        return _("when the picture was taken")
    length = {"length": length_in_words(seconds)}
    if seconds > 0:
        return _("%(length)s before the picture") % length
    return _("%(length)s after the picture") % length
