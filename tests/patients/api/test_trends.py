"""Trends over REST: thinned for drawing, complete as a file, for those who may read."""

import csv
import datetime
import io

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.break_glass.opened_records import IN_SESSION
from patients.models import VitalSigns
from patients.services import record_vital_signs
from patients.services.break_glass import break_the_glass
from tests.complete_sets import ILL, WELL
from tests.factories import make_user_with


@pytest.fixture
def address(ward):
    return f"/api/v1/patients/{ward.patient.pk}/vital-signs/"


def make_set(ward, minutes, **measurements):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=measurements,
        measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
    )  # fmt: skip


def many_sets(ward, count):
    now = timezone.now()
    VitalSigns.objects.bulk_create(
        VitalSigns(
            patient=ward.patient, recorded_by=ward.nurse, heart_rate_per_min=60 + number % 40,
            measured_at=now - datetime.timedelta(minutes=number + 1), risk="low", risk_min="low",
            rule="NEWS2-2017", score=None, score_min=0, score_max=17,
        )
        for number in range(count)
    )  # fmt: skip


def series_of(body, field):
    (found,) = [one for one in body["series"] if one["field"] == field]
    return found


def test_few_sets_come_one_by_one_with_unit_codes_and_bands(nurse, ward, address):
    make_set(ward, 90, **WELL)
    make_set(ward, 30, **ILL)
    body = nurse.get(f"{address}trends/").json()
    assert (body["sets"], body["thinned"], body["seconds_per_point"]) == (2, False, None)
    pulse = series_of(body, "heart_rate_per_min")
    assert (pulse["unit"], pulse["loinc"]) == ("/min", ["8867-4"])
    assert [point["value"] for point in pulse["points"]] == [66, 112]
    (scored,) = pulse["scored_by"]
    assert scored["bands"][0] == {"low": None, "high": 40, "points": 3}
    assert scored["bands"][-1] == {"low": 131, "high": None, "points": 3}
    assert [point["value"] for point in series_of(body, "temperature_celsius")["points"]] == [
        36.8, 38.4,
    ]  # fmt: skip
    assert [point["value"] for point in series_of(body, "score")["points"]] == [0, 10]


def test_saturation_has_the_bands_of_both_scales(nurse, ward, address):
    make_set(ward, 30, **WELL)
    scored = series_of(nurse.get(f"{address}trends/").json(), "oxygen_saturation_percent")
    conditions = [
        (one["saturation_scale"], one["on_supplemental_oxygen"]) for one in scored["scored_by"]
    ]
    assert conditions == [(1, None), (2, False), (2, True)]


def test_many_sets_become_as_many_points_as_asked_for(nurse, ward, address):
    many_sets(ward, 300)
    body = nurse.get(f"{address}trends/", {"points": 50}).json()
    points = series_of(body, "heart_rate_per_min")["points"]
    assert body["thinned"]
    assert body["sets"] == 300
    assert len(points) <= 50
    assert sum(point["sets"] for point in points) == 300
    assert min(point["min"] for point in points) == 60
    assert max(point["max"] for point in points) == 99
    assert len(series_of(body, "score_partial")["points"]) == len(points)


def test_since_and_until_bound_the_time(nurse, ward, address):
    make_set(ward, 90, **WELL)
    make_set(ward, 30, **WELL)
    since = (timezone.now() - datetime.timedelta(minutes=60)).isoformat()
    assert nurse.get(f"{address}trends/", {"since": since}).json()["sets"] == 1
    assert nurse.get(f"{address}trends/", {"until": since}).json()["sets"] == 1


def test_without_a_set_there_is_no_series(nurse, address):
    body = nurse.get(f"{address}trends/").json()
    assert (body["sets"], body["series"]) == (0, [])


@pytest.mark.parametrize(
    "query",
    [
        {"points": "0"}, {"points": "9"}, {"points": "1001"}, {"points": "many"}, {"points": "٣٠"},
        {"points": "-10"}, {"points": "1" * 5000}, {"since": "yesterday"},
        {"since": "2026-01-01T00:00"}, {"since": "2026-02-01T00:00Z", "until": "2026-01-01T00:00Z"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_400(nurse, address, query):
    assert nurse.get(f"{address}trends/", query).status_code == 400


def test_displays_stay_english_whatever_the_caller_reads(nurse, ward, address):
    make_set(ward, 30, **WELL)
    body = nurse.get(f"{address}trends/", headers={"Accept-Language": "de"}).json()
    assert series_of(body, "on_supplemental_oxygen")["display"] == "Supplemental oxygen"
    assert series_of(body, "consciousness")["display"] == "Consciousness"


def test_reading_trends_is_on_record(nurse, ward, address):
    nurse.get(f"{address}trends/")
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_id) == ("vital-signs.trends-read", ward.patient.pk)


@pytest.mark.parametrize("path", ["trends/", "export/"])
def test_a_foreign_patient_is_not_found_and_a_role_without_signs_is_refused(
    api, ward, address, path
):
    api.force_authenticate(ward.stranger)
    assert api.get(f"{address}{path}").status_code == 404
    api.force_authenticate(make_user_with("patients.view_patient", site=ward.site))
    assert api.get(f"{address}{path}").status_code == 403


def test_the_file_holds_every_set_without_a_byte_order_mark(nurse, ward, address):
    many_sets(ward, 300)
    answer = nurse.get(f"{address}export/", headers={"Accept": "text/csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("id,")
    assert len(list(csv.reader(io.StringIO(text)))) == 301
    assert AuditEvent.objects.get().action == "vital-signs.exported"


def test_who_sees_the_record_by_break_glass_takes_no_data_out(client, ward, address):
    make_set(ward, 30, **WELL)
    grant = break_the_glass(
        user=ward.stranger, patient=ward.patient, reason="found unconscious at the gate"
    )
    client.force_login(ward.stranger)
    session = client.session
    session[IN_SESSION] = [str(grant.pk)]
    session.save()
    assert client.get(f"{address}trends/").status_code == 200
    answer = client.get(f"{address}export/", headers={"Accept": "text/csv"})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "no_export_under_break_glass"
