"""The page that uploads pictures of one examination."""

import uuid6
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from aicare.audit import record_access
from aicare.errors import DomainError, Moved, NotAllowed
from aicare.once import act_once
from imaging import services
from imaging.forms import KINDS, UploadForm
from imaging.intake import check_images
from imaging.receiving import check_is_readable, expect_pictures, read_to_the_end, uploads
from inference.inputs import card_of
from inference.models import ModelVersion
from inference.services import submit_study
from patients.banner import banner_of
from patients.models import Patient
from patients.services.locking import refuse_if_merged

NO_CLASSIFIER = gettext_lazy("No AI looks at these. A person reads them.")


# Checking the token reads the body: the limits must stand before, so the check comes second.
@csrf_exempt
def new_study(request, patient_id):
    """Upload pictures of one examination; they are analysed if a classifier reads such pictures."""
    expect_pictures(request)
    try:
        return open_page(request, patient_id)
    finally:
        read_to_the_end(request)


def open_page(request, patient_id):
    """Let in who may upload to this record; show the page again if the body is refused."""
    patient = get_object_or_404(
        Patient.objects.visible_to(request.user).select_related("site"), pk=patient_id
    )
    if not request.user.has_perm("imaging.add_imagingstudy"):
        raise NotAllowed(_("Your role may look at pictures but not upload them."))
    if patient.merged_into_id and request.method != "POST":
        raise Moved(reverse("imaging:new_study", args=[patient.merged_into_id]))
    refuse_if_merged(patient)
    timezone.activate(patient.site.zone)
    try:
        check_is_readable(request)
        return csrf_protect(upload)(request, patient)
    except DomainError as error:
        # The body was not taken in whole, so there is nothing to fill the form with.
        return show(request, patient, UploadForm(), refused=error)


def upload(request, patient):
    """Show the form, or carry it out and open the study."""
    if request.method != "POST":
        return show(request, patient, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    study_id = uuid6.uuid7()
    made = form.carry_out(lambda: submit_once(request, patient, form, study_id))
    if not made:
        return show(request, patient, form)
    if made != study_id:
        messages.info(request, _("These pictures were here already. Nothing was added."))
    return redirect("inference:study", made)


def submit_once(request, patient, form, study_id):
    """Check, store and register the pictures; return the id of the study that holds them."""
    files = request.FILES.getlist("files")
    with uploads.one_for(request.user), services.discarding_unregistered(study_id):
        stored = services.store_images(check_images(files), study_id)

        def act():
            return submit_study(
                patient=patient,
                images=stored,
                uploaded_by=request.user,
                study_id=study_id,
                **form.study(),
            )

        return act_once(request, act)


def show(request, patient, form, refused: DomainError | None = None):
    """Answer with the form, saying for each kind whether a classifier will look at it."""
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "form": form,
        "kinds": kinds_to_choose(form, patient),
        "other_fields": [form["modality"], form["body_part"]],
        "refused": refused,
    }
    status = refused.http_status if refused else form.status
    answer = render(request, "imaging/upload.html", context, status=status)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return answer


def kinds_to_choose(form, patient) -> list:
    """Return each radio button with the sentence that says who will look at such pictures."""
    versions = [(version, card_of(version)) for version in ModelVersion.objects.active()]
    sentences = {kind.code: who_looks(kind, patient, versions) for kind in KINDS}
    return [(radio, sentences.get(radio.data["value"], "")) for radio in form["kind"]]


def who_looks(kind, patient, versions) -> str:
    """Say before the upload what will happen after it."""
    age = patient.age_in_years(timezone.localdate())
    told = [
        _told(version, card, kind, age)
        for version, card in versions
        if any(
            (one.modality, one.body_part) == (kind.modality, kind.body_part) for one in card.scopes
        )
    ]
    return " ".join(told) or str(NO_CLASSIFIER)


def _told(version, card, kind, age) -> str:
    title = {"title": card.title}
    if not card.applies_to(
        modality=kind.modality, body_part=kind.body_part, view=None, age_years=age
    ):
        return _("%(title)s: not made for this patient's age, it will not judge.") % title
    if version.is_broken:
        return _("%(title)s: out of order at the moment, the pictures will wait for it.") % title
    return _("AI looks at these first: %(title)s. A person signs.") % title
