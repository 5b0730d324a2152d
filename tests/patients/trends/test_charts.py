"""The drawings: what is higher stands higher, gaps stay gaps, bands are those of the score."""

import datetime
import re
from decimal import Decimal

import pytest

from patients.early_warning import (
    CONSCIOUSNESS,
    PULSE,
    SATURATION_SCALE_1,
    SATURATION_SCALE_2_ON_AIR,
    SATURATION_SCALE_2_ON_OXYGEN,
    TEMPERATURE,
)
from patients.trends.axes import ValueAxis, spread_out
from patients.trends.charts import draw_charts
from patients.trends.reading import LEVELS, OXYGEN, Reading
from patients.trends.thinning import Column, Span
from patients.trends.windows import Window

START = datetime.datetime(2026, 11, 18, tzinfo=datetime.UTC)
WINDOW = Window(START, START + datetime.timedelta(days=3))
PULSE_FIELD, SATURATION = "heart_rate_per_min", "oxygen_saturation_percent"


def at(hour, *, scale=1, applies=True, **values):
    moment = START + datetime.timedelta(hours=hour)
    spans = {
        name: Span(*map(Decimal, value)) if isinstance(value, tuple)
        else Span(Decimal(value), Decimal(value))
        for name, value in values.items()
    }  # fmt: skip
    levels = {"risk", "consciousness", OXYGEN}
    for name in levels & set(spans):
        spans[name] = Span(int(spans[name].low), int(spans[name].high))
    return Column(moment, moment, 1, spans, scale, applies)


def several(hour, hours, sets, **values):
    one = at(hour, **values)
    last = one.first_at + datetime.timedelta(hours=hours)
    return Column(one.first_at, last, sets, one.spans, one.scale, one.applies)


def draw(*columns, recent=None):
    return draw_charts(Reading(columns, columns if recent is None else recent), WINDOW)


def chart(key, *columns, **options):
    (found,) = [one for one in draw(*columns, **options).charts if one.plan.key == key]
    return found


def points(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def test_all_charts_share_one_axis_of_time():
    drawn = draw(at(6, heart_rate_per_min=80, temperature_celsius="37.0", glucose_mmol_per_l=5))
    places = {row.x for one in drawn.charts for row in one.rows}
    assert len(places) == 1


def test_rare_signs_have_a_chart_only_where_they_were_measured():
    keys = [one.plan.key for one in draw(at(1, heart_rate_per_min=80)).charts]
    assert "pulse" in keys
    assert "temperature" in keys
    assert not {"pain", "glucose", "weight", "flow", "fio2"} & set(keys)
    assert "weight" in [one.plan.key for one in draw(at(1, weight_kg="70.5")).charts]


def test_a_higher_value_stands_higher_and_a_later_one_further_right():
    first, last = points(
        chart("pulse", at(1, heart_rate_per_min=70), at(2, heart_rate_per_min=130)).main.dots
    )
    assert first[0] < last[0]
    assert first[1] > last[1]


@pytest.mark.parametrize(("hours", "pieces"), [(17, 1), (18, 1), (18.1, 2), (40, 2)])
def test_no_line_is_drawn_across_a_gap(hours, pieces):
    sets = [at(hour, heart_rate_per_min=80) for hour in (0, 1, 1 + hours, 2 + hours)]
    assert chart("pulse", *sets).main.line.count("M") == pieces


def test_weight_is_joined_from_week_to_week():
    sets = [at(0, weight_kg=70), at(70, weight_kg=71)]
    assert chart("weight", *sets).main.line.count("L") == 1


def test_a_value_without_neighbours_is_a_dot_however_many_there_are():
    sets = [at(hour / 4, heart_rate_per_min=80) for hour in range(200)]
    assert chart("pulse", *sets).main.dots == ""
    alone = chart("pulse", *sets, at(71, heart_rate_per_min=90)).main.dots
    assert len(points(alone)) == 1


def test_several_sets_in_a_column_are_an_upright_line_that_is_joined_to_nothing():
    line = chart(
        "pulse", at(1, heart_rate_per_min=80), several(2, 1, 9, heart_rate_per_min=(60, 150)),
        at(4, heart_rate_per_min=80),
    ).main.line  # fmt: skip
    assert "L" not in line
    assert line.count("V") == 1


def test_a_partial_set_is_a_range_and_no_point():
    one = chart("score", at(1, score=2, risk=0), at(2, partial=(3, 16), at_least=3))
    assert len(points(one.main.dots)) == 1
    assert one.ranges.count("V") == 1
    said = one.rows[0].said
    assert (said.value, said.note) == ("3 to 16", "incomplete")


def test_a_low_score_with_three_points_in_one_sign_has_a_ring():
    assert not chart("score", at(1, score=3, risk=0)).rings
    red = chart("score", at(1, score=3, risk=1))
    assert red.rings
    assert red.newest.said.note == "low-medium"


def test_what_stands_for_several_partial_sets_keeps_the_worst_that_is_certain():
    said = chart("score", several(2, 5, 7, partial=(0, 17), at_least=(0, 7), risk=3)).rows[0].said
    assert said.note == "high, incomplete: 0 to 17, at least 7"


@pytest.mark.parametrize(
    ("key", "field", "table", "options"),
    [
        ("pulse", PULSE_FIELD, PULSE, {}),
        ("temperature", "temperature_celsius", TEMPERATURE, {}),
        ("saturation", SATURATION, SATURATION_SCALE_1, {OXYGEN: 1}),
        ("saturation", SATURATION, SATURATION_SCALE_2_ON_AIR, {"scale": 2, OXYGEN: 0}),
        ("saturation", SATURATION, SATURATION_SCALE_2_ON_OXYGEN, {"scale": 2, OXYGEN: 1}),
    ],
)
def test_a_drawn_value_lies_in_the_shade_of_its_points(key, field, table, options):
    step = Decimal(1).scaleb(-table.places)
    for bound in table.bounds:
        for value in (Decimal(bound), bound + step):
            one = chart(key, at(1, **{field: value}, **options))
            ((_, y),) = points(one.main.dots)
            kinds = {shade.kind for shade in one.shades if shade.y <= y <= shade.y + shade.height}
            expected = table.points(value)
            assert kinds == ({f"p{expected}"} if expected else set()), value
            assert one.rows[0].said.points == expected


@pytest.mark.parametrize("code", LEVELS)
def test_consciousness_is_a_step_in_the_shade_of_its_points(code):
    one = chart("consciousness", at(1, consciousness=LEVELS.index(code)))
    ((_, y),) = points(one.main.dots)
    kinds = {shade.kind for shade in one.shades if shade.y < y < shade.y + shade.height}
    assert kinds == ({"p3"} if CONSCIOUSNESS[code] else set())
    assert one.rows[0].said.points == CONSCIOUSNESS[code]


def test_alert_stands_at_the_top_as_on_paper():
    alert, voice = points(
        chart("consciousness", at(1, consciousness=0), at(2, consciousness=2)).main.dots
    )
    assert alert[1] < voice[1]


def test_shading_follows_the_scale_and_the_oxygen_of_each_time():
    one = chart(
        "saturation",
        at(6, oxygen_saturation_percent=96, scale=1, **{OXYGEN: 0}),
        at(30, oxygen_saturation_percent=96, scale=2, **{OXYGEN: 1}),
        at(54, oxygen_saturation_percent=96, scale=2, **{OXYGEN: 0}),
    )
    assert len({(shade.x, shade.width) for shade in one.shades}) == 3
    assert [row.said.points for row in one.rows] == [0, 2, 0]


def test_oxygen_and_air_stand_below_saturation_until_the_next_set():
    one = chart(
        "saturation",
        at(1, oxygen_saturation_percent=96, **{OXYGEN: 0}),
        at(5, oxygen_saturation_percent=94, oxygen_flow_l_per_min=2, **{OXYGEN: 1}),
        at(9, oxygen_saturation_percent=94, oxygen_flow_l_per_min=2, **{OXYGEN: 1}),
        at(50, oxygen_saturation_percent=97, **{OXYGEN: 0}),
    )
    assert [(stay.text, stay.on_oxygen) for stay in one.lane] == [
        ("air", False), ("O₂ 2 L/min", True), ("air", False),
    ]  # fmt: skip
    air, oxygen, again = one.lane
    assert air.x + air.width == pytest.approx(oxygen.x, abs=0.1)
    assert oxygen.x + oxygen.width < again.x, "nothing is said across a gap"


def test_where_the_score_does_not_apply_nothing_is_shaded_and_nothing_has_points():
    drawn = draw(at(1, applies=False, heart_rate_per_min=140, consciousness=1))
    for one in drawn.charts:
        assert not one.shades
        assert not one.bands
        assert all(row.said.points is None for row in one.rows)


def test_pressure_says_both_and_is_scored_by_the_systolic():
    one = chart("pressure", at(1, systolic_mmhg=88, diastolic_mmhg=50))
    assert (one.rows[0].said.value, one.rows[0].said.points) == ("88/50", 3)
    assert one.stems
    half = chart("pressure", at(1, diastolic_mmhg=50))
    assert (half.rows[0].said.value, half.rows[0].said.points) == ("–/50", None)


def test_a_second_pulse_is_a_ring_and_the_worse_of_both_is_scored():
    one = chart("pulse", at(1, heart_rate_per_min=88, heart_rate_second_per_min=135))
    assert one.rings
    assert (one.rows[0].said.note, one.rows[0].said.points) == ("second reading 135", 3)


def test_the_newest_value_is_from_a_set_by_itself_even_when_columns_hold_many():
    thinned = (several(1, 5, 20, heart_rate_per_min=(60, 150)),)
    one = chart("pulse", *thinned, recent=(at(6, heart_rate_per_min=92),))
    assert one.newest.said.value == "92"
    assert one.rows[0].said.value == "60 to 150"


def test_a_chart_reads_as_a_sentence():
    text = chart("pulse", at(1, heart_rate_per_min=70), at(5, heart_rate_per_min=130)).text
    assert "Pulse /min" in text
    assert "lowest 70, highest 130, newest 130" in text
    assert chart("temperature", at(1, heart_rate_per_min=70)).text == (
        "Temperature: no value in this time"
    )


def test_an_axis_holds_every_value_and_what_is_always_shown():
    axis = ValueAxis.holding([250, 20], (35, 140), 80)
    assert 0 < axis.y(250) < axis.y(20) < 80
    assert axis.low < 20
    assert ValueAxis.holding([], (None, None), 80).high > 0
    assert 1 <= len(ValueAxis.holding([71, 71.4], (None, None), 60).rules()) <= 5


@pytest.mark.parametrize("places", [[], [5], [5, 6, 7], [70, 75, 79], [0, 40, 41, 42, 80]])
def test_labels_stand_apart_inside_the_drawing(places):
    found = spread_out(places, apart=12, height=82)
    assert len(found) == len(places)
    assert all(b - a >= 12 for a, b in zip(found, found[1:], strict=False))
    assert all(0 <= place <= 82 for place in found)


def test_an_old_score_is_not_the_newest_where_none_applies_any_more():
    before = at(6, score=2, risk=0, respiratory_rate_per_min=21)
    after = at(30, applies=False, respiratory_rate_per_min=25)
    assert chart("score", before).newest.said.value == "2"
    drawn = chart("score", before, after)
    assert drawn.newest is None
    assert len(drawn.rows) == 1, "what it was then is still told"
    end = max(shade.x + shade.width for shade in drawn.shades)
    assert end < 50, "the bands end where the score ends"
