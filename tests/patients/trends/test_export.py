"""The file of all sets: readable by programs, harmless in a spreadsheet."""

import csv
import datetime
import io
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from patients.models import VitalSigns
from patients.services import correct_vital_signs, record_vital_signs
from patients.trends.export import BYTE_ORDER_MARK, csv_lines, header, rows_for_export, safe_cell
from tests.complete_sets import WELL
from tests.factories import make_user

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
        " =1+1", "\u00a0=1", "=", "-", "＝1+1", "-1e5", "+٣", "--1",
    ],
)  # fmt: skip
def test_a_formula_becomes_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+5", "-38.4", "38.4", "0", "air", "a=b", "2026-11-20", ""])
def test_numbers_and_harmless_text_stay_as_they_are(text):
    assert safe_cell(text) == text


def test_what_is_not_known_is_empty():
    assert safe_cell(None) == ""


@given(st.text())
def test_no_cell_ever_begins_a_formula(text):
    begins = safe_cell(text).lstrip(" ")[:1]
    assert begins not in set("=@\t\r") or begins == ""


@pytest.fixture
def sets(ward):
    def moments():
        yield datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)
        yield datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC)

    author = make_user("nurse", site=ward.site, first_name="=cmd|'/c calc'!A0", last_name="")
    for moment in moments():
        record_vital_signs(
            patient=ward.patient, recorded_by=author, measured_at=moment, measurements=WELL,
            note='=1+1, "quoted"\nand ; a second line; ñ',
        )  # fmt: skip
    return VitalSigns.objects.filter(patient=ward.patient)


def read_back(sets):
    text = "".join(csv_lines(rows_for_export(sets), MADRID))
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def test_every_column_has_its_unit_and_code_in_its_name():
    assert "heart_rate_per_min [8867-4 /min]" in header()
    assert "oxygen_saturation_percent [2708-6 59408-5 %]" in header()
    assert "temperature_celsius [8310-5 Cel]" in header()
    assert len(set(header())) == len(header())


def test_a_file_is_read_back_as_it_was_and_formulas_as_text(sets):
    first, second = read_back(sets)
    assert first["heart_rate_per_min [8867-4 /min]"] == "66"
    assert first["temperature_celsius [8310-5 Cel]"] == "36.8"
    assert first["weight_kg [29463-7 kg]"] == ""
    assert (first["on_supplemental_oxygen"], first["consciousness [ACVPU]"]) == ("false", "alert")
    assert (first["score"], first["risk"], first["missing"]) == ("0", "low", "")
    assert first["note"] == '\'=1+1, "quoted"\nand ; a second line; ñ'
    assert first["recorded_by"].startswith("'=cmd")


def test_the_hour_that_comes_twice_has_its_offset(sets):
    assert [row["measured_at"] for row in read_back(sets)] == [
        "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00",
    ]  # fmt: skip


def test_what_is_missing_is_named(ward):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"heart_rate_per_min": 104, "temperature_celsius": "38.0"},
    )  # fmt: skip
    (row,) = read_back(VitalSigns.objects.all())
    assert (row["score"], row["score_min"]) == ("", "1")
    assert "respiratory_rate_per_min" in row["missing"].split()


def test_rows_come_in_parts_however_many_there_are(ward, sets, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(read_back(sets)) == 2


def test_a_corrected_set_is_there_once(ward, sets):
    wrong = sets.first()
    correct_vital_signs(
        vital_signs=wrong, corrected_by=ward.nurse, reason="slip",
        measurements={"heart_rate_per_min": 77},
    )  # fmt: skip
    rows = read_back(sets.final())
    assert len(rows) == 2
    assert "77" in {row["heart_rate_per_min [8867-4 /min]"] for row in rows}
