"""The paper chart: every value in the one row that holds it, with the points of the score."""

import datetime
from decimal import Decimal

import pytest

from patients.early_warning import assess
from patients.models import ObservationPolicy, VitalSigns
from patients.trends.sheet import COLUMNS, sheets
from patients.trends.sheet_below import initials, people, remarks
from tests.complete_sets import ILL, WELL
from tests.factories import make_user

START = datetime.datetime(2026, 11, 20, 6, tzinfo=datetime.UTC)


def make_one(number=0, *, scale=1, age=64, **measurements):
    """Return a scored set that is in no database."""
    values = {
        name: Decimal(str(value)) if isinstance(value, int | str) and not isinstance(value, bool)
        and name not in {"consciousness"} else value
        for name, value in measurements.items()
    }  # fmt: skip
    found = assess(values, saturation_scale=scale, age_years=age, pregnant=False)
    return VitalSigns(
        measured_at=START + datetime.timedelta(minutes=30 * number), saturation_scale=scale,
        score=found.score, score_min=found.score_min, score_max=found.score_max, risk=found.risk,
        risk_min=found.risk_min, points=found.points, missing=list(found.missing), **values,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _recorded_by_somebody(monkeypatch, db):
    author = make_user(first_name="Nneka", last_name="Okafor-Ruiz")
    monkeypatch.setattr(VitalSigns, "recorded_by", author)


def chart(*sets):
    (one,) = sheets(sets, policy=ObservationPolicy())
    return one


def group(sheet, label):
    (found,) = [one for one in sheet.groups if one.label == label]
    return found


def held(sheet, label, column=0):
    """Return text of the row, of the cell, and its points, wherever the column has something."""
    return [
        (row.text, row.cells[column].text, row.cells[column].points)
        for row in group(sheet, label).rows
        if row.cells[column].text
    ]


@pytest.mark.parametrize(
    ("value", "row", "points"),
    [
        (3, "≤ 8", 3), (8, "≤ 8", 3), (9, "9–11", 1), (11, "9–11", 1), (12, "12–14", 0),
        (14, "12–14", 0), (15, "15–17", 0), (20, "18–20", 0), (21, "21–24", 2), (24, "21–24", 2),
        (25, "≥ 25", 3), (120, "≥ 25", 3),
    ],
)  # fmt: skip
def test_a_value_stands_in_the_one_row_that_holds_it(value, row, points):
    sheet = chart(make_one(respiratory_rate_per_min=value))
    assert held(sheet, "Respiration") == [(row, str(value), points)]


@pytest.mark.parametrize(
    ("saturation", "oxygen", "row", "points"),
    [
        (83, True, "≤ 83", 3), (88, None, "88–92", 0), (92, True, "88–92", 0),
        (93, False, "≥ 93 on air", 0), (100, False, "≥ 93 on air", 0),
        (93, True, "93–94 on O₂", 1), (96, True, "95–96 on O₂", 2), (97, True, "≥ 97 on O₂", 3),
        (95, None, "≥ 93, O₂ not stated", None),
    ],
)  # fmt: skip
def test_on_scale_2_the_row_depends_on_oxygen(saturation, oxygen, row, points):
    one = make_one(scale=2, oxygen_saturation_percent=saturation, on_supplemental_oxygen=oxygen)
    sheet = chart(one)
    assert held(sheet, "SpO₂ scale 2") == [(row, str(saturation), points)]
    assert "SpO₂ scale 1" not in [found.label for found in sheet.groups]


def test_both_scales_stand_in_a_sheet_whose_sets_were_scored_on_both():
    sheet = chart(
        make_one(0, oxygen_saturation_percent=93),
        make_one(1, scale=2, oxygen_saturation_percent=91),
    )
    assert held(sheet, "SpO₂ scale 1") == [("92–93", "93", 2)]
    assert held(sheet, "SpO₂ scale 2", 1) == [("88–92", "91", 0)]
    assert held(sheet, "SpO₂ scale 2", 0) == []


def test_the_points_of_a_column_add_up_to_its_score():
    for signs in (WELL, ILL):
        one = make_one(**signs)
        sheet = chart(one)
        scored = [row.cells[0].points or 0 for part in sheet.groups for row in part.rows]
        assert sum(scored) == one.score


def test_oxygen_is_written_with_what_is_given():
    def text(**more):
        return held(chart(make_one(**more)), "Air or oxygen")

    assert text(on_supplemental_oxygen=False) == [("air", "air", 0)]
    assert text(oxygen_flow_l_per_min="2.0") == [("O₂, L/min or %", "2 L", 2)]
    assert text(on_supplemental_oxygen=True, fio2_percent=28) == [("O₂, L/min or %", "28 %", 2)]
    assert text(on_supplemental_oxygen=True) == [("O₂, L/min or %", "O₂", 2)]
    assert text(heart_rate_per_min=70) == []


def test_below_the_bands_stand_total_risk_and_when_the_next_is_due():
    sheet = chart(make_one(**ILL), make_one(1, **WELL), make_one(2, heart_rate_per_min=104))
    rows = {row.text: [cell.text for cell in row.cells] for row in group(sheet, "NEWS2").rows}
    assert rows["total"] == ["10", "0", "1–18"]
    assert rows["risk"] == ["high", "low", "incomplete"]
    assert rows["response"] == ["emerg.", "ward", ""]
    assert rows["next set within"] == ["15 min", "12 h", "4 h"]


@pytest.mark.parametrize(
    ("signs", "response"),
    [
        (WELL, "ward"), (WELL | {"systolic_mmhg": 88}, "urgent, ward"),
        (WELL | {"systolic_mmhg": 88, "heart_rate_per_min": 115}, "urgent"), (ILL, "emerg."),
        ({"systolic_mmhg": 88}, "urgent, ward"), ({"heart_rate_per_min": 70}, ""),
        ({"systolic_mmhg": 88, "heart_rate_per_min": 135, "consciousness": "pain"}, "emerg."),
    ],
)  # fmt: skip
def test_the_response_is_that_of_the_risk_or_of_what_is_certain(signs, response):
    rows = {row.text: row.cells[0].text for row in group(chart(make_one(**signs)), "NEWS2").rows}
    assert rows["response"] == response


def test_where_the_score_does_not_apply_nothing_has_points():
    sheet = chart(make_one(age=2, **ILL))
    assert all(not row.cells[0].points for part in sheet.groups for row in part.rows)
    assert held(sheet, "NEWS2")[0] == ("total", "–", None)
    assert held(sheet, "Respiration") == [("21–24", "22", None)]


def test_a_second_pulse_has_a_row_of_its_own_with_its_points():
    sheet = chart(make_one(heart_rate_per_min=88, heart_rate_second_per_min=112))
    assert held(sheet, "Pulse") == [("81–90", "88", 0), ("second reading", "112", 2)]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (24, 1), (25, 2), (48, 2), (49, 3)])
def test_a_page_holds_as_many_columns_as_paper_does(count, pages):
    found = sheets([make_one(n, **WELL) for n in range(count)], policy=ObservationPolicy())
    assert [sheet.number for sheet in found] == list(range(1, pages + 1))
    assert sum(len(sheet.sets) for sheet in found) == count
    assert all(len(sheet.sets) + len(sheet.blank) == COLUMNS for sheet in found)


def test_initials_are_told_apart_by_name_below():
    one, device = make_one(**WELL), make_one(1, **WELL)
    device.source = "device"
    assert initials(one) == "NOR"
    assert people([one, one, device]) == [
        ("NOR", "Nneka Okafor-Ruiz"),
        ("device", "Nneka Okafor-Ruiz"),
    ]


def test_reasons_and_notes_stand_below():
    one = make_one(heart_rate_per_min=80)
    one.absent_reasons, one.note = {"temperature_celsius": "asked-declined"}, "asleep"
    assert [remark.text for remark in remarks([one])] == [
        "Not measured: Temperature (patient declined)", "asleep",
    ]  # fmt: skip


def test_where_nothing_is_scored_no_band_is_shaded():
    child = make_one(age=5, respiratory_rate_per_min=34, temperature_celsius="39.2")
    (sheet,) = sheets([child], policy=ObservationPolicy(), is_scored=False)
    assert all(row.points is None for group in sheet.groups for row in group.rows)
    assert held(sheet, "Respiration") == [("≥ 25", "34", None)]
    assert held(sheet, "NEWS2")[:2] == [("total", "–", None), ("risk", "no score", None)]
