"""Trends, the file and the paper chart as pages: right, bounded, for whom they are."""

import csv
import datetime
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from aicare.models import AuditEvent
from patients.break_glass.opened_records import IN_SESSION
from patients.models import VitalSigns
from patients.services import correct_vital_signs, record_vital_signs, withdraw_vital_signs
from patients.services.break_glass import break_the_glass
from patients.trends.reading import COLUMNS
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter, make_patient, make_user_with

NAMES = ("trends", "vital_signs_csv", "observation_chart")


@pytest.fixture
def open_page(nurse, ward):
    """Return one of the pages as the nurse gets it."""

    def get(name="trends", status=200, **query):
        query = {key.rstrip("_"): value for key, value in query.items()}
        answer = nurse.get(reverse(f"patients:{name}", args=[ward.patient.pk]), query)
        assert answer.status_code == status, answer.content
        return answer

    return get


def words(answer):
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def make_set(ward, minutes=0, at=None, patient=None, **measurements):
    return record_vital_signs(
        patient=patient or ward.patient, recorded_by=ward.nurse, measurements=measurements,
        measured_at=at or timezone.now() - datetime.timedelta(minutes=minutes),
    )  # fmt: skip


def many_sets(ward, count, *, seconds=60):
    now = timezone.now()
    VitalSigns.objects.bulk_create(
        (
            VitalSigns(
                patient=ward.patient, recorded_by=ward.nurse, heart_rate_per_min=60 + number % 40,
                measured_at=now - datetime.timedelta(seconds=seconds * number + 1), risk="low",
                risk_min="low", rule="NEWS2-2017", score=1, score_min=1, score_max=1,
            )
            for number in range(count)
        ),
        batch_size=1000,
    )  # fmt: skip


# Trends


def test_every_sign_stands_on_one_page_with_its_newest_value_and_points(ward, open_page):
    make_set(ward, 300, **WELL)
    make_set(ward, 30, **ILL)
    page = words(open_page())
    for said in (
        "NEWS2 10 high", "Respiration /min 22 points: 2", "93 O₂ points: 2", "105/60 points: 1",
        "Pulse /min 112 points: 2", "38.4 points: 1", "Consciousness Alert", "Pain /10 3",
    ):  # fmt: skip
        assert said in page
    assert "Weight" not in page
    assert "2 sets" in page


def test_each_chart_has_a_name_and_a_table(ward, open_page):
    make_set(ward, 300, **WELL)
    html = open_page().content.decode()
    charts = re.findall(r'<svg class="plot"[^>]*role="img" aria-label="([^"]+)"', html)
    assert len(charts) == html.count('<details class="as-table">') == 7
    assert any(re.search(r"Pulse /min from .*: lowest 66, highest 66", name) for name in charts)


def test_a_corrected_set_is_there_once_and_one_in_error_not_at_all(ward, open_page):
    wrong = make_set(ward, 60, **WELL | {"heart_rate_per_min": 131})
    correct_vital_signs(
        vital_signs=wrong, corrected_by=ward.nurse, reason="slip",
        measurements={"heart_rate_per_min": 113},
    )  # fmt: skip
    gone = make_set(ward, 50, **WELL | {"heart_rate_per_min": 129})
    withdraw_vital_signs(vital_signs=gone, withdrawn_by=ward.nurse, reason="other patient")
    html = open_page().content.decode()
    assert "<b>113</b>" in html
    assert "<b>131</b>" not in html
    assert "<b>129</b>" not in html


@pytest.mark.parametrize(("period", "sets"), [("24h", 1), ("3d", 2), ("30d", 3), ("all", 4)])
def test_a_period_shows_its_sets(ward, open_page, period, sets):
    for days in (0.5, 2, 20, 90):
        make_set(ward, days * 24 * 60, **WELL)
    assert f"{sets} set" in words(open_page(period=period))


def test_from_and_to_are_the_time_of_the_site(ward, open_page):
    make_set(ward, at=datetime.datetime(2026, 7, 1, 6, 30, tzinfo=datetime.UTC), **WELL)
    hit = open_page(from_="2026-07-01T08:00", to="2026-07-01T09:00")
    assert "1 set" in words(hit)
    assert "1 Jul 08:30" in words(hit)
    assert "No set in this time" in words(
        open_page(from_="2026-07-01T06:00", to="2026-07-01T07:00")
    )


@pytest.mark.parametrize(
    "query",
    [
        {"from_": "yesterday"}, {"from_": "2026-01-02", "to": "2026-01-01"}, {"period": "week"},
        {"from_": "<script>"}, {"to": "9" * 500},
    ],
)  # fmt: skip
def test_nonsense_is_answered_with_the_form_and_a_reason(ward, open_page, query):
    make_set(ward, 30, **WELL)
    answer = open_page(status=400, **query)
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert "<script>alert" not in html
    assert "data-trends" not in html


def test_without_any_set_the_page_says_so(open_page):
    assert "No set of vital signs has been recorded." in words(open_page())


def test_without_a_set_in_this_time_the_page_leads_to_the_newest(ward, nurse, open_page):
    make_set(ward, 60 * 24 * 40, **WELL)
    answer = open_page()
    assert "No set in this time." in words(answer)
    (address,) = re.findall(r'id="up-to-newest" href="([^"]+)"', answer.content.decode())
    page = nurse.get(answer.request["PATH_INFO"] + address.replace("&amp;", "&"))
    assert "1 set" in words(page)


def test_nothing_earlier_is_offered_where_there_is_nothing(ward, open_page):
    make_set(ward, 60 * 24 * 5, **WELL)
    make_set(ward, 60, **WELL)
    assert 'id="earlier" href="?from=' in open_page(period="24h").content.decode()
    assert 'id="earlier"' not in open_page(period="all").content.decode()


def test_a_moment_of_another_year_says_so(ward, open_page):
    then = make_set(ward, 60 * 24 * 500, **WELL)
    assert f" {then.measured_at.year} " in words(open_page(period="all"))


def test_the_words_of_the_axis_stand_at_their_marks_and_not_over_each_other(ward, open_page):
    """At 320 px a word begins where the next one's half does: none may be moved aside."""
    make_set(ward, **WELL)
    axis = re.search(r'<div class="strip axis".*?</div>', open_page().content.decode(), re.DOTALL)
    assert set(re.findall(r'text-anchor="(\w+)"', axis.group())) == {"middle"}


def test_a_child_has_charts_without_a_score(ward, nurse):
    child = make_patient(ward.site, birth_date=timezone.localdate() - datetime.timedelta(days=900))
    make_set(ward, 30, patient=child, heart_rate_per_min=140, temperature_celsius="39.5")
    html = nurse.get(reverse("patients:trends", args=[child.pk])).content.decode()
    assert "<b>140</b>" in html
    assert not re.search(r'<rect class="p\d"', html)
    assert "NEWS2 does not apply to this patient in this time" in html


def test_thousands_of_sets_cost_as_many_queries_as_few_and_say_that_they_are_thinned(
    ward, open_page, django_assert_max_num_queries
):
    make_set(ward, 60, **WELL)
    with CaptureQueriesContext(connection) as few:
        open_page(period="all")
    many_sets(ward, 3_000)
    with django_assert_max_num_queries(len(few) + 2):
        page = open_page(period="all")
    assert "each column of the drawing" in words(page)
    assert "3001 sets" in words(page)
    assert page.content.decode().count("<tr data-x=") <= COLUMNS * 12
    assert "60 to 99" in words(page)


def test_the_extremes_of_thousands_of_sets_are_drawn(ward, open_page):
    many_sets(ward, 2_000)
    make_set(ward, 777.5, heart_rate_per_min=31)
    assert re.search(r"\b31 to \d\d\b", words(open_page(period="3d")))


def test_svg_numbers_keep_their_point_in_every_language(ward, open_page, nurse):
    make_set(ward, 30, **ILL)
    make_set(ward, 77, **ILL)
    ward.nurse.language = "de"
    ward.nurse.save()
    html = open_page().content.decode()
    assert not re.search(r'\b(x|y|x1|y1|width|height|data-x)="[^"]*,', html)
    assert not re.search(r' d="[^"]*,', html)
    assert "38,4" in strip_tags(html)


# The file


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_holds_every_set_of_the_time_not_thinned(ward, open_page):
    many_sets(ward, 1_500)
    answer = open_page("vital_signs_csv", period="all")
    assert answer.streaming
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(rows_of(answer)) == 1_500


def test_the_file_is_bounded_by_the_time_that_was_asked_for(ward, open_page):
    make_set(ward, 30, **WELL)
    make_set(ward, 60 * 30, **WELL)
    assert len(rows_of(open_page("vital_signs_csv", period="24h"))) == 1


def test_the_file_tells_times_of_the_site(ward, open_page):
    make_set(ward, at=datetime.datetime(2026, 7, 1, 6, 30, tzinfo=datetime.UTC), **WELL)
    (row,) = rows_of(open_page("vital_signs_csv", period="all"))
    assert row["measured_at"] == "2026-07-01T08:30:00+02:00"


def test_the_name_of_the_file_names_nobody(ward, open_page):
    disposition = open_page("vital_signs_csv").headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert ward.patient.family_name not in disposition
    assert ward.patient.medical_record_number not in disposition


def test_the_export_is_on_record_before_a_line_is_sent(ward, open_page):
    open_page("vital_signs_csv")
    event = AuditEvent.objects.get(action="vital-signs.exported")
    assert (event.patient_id, event.user) == (ward.patient.pk, ward.nurse)


def test_a_file_of_nonsense_is_refused(open_page):
    open_page("vital_signs_csv", status=400, from_="x")


def test_under_break_glass_signs_are_read_and_not_exported(stranger, ward):
    make_set(ward, 30, **WELL)
    grant = break_the_glass(
        user=ward.stranger, patient=ward.patient, reason="found unconscious at the gate"
    )
    session = stranger.session
    session[IN_SESSION] = [str(grant.pk)]
    session.save()
    page = stranger.get(reverse("patients:trends", args=[ward.patient.pk]))
    assert page.status_code == 200
    assert "Download CSV" not in page.content.decode()
    export = stranger.get(reverse("patients:vital_signs_csv", args=[ward.patient.pk]))
    assert export.status_code == 403
    assert not AuditEvent.objects.filter(action="vital-signs.exported").exists()


# The paper chart


def test_the_chart_of_a_day_has_its_sets_with_time_score_risk_and_initials(ward, open_page):
    make_encounter(ward.patient)
    make_set(ward, at=datetime.datetime(2026, 7, 1, 6, 30, tzinfo=datetime.UTC), **ILL)
    page = words(open_page("observation_chart", day="2026-07-01"))
    assert "NEWS2 observation chart, 1 Jul 2026, page 1 of 1" in page
    for said in ("08:30", "21–24 2 22", "total 10", "risk high", "next set within 15 min"):
        assert said in page
    assert ward.patient.medical_record_number in page
    assert str(ward.nurse) in page


def test_without_a_day_it_is_that_of_the_newest_set(ward, open_page):
    make_set(ward, at=datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC), **WELL)
    assert "2 Jul 2026, page 1 of 1" in words(open_page("observation_chart"))


def test_the_day_on_which_the_clock_is_set_back_has_all_its_hours(ward, open_page):
    for hour in (0, 1, 22):
        at = datetime.datetime(2026, 10, 25, hour, 30, tzinfo=datetime.UTC)
        make_set(ward, at=at, **WELL)
    page = words(open_page("observation_chart", day="2026-10-25"))
    assert page.count("02:30") == 2
    assert "23:30" in page


def test_a_day_without_sets_is_a_blank_chart_that_leads_to_the_newest_day(ward, open_page):
    make_set(ward, 60 * 50, **WELL)
    page = words(open_page("observation_chart", day="2026-01-01"))
    assert "No set of 1 Jan 2026." in page
    assert "Show that day" in page
    assert "page 1 of 1" in page


def test_the_chart_of_a_child_shades_nothing_blank_or_not(ward, open_page):
    ward.patient.birth_date = datetime.date(2025, 6, 1)
    ward.patient.save()
    for _ in range(2):
        answer = open_page("observation_chart", day="2026-07-01")
        assert "NEWS2 does not apply: under 16 years. Nothing is scored." in words(answer)
        assert "Figures at the right of a band" not in words(answer)
        assert 'class="p3"' not in answer.content.decode()
        make_set(ward, at=datetime.datetime(2026, 7, 1, 6, 30, tzinfo=datetime.UTC), **ILL)


def test_a_chart_with_a_scored_set_does_not_say_that_nothing_is_scored(ward, open_page):
    morning = datetime.datetime(2026, 7, 1, 6, 30, tzinfo=datetime.UTC)
    make_set(ward, at=morning, **ILL)
    ward.patient.pregnancy_status = "yes"
    ward.patient.save()
    make_set(ward, at=morning + datetime.timedelta(hours=1), **ILL)
    page = words(open_page("observation_chart", day="2026-07-01"))
    assert "Nothing is scored" not in page
    assert "total 10 –" in page
    assert "risk high no score" in page


def test_the_chart_says_what_is_known_of_allergies(ward, open_page):
    assert "No allergies recorded" in sheet_words(open_page)
    ward.patient.allergies.create(display="No known allergies")
    assert "No known allergies" in sheet_words(open_page)
    ward.patient.allergies.create(display="Latex")
    assert "Allergy: Latex" in sheet_words(open_page)
    for number in range(20):
        ward.patient.allergies.create(display=f"Substance {number}")
    assert "21 allergies: " in sheet_words(open_page), "or the chart would not fit on its sheet"
    assert " and 18 more" in sheet_words(open_page)


def sheet_words(open_page):
    return words(open_page("observation_chart")).split("Show Print", 1)[1].split("Printed", 1)[0]


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "٢٠٢٦"])
def test_a_day_that_is_none_is_refused_with_the_form(open_page, day):
    assert "“Day” is not a day." in words(open_page("observation_chart", status=400, day=day))


def test_a_day_of_a_monitor_comes_in_parts(ward, open_page):
    midnight = datetime.datetime(2026, 7, 1, 6, 0, tzinfo=datetime.UTC)
    many_sets(ward, 500)
    for number, one in enumerate(VitalSigns.objects.all()):
        one.measured_at = midnight + datetime.timedelta(minutes=number)
        one.save(update_fields=["measured_at"])
    first = words(open_page("observation_chart", day="2026-07-01"))
    assert "page 10 of 21" in first
    assert "page 11 of 21" not in first
    assert "page 21 of 21" in words(open_page("observation_chart", day="2026-07-01", part="3"))
    for part in ("0", "99", "x", "-1", "٣"):
        open_page("observation_chart", day="2026-07-01", part=part)


def test_the_chart_costs_as_many_queries_for_many_sets_as_for_one(ward, open_page):
    now = timezone.now().replace(hour=12)
    make_set(ward, at=now - datetime.timedelta(days=1), **WELL)
    with CaptureQueriesContext(connection) as one:
        open_page("observation_chart")
    for minutes in range(30):
        make_set(ward, at=now - datetime.timedelta(days=1, minutes=minutes + 1), **WELL)
    with CaptureQueriesContext(connection) as many:
        open_page("observation_chart")
    assert len(one) == len(many)


def test_notes_stand_below_and_are_text(ward, open_page):
    one = make_set(ward, 5, **WELL)
    VitalSigns.objects.filter(pk=one.pk).update(note="<b>asleep</b>")
    assert "&lt;b&gt;asleep&lt;/b&gt;" in open_page("observation_chart").content.decode()


# For all three


@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_record_is_not_found(stranger, ward, name):
    assert stranger.get(reverse(f"patients:{name}", args=[ward.patient.pk])).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_a_role_that_does_not_read_signs_is_refused(client, ward, name):
    client.force_login(make_user_with("patients.view_patient", site=ward.site))
    assert client.get(reverse(f"patients:{name}", args=[ward.patient.pk])).status_code == 403


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_posted_to_them(nurse, ward, name):
    assert nurse.post(reverse(f"patients:{name}", args=[ward.patient.pk])).status_code == 405


@pytest.mark.parametrize(
    ("name", "action"),
    [("trends", "vital-signs.trends-read"), ("observation_chart", "vital-signs.chart-read")],
)
def test_reading_is_on_record(ward, open_page, name, action):
    open_page(name)
    assert AuditEvent.objects.get(action=action).patient_id == ward.patient.pk
