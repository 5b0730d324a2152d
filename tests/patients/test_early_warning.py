"""NEWS2: every boundary, every set that was drawn, and the interval against brute force."""

from decimal import Decimal
from itertools import product

import pytest

from patients import early_warning
from patients.early_warning import PARAMETERS, assess, risk_of

NORMAL = {
    "respiratory_rate_per_min": Decimal(16),
    "oxygen_saturation_percent": Decimal(97),
    "on_supplemental_oxygen": False,
    "systolic_mmhg": Decimal(120),
    "heart_rate_per_min": Decimal(70),
    "consciousness": "alert",
    "temperature_celsius": Decimal("37.0"),
}


def score_set(scale=1, age_years=64, pregnant=False, **measurements):
    return assess(measurements, saturation_scale=scale, age_years=age_years, pregnant=pregnant)


def points_of(name, value, scale=1, **others):
    others = others if "on_supplemental_oxygen" in others else NORMAL | others
    return score_set(scale, **(NORMAL | others | {name: value})).points[name]


def test_a_normal_set_scores_zero_and_is_low():
    assessment = score_set(**NORMAL)
    assert (assessment.score, assessment.score_min, assessment.score_max) == (0, 0, 0)
    assert (assessment.risk, assessment.risk_min) == ("low", "low")
    assert assessment.missing == ()
    assert list(assessment.points) == list(PARAMETERS)


@pytest.mark.parametrize(
    ("value", "points"),
    [(0, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3), (120, 3)],
)
def test_respiration(value, points):
    assert points_of("respiratory_rate_per_min", Decimal(value)) == points


@pytest.mark.parametrize(
    ("value", "points"),
    [(0, 3), (91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)],
)
@pytest.mark.parametrize("oxygen", [False, True])
def test_saturation_on_scale_1_is_the_same_on_air_and_on_oxygen(value, points, oxygen):
    name = "oxygen_saturation_percent"
    assert points_of(name, Decimal(value), on_supplemental_oxygen=oxygen) == points


@pytest.mark.parametrize(
    ("value", "on_air", "on_oxygen"),
    [
        (0, 3, 3),
        (83, 3, 3),
        (84, 2, 2),
        (85, 2, 2),
        (86, 1, 1),
        (87, 1, 1),
        (88, 0, 0),
        (92, 0, 0),
        (93, 0, 1),
        (94, 0, 1),
        (95, 0, 2),
        (96, 0, 2),
        (97, 0, 3),
        (100, 0, 3),
    ],
)
def test_saturation_on_scale_2_depends_on_oxygen(value, on_air, on_oxygen):
    name = "oxygen_saturation_percent"
    assert points_of(name, Decimal(value), 2, on_supplemental_oxygen=False) == on_air
    assert points_of(name, Decimal(value), 2, on_supplemental_oxygen=True) == on_oxygen


@pytest.mark.parametrize(("oxygen", "points"), [(False, 0), (True, 2)])
def test_air_or_oxygen(oxygen, points):
    assert score_set(**NORMAL | {"on_supplemental_oxygen": oxygen}).score == points


@pytest.mark.parametrize(
    ("value", "points"),
    [(0, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)],
)
def test_systolic_pressure(value, points):
    assert points_of("systolic_mmhg", Decimal(value)) == points


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (0, 3),
        (40, 3),
        (41, 1),  # some public calculators give 2
        (50, 1),
        (51, 0),
        (90, 0),
        (91, 1),
        (110, 1),
        (111, 2),
        (130, 2),
        (131, 3),
        (350, 3),
    ],
)
def test_pulse(value, points):
    assert points_of("heart_rate_per_min", Decimal(value)) == points


@pytest.mark.parametrize(
    ("value", "points"),
    [("alert", 0), ("new_confusion", 3), ("voice", 3), ("pain", 3), ("unresponsive", 3)],
)
def test_consciousness(value, points):
    assert points_of("consciousness", value) == points


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("10.0", 3),
        ("35.0", 3),  # not "< 35"
        ("35.04", 3),
        ("35.05", 1),
        ("35.1", 1),
        ("36.0", 1),
        ("36.05", 0),
        ("36.1", 0),
        ("38.0", 0),
        ("38.04", 0),
        ("38.05", 1),  # 38.1, though binary rounding says 38.0
        ("38.1", 1),
        ("39.0", 1),
        ("39.05", 2),
        ("39.1", 2),
        ("47.0", 2),
    ],
)
def test_temperature(value, points):
    assert points_of("temperature_celsius", Decimal(value)) == points


@pytest.mark.parametrize(
    ("score", "any_three", "risk"),
    [
        (0, False, "low"),
        (1, False, "low"),
        (4, False, "low"),
        (3, True, "low-medium"),
        (4, True, "low-medium"),
        (5, False, "medium"),
        (5, True, "medium"),
        (6, True, "medium"),
        (7, False, "high"),
        (20, True, "high"),
    ],
)
def test_risk(score, any_three, risk):
    assert risk_of(score, any_three=any_three) == risk


def drawn(rr, spo2, oxygen, systolic, pulse, consciousness, temperature):
    values = (rr, spo2, oxygen, systolic, pulse, consciousness, temperature)
    return {
        name: Decimal(str(value)) if type(value) in {int, float} else value
        for name, value in zip(PARAMETERS, values, strict=True)
    }


@pytest.mark.parametrize(
    ("values", "score", "interval", "risk"),
    [
        (drawn(22, 93, True, 105, 112, "alert", 38.4), 10, (10, 10), "high"),
        (drawn(21, 92, False, 118, 96, "new_confusion", 37.2), 8, (8, 8), "high"),
        (drawn(17, 97, False, 88, 84, "alert", 36.6), 3, (3, 3), "low-medium"),
        (drawn(14, 98, False, 121, 76, "alert", 36.8), 0, (0, 0), "low"),
        (drawn(None, None, None, None, 104, "", 38.2), None, (2, 16), "incomplete"),
        (drawn(22, 93, True, 105, 112, "alert", None), None, (9, 12), "high"),
        (drawn(20, 95, False, 118, 98, "alert", 37.9), 2, (2, 2), "low"),
    ],
)
def test_sets_score_as_drawn_on_the_sketches(values, score, interval, risk):
    assessment = score_set(**values)
    assert assessment.score == score
    assert (assessment.score_min, assessment.score_max) == interval
    assert assessment.risk == risk


def test_the_sketched_summary_shows_the_points_of_each_sign():
    assessment = score_set(**drawn(22, 93, True, 105, 112, "alert", 38.4))
    assert list(assessment.points.values()) == [2, 2, 2, 1, 2, 0, 1]


def test_three_points_without_a_single_three_are_low():
    values = NORMAL | {"respiratory_rate_per_min": Decimal(22), "heart_rate_per_min": Decimal(95)}
    assert (score_set(**values).score, score_set(**values).risk) == (3, "low")


@pytest.mark.parametrize("absent", [None, "left out"])
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_missing_part_is_never_a_zero(name, absent):
    values = {key: value for key, value in NORMAL.items() if key != name}
    if absent is None:
        values[name] = None
    assessment = score_set(**values)
    assert assessment.score is None
    assert assessment.missing == (name,)
    assert name not in assessment.points
    highest = max(early_warning.POSSIBLE_POINTS[name])
    assert (assessment.score_min, assessment.score_max) == (0, highest)
    assert assessment.risk == "incomplete"


def test_an_empty_set_may_be_anything():
    assessment = score_set()
    assert (assessment.score_min, assessment.score_max) == (0, 20)
    assert assessment.missing == PARAMETERS


@pytest.mark.parametrize(
    ("extra", "oxygen"),
    [
        ({"oxygen_flow_l_per_min": Decimal("0.5")}, True),
        ({"fio2_percent": Decimal(22)}, True),
        ({"fio2_percent": Decimal(28), "oxygen_flow_l_per_min": Decimal(0)}, True),
        ({"oxygen_flow_l_per_min": Decimal(0)}, None),
        ({"fio2_percent": Decimal(21)}, None),
        ({"fio2_percent": Decimal(21), "oxygen_flow_l_per_min": Decimal(0)}, None),
        ({"fio2_percent": Decimal(40), "on_supplemental_oxygen": False}, False),
        ({"oxygen_flow_l_per_min": Decimal(0), "on_supplemental_oxygen": True}, True),
        ({}, None),
    ],
)
def test_oxygen_is_what_was_stated_or_else_what_a_flow_implies(extra, oxygen):
    assert early_warning.breathes_oxygen(extra) is oxygen
    assessment = score_set(**{**NORMAL, "on_supplemental_oxygen": None, **extra})
    assert ("on_supplemental_oxygen" in assessment.missing) is (oxygen is None)
    assert assessment.score == {True: 2, False: 0, None: None}[oxygen]


@pytest.mark.parametrize(
    ("first", "second", "score"), [(88, 112, 2), (112, 88, 2), (70, 45, 1), (None, 135, 3)]
)
def test_of_two_pulses_the_one_that_scores_higher_counts(first, second, score):
    pulses = {"heart_rate_per_min": first, "heart_rate_second_per_min": second}
    assert score_set(**NORMAL | pulses).score == score


@pytest.mark.parametrize(
    ("age_years", "pregnant", "reason"),
    [
        (15, False, "under_16_years"),
        (0, False, "under_16_years"),
        (None, False, "age_unknown"),
        (None, True, "age_unknown"),
        (30, True, "pregnant"),
        (16, False, ""),
    ],
)
def test_children_unknown_ages_and_pregnancy_have_no_score(age_years, pregnant, reason):
    assessment = score_set(age_years=age_years, pregnant=pregnant, **NORMAL)
    assert assessment.not_applicable_because == reason
    if reason:
        assert (assessment.score, assessment.score_min, assessment.score_max) == (None,) * 3
        assert (assessment.risk, assessment.risk_min) == ("not-applicable",) * 2
        assert (assessment.points, assessment.missing) == ({}, ())
    else:
        assert assessment.score == 0


# One value for every band of each parameter, for the ways to complete a set.
REPRESENTATIVES = {
    "respiratory_rate_per_min": [5, 10, 16, 22, 30],
    "oxygen_saturation_percent": [80, 84, 86, 90, 92, 93, 94, 95, 96, 98],
    "on_supplemental_oxygen": [False, True],
    "systolic_mmhg": [80, 95, 105, 120, 230],
    "heart_rate_per_min": [35, 45, 70, 100, 120, 140],
    "consciousness": ["alert", "voice"],
    "temperature_celsius": [34, 35.5, 37, 38.5, 40],
}
SEVERITY = ["low", "low-medium", "medium", "high"]
PARTIAL_SETS = [
    {},
    {"oxygen_saturation_percent": 95, "heart_rate_per_min": 120},
    {"oxygen_saturation_percent": 98},
    {"oxygen_saturation_percent": 84, "systolic_mmhg": 95},
    {"on_supplemental_oxygen": True},
    {"on_supplemental_oxygen": False, "temperature_celsius": 38.5},
    {"oxygen_saturation_percent": 98, "on_supplemental_oxygen": True, "heart_rate_per_min": 140},
    {"consciousness": "voice", "respiratory_rate_per_min": 30},
    {"systolic_mmhg": 230, "respiratory_rate_per_min": 22, "temperature_celsius": 40},
]


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("partial", PARTIAL_SETS, ids=lambda partial: ",".join(partial) or "empty")
def test_the_interval_is_that_of_all_ways_to_complete_the_set(partial, scale):
    choices = [[partial[name]] if name in partial else REPRESENTATIVES[name] for name in PARAMETERS]
    complete = [
        score_set(scale, **dict(zip(PARAMETERS, values, strict=True)))
        for values in product(*choices)
    ]
    assessment = score_set(scale, **partial)
    assert assessment.score_min == min(one.score for one in complete)
    assert assessment.score_max == max(one.score for one in complete)
    assert assessment.risk_min == min((one.risk for one in complete), key=SEVERITY.index)
    for name, points in assessment.points.items():
        assert {one.points[name] for one in complete} == {points}


def test_on_scale_2_saturation_and_oxygen_are_completed_together():
    """95 % is 0 + 0 on air and 2 + 2 on oxygen; 3 + 0 or 0 + 2 do not exist."""
    values = NORMAL | {"oxygen_saturation_percent": Decimal(95), "on_supplemental_oxygen": None}
    assessment = score_set(2, **values)
    assert (assessment.score_min, assessment.score_max) == (0, 4)
    assert "oxygen_saturation_percent" not in assessment.points


@pytest.mark.parametrize(
    ("partial", "risk", "risk_min"),
    [
        ({"systolic_mmhg": 88}, "incomplete", "low-medium"),
        ({"systolic_mmhg": 95, "consciousness": "voice"}, "medium", "medium"),
        ({"systolic_mmhg": 88, "consciousness": "voice", "heart_rate_per_min": 95}, "high", "high"),
        ({"heart_rate_per_min": 120}, "incomplete", "low"),
        ({"heart_rate_per_min": 70}, "incomplete", "low"),
    ],
)
def test_a_partial_set_has_at_least_the_risk_of_its_minimum(partial, risk, risk_min):
    assessment = score_set(**partial)
    assert (assessment.risk, assessment.risk_min) == (risk, risk_min)
