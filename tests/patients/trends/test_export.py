"""The file of all sets: readable by programs, harmless in a spreadsheet."""

import csv
import datetime
import io
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from patients.models import VitalSigns
from patients.services import correct_vital_signs, record_vital_signs
from patients.trends.export import BYTE_ORDER_MARK, csv_lines, header, rows_for_export, safe_cell
from patients.units import Entered
from tests.complete_sets import WELL
from tests.factories import make_user

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", " =1+1", "\u00a0=1",
        "=", "-", "＝1+1", "-1e5", "+٣", "--1",
    ],
)  # fmt: skip
def test_a_formula_becomes_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("blank", ["\t", "\r", "\n"])
def test_a_formula_behind_a_sign_that_is_not_seen_becomes_text(blank):
    assert safe_cell(f"{blank}=1") == f"'{blank}'=1"


@pytest.mark.parametrize("text", ["-5", "+5", "-38.4", "38.4", "0", "air", "a=b", "2026-11-20", ""])
def test_numbers_and_harmless_text_stay_as_they_are(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("parts_at", [";", "\t", "|", "\n", "\r\n"])
@pytest.mark.parametrize("beside", ["", " ", '"', "\u00a0"])
def test_a_formula_behind_the_sign_of_another_language_becomes_text(parts_at, beside):
    written = safe_cell(f"slept well{parts_at}{beside}=1+1")
    assert written == f"slept well{parts_at}{beside}'=1+1"


@given(st.text(alphabet=st.sampled_from("=+-@;|\t\r\n\"' a1\u00a0＝")))
def test_no_part_of_a_cell_begins_a_formula(text):
    first, *others = re.split(r"[;|\t\r\n]", safe_cell(text))
    starts = {first.lstrip(" \u00a0")[:1], *(one.lstrip(' \u00a0"')[:1] for one in others)}
    assert not starts & set("=+-@＝") or re.fullmatch(r"[+-]?\d+", text)


@pytest.mark.parametrize("parts_at", [",", ";", "\t", "|"])
def test_a_row_has_its_columns_where_cells_are_parted_at_more_than_commas(sets, parts_at):
    text = "".join(csv_lines(rows_for_export(sets), MADRID)).removeprefix(BYTE_ORDER_MARK)
    unquoted = re.sub(r'"(?:[^"]|"")*"', "cell", text)
    assert len({line.count(",") for line in unquoted.splitlines()}) == 1
    assert parts_at == "," or parts_at not in unquoted


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
    assert (first["not_measured_because"], first["as_entered [UCUM]"]) == ("", "")
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


def test_why_a_value_is_missing_and_how_it_was_entered_are_told(ward):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements={"temperature_celsius": Entered(Decimal("101.1"), "[degF]")},
        absent_reasons={"heart_rate_per_min": "asked-declined"},
    )  # fmt: skip
    (row,) = read_back(VitalSigns.objects.all())
    assert row["temperature_celsius [8310-5 Cel]"] == "38.4"
    assert row["as_entered [UCUM]"] == "temperature_celsius=101.1[degF]"
    assert row["not_measured_because"] == "heart_rate_per_min=asked-declined"


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
