"""Find, register and change patients."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aicare.audit import record_access
from aicare.locale_formats import day_text
from aicare.once import act_once
from patients.banner import banner_of
from patients.finding.people import Search
from patients.finding.places import Page, Place
from patients.finding.possible_duplicates import duplicates_seen_by
from patients.forms.people import NewPatientForm, PatientForm
from patients.models import Encounter
from patients.services import change_patient, register_patient
from patients.services.patients import AUTHORISE_SCALE_2
from patients.views.conflict import conflict_page
from patients.views.opening import asked, open_record, require, sent
from patients.views.recent import on_my_wards, recently_opened
from patients.wording import age_words

PAGE_SIZE = 50


@require_safe
def patients(request):
    """Find patients of the reader's sites; without a search show the latest and everybody."""
    require(request, "patients.view_patient")
    words, now = asked(request, "q").strip(), timezone.now()
    search = Search(request.user, words, today=timezone.localdate(now))
    place = _place_in(request.GET.get("after", ""))
    page = search.page(size=PAGE_SIZE, place=place)
    begins = not words and place is None
    recent = recently_opened(request.user) if begins else []
    wards = on_my_wards(request.user, now=now) if begins else None
    shown = [hit.patient for hit in page.hits]
    context = {
        "people": _people(request.user, page, timezone.localdate(now)),
        "words": words,
        "following": urlencode({"q": words, "after": page.behind.as_text()}) if page.behind else "",
        "is_first": place is None,
        "dates": _dates_as_read(search),
        "left_out_words": search.left_out_words,
        "page_size": PAGE_SIZE,
        "has_sites": len(search.sites) > 1,
        "recent": recent,
        "wards": wards,
        "hide_find": True,
    }
    response = render(request, "patients/list.html", context)
    on_wards = [stay.patient for stay, _badge in wards.rows] if wards else []
    record_access(
        user=request.user,
        action="patient.searched" if words else "patient.listed",
        patient_ids=dict.fromkeys(one.pk for one in (*recent, *on_wards, *shown)),
    )
    return response


def _people(user, page: Page, today) -> list[tuple]:
    """Return each hit with age in words and the open stay."""
    stays = Encounter.objects.of_own_sites(user).open()
    stays = stays.filter(patient__in=[hit.patient.pk for hit in page.hits])
    open_stays = {stay.patient_id: stay for stay in stays}
    return [
        (hit, age_words(hit.patient, today), open_stays.get(hit.patient.pk)) for hit in page.hits
    ]


def _place_in(text: str) -> Place | None:
    """Return where the page goes on; an address that nobody was given begins anew."""
    try:
        return Place.from_text(text) if text else None
    except ValueError:
        return None


def _dates_as_read(search: Search) -> list[tuple[str, str]]:
    """Return birth dates that can be read in two ways, as typed and as they were read."""
    return [
        (typed, _(" or ").join(day_text(date.as_date) for date in dates))
        for typed, dates in search.asked.ambiguous_dates
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new_patient(request):
    """Register a person; who looks like somebody on record is shown beside them first."""
    require(request, "patients.add_patient")
    form = NewPatientForm(sent(request), user=request.user)

    def register():
        if request.user.has_perm("patients.view_patient"):
            form.check_not_registered()
        return register_patient(registered_by=request.user, **form.person())

    if request.method == "POST":
        made = form.carry_out(lambda: act_once(request, register))
        if made:
            return redirect("patients:summary", patient_id=made)
    response = render(
        request,
        "patients/new.html",
        {"form": form, "alike": with_stays(request.user, form.alike)},
        status=form.status,
    )
    if form.alike:
        shown = [one.patient.pk for one in form.alike]
        record_access(user=request.user, action="patient.searched", patient_ids=shown)
    return response


def with_stays(user, alike) -> list[tuple]:
    """Return each possible duplicate with the open stay, which tells people apart."""
    stays = Encounter.objects.of_own_sites(user).open()
    stays = stays.filter(patient__in=[one.patient.pk for one in alike]) if alike else ()
    where = {stay.patient_id: stay for stay in stays}
    return [(one, where.get(one.patient.pk)) for one in alike]


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, patient_id):
    """Change who a patient is; a change that somebody else made meanwhile is never overwritten."""
    patient = open_record(request, patient_id)
    require(request, "patients.change_patient")
    form = PatientForm(
        sent(request),
        record=patient,
        may_authorise_scale=request.user.has_perm(AUTHORISE_SCALE_2),
    )
    if request.method == "POST":
        changed = form.carry_out(
            lambda: change_patient(
                patient=patient,
                changed_by=request.user,
                confirmed=form.confirmed,
                **form.changes(),
            )
        )
        if changed:
            messages.success(request, _("Changed."))
            return redirect("patients:summary", patient_id=patient.pk)
    banner = banner_of(patient, now=timezone.now())
    if form.is_conflict:
        back = reverse("patients:edit", args=[patient.pk])
        return conflict_page(request, form, banner=banner, heading=_("Change details"), back=back)
    alike = duplicates_seen_by(request.user, patient)
    context = {
        "patient": patient,
        "form": form,
        "banner": banner,
        "alike": with_stays(request.user, alike),
    }
    response = render(request, "patients/change.html", context, status=form.status)
    record_access(
        user=request.user,
        action="patient.read",
        patient_id=patient.pk,
        patient_ids=[one.patient.pk for one in alike],
    )
    return response
