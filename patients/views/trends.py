"""All signs of one patient over time: as charts, as a file, as the paper chart."""

import datetime

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aicare import request_context
from aicare.audit import record_access
from aicare.errors import InvalidInput
from patients.banner import banner_of
from patients.early_warning import why_not_applicable
from patients.models import ObservationPolicy, VitalSigns
from patients.services.break_glass import check_may_be_exported
from patients.trends import sheet, sheet_below
from patients.trends.charts import draw_charts
from patients.trends.export import csv_lines, rows_for_export
from patients.trends.plans import JOINED_WITHIN, WEIGHED_WITHIN
from patients.trends.reading import extent, read
from patients.trends.windows import PERIODS, USUAL, Window, window_of
from patients.views.opening import asked, open_record, require
from patients.wording import NO_SCORE_WORDS

FIELDS = ("from", "to", "period")
SHEETS_AT_ONCE = 10
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)


@require_safe
def trends(request, patient_id):
    """Draw every sign on one axis of time; many sets as the lowest and highest of each column."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_vitalsigns")
    now = timezone.now()
    sets = standing_sets(request, patient)
    first_and_last = extent(sets)
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=now),
        "now": now,
        "may_export": request_context.opening_of(patient.pk) is None,
        "periods": [(key, label) for key, (label, _) in PERIODS.items()],
        "extent": first_and_last,
        "joined_hours": JOINED_WITHIN // datetime.timedelta(hours=1),
        "weighed_days": WEIGHED_WITHIN.days,
    }
    try:
        window = window_asked(request, patient, now=now, extent=first_and_last)
    except InvalidInput as error:
        context |= {"problems": error.problems, "typed": typed(request)}
    else:
        context |= _content(sets, window, first_and_last, now)
    status = 400 if "problems" in context else 200
    response = render(request, "patients/trends.html", context, status=status)
    record_access(user=request.user, action="vital-signs.trends-read", patient_id=patient.pk)
    return response


def standing_sets(request, patient):
    return VitalSigns.objects.visible_to(request.user).final().filter(patient=patient)


def window_asked(request, patient, *, now, extent) -> Window:
    """Return the window of the address; without one, the usual."""
    query = {name: asked(request, name) for name in FIELDS if name in request.GET}
    return window_of(query, now=now, zone=patient.site.zone, extent=extent)


def typed(request) -> dict:
    return {name: asked(request, name) for name in FIELDS}


def _content(sets, window: Window, extent, now) -> dict:
    reading = read(sets, window.start, window.end)
    newest = _full_minute(extent[1]) if extent else None
    return {
        "window": window,
        "reading": reading,
        "drawn": draw_charts(reading, window) if reading.columns else None,
        "ways": {
            "earlier": window.earlier(extent),
            "later": window.later(extent),
            "closer": window.closer(),
            "wider": window.wider(now),
        },
        "last_day": timezone.localdate(reading.columns[-1].last_at if reading.columns else now),
        "up_to_newest": Window(newest - PERIODS[USUAL][1], newest) if newest else None,
        "typed": {"from": _in_form(window.start), "to": _in_form(_full_minute(window.end))},
    }


def _full_minute(moment: datetime.datetime) -> datetime.datetime:
    """Return the minute that ends at or after ``moment``: forms and addresses hold no less."""
    return moment + datetime.timedelta(minutes=1) - datetime.timedelta(microseconds=1)


def _in_form(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


@require_safe
def export(request, patient_id):
    """Send every set of a window as CSV; who sees the record by break-glass takes nothing away."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_vitalsigns")
    check_may_be_exported(patient.pk)
    sets = standing_sets(request, patient)
    window = window_asked(request, patient, now=timezone.now(), extent=extent(sets))
    inside = sets.filter(measured_at__gte=window.start, measured_at__lte=window.end)
    record_access(
        user=request.user,
        action="vital-signs.exported",
        patient_id=patient.pk,
        detail=f"{window.start:%Y-%m-%dT%H:%MZ} to {window.end:%Y-%m-%dT%H:%MZ}",
    )
    # The zone is handed over: by the time the lines are made, the request's own has been left.
    lines = csv_lines(rows_for_export(inside), patient.site.zone)
    name = f"vital-signs-{patient.pk}-{_file_day(window.start)}-{_file_day(window.end)}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _file_day(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%Y%m%d}"


@require_safe
def observation_chart(request, patient_id):
    """Show a day as the paper chart, to print or to read; without a day, that of the newest set."""
    patient = open_record(request, patient_id)
    require(request, "patients.view_vitalsigns")
    now = timezone.now()
    sets = standing_sets(request, patient)
    first_and_last = extent(sets)
    context = {"patient": patient, "banner": banner_of(patient, now=now), "now": now}
    try:
        day = _day_asked(request, first_and_last, now)
    except InvalidInput as error:
        context |= {"problems": error.problems, "typed_day": asked(request, "day")}
    else:
        context |= _sheets(request, patient, sets, day)
        context |= {"extent": first_and_last, "typed_day": day.isoformat()}
    status = 400 if "problems" in context else 200
    response = render(request, "patients/observation_sheet.html", context, status=status)
    record_access(user=request.user, action="vital-signs.chart-read", patient_id=patient.pk)
    return response


def _day_asked(request, extent, now) -> datetime.date:
    text = asked(request, "day")
    if not text:
        return timezone.localdate(extent[1] if extent else now)
    try:
        day = datetime.date.fromisoformat(text)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError
    except ValueError:
        raise InvalidInput(_("“Day” is not a day."), attr="day") from None
    return day


def _sheets(request, patient, sets, day: datetime.date) -> dict:
    start, end = _midnight(day), _midnight(day + datetime.timedelta(days=1))
    of_day = sets.filter(measured_at__gte=start, measured_at__lt=end)
    count = of_day.count()
    at_once = SHEETS_AT_ONCE * sheet.COLUMNS
    parts = max(1, -(-count // at_once))
    part = _part_asked(request, parts)
    shown = list(
        of_day.select_related("recorded_by").order_by("measured_at", "id")[
            (part - 1) * at_once : part * at_once
        ]
    )
    policy = ObservationPolicy.objects.filter(site=patient.site).first() or ObservationPolicy()
    why_no_score = _why_no_score(patient, shown, day)
    return {
        "day": day,
        "count": count,
        "sheets": sheet.sheets(
            shown,
            policy=policy,
            first_number=(part - 1) * SHEETS_AT_ONCE + 1,
            is_scored=not why_no_score,
        ),
        "sheet_count": max(1, -(-count // sheet.COLUMNS)),
        "remarks": sheet_below.remarks(shown),
        "people": sheet_below.people(shown),
        "parts": [(number, number == part) for number in range(1, parts + 1)],
        "day_before": day - datetime.timedelta(days=1),
        "day_after": day + datetime.timedelta(days=1),
        "why_no_score": why_no_score,
    }


def _why_no_score(patient, shown, day: datetime.date) -> str:
    """Return why none of the sets is scored; of a blank chart, why none would be."""
    if shown:
        reasons = [one.not_applicable_because for one in shown]
    else:
        age = patient.age_in_years(day)
        reasons = [why_not_applicable(age_years=age, pregnant=patient.is_pregnant)]
    return str(NO_SCORE_WORDS.get(reasons[-1], "")) if all(reasons) else ""


def _part_asked(request, parts: int) -> int:
    text = asked(request, "part")
    return min(max(int(text), 1), parts) if text.isascii() and text.isdecimal() else 1


def _midnight(day: datetime.date) -> datetime.datetime:
    here = timezone.get_current_timezone()
    return datetime.datetime(day.year, day.month, day.day, tzinfo=here).astimezone(datetime.UTC)
