"""Only disagreement is pointed out: every rule, and that the agreeing side silences it."""

import dataclasses
import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from patients.concordance import (
    CALM,
    CALM_SIGNS,
    FILM_OUTDATED,
    LOOK_BACK,
    NOBODY_JUDGED,
    SCORE_UNEXPLAINED,
    WINDOW,
    ImageSeen,
    ReportSeen,
    SetSeen,
    disagreements,
    is_pneumonia,
)

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
CALM_POINTS = dict.fromkeys(CALM, 0)
RESPIRATION = {"respiratory_rate_per_min": 2}
PATTERN = {"viral-pneumonia": "positive", "covid-19": "negative"}
CLEAR = {"viral-pneumonia": "negative", "covid-19": "negative"}


def a_set(score, *, hours=0.0, points=None, at_least=None, number=1):
    """Return a set so many hours before now; a score of None makes it partial."""
    least = at_least if at_least is not None else score
    return SetSeen(UUID(int=number), NOW - hours * HOUR, score, least, points or {})


def a_report(calls, *, signed=False, words=False, number=1):
    return ReportSeen(UUID(int=number), calls, is_signed=signed, has_words=words)


def an_image(*reports, hours=0.0, chest=True, under_way=False, number=1):
    return ImageSeen(UUID(int=number), NOW - hours * HOUR, chest, reports, under_way)


def codes(images, sets):
    return [note.code for note in disagreements(images, sets, now=NOW)]


@pytest.mark.parametrize(
    ("label", "is_one"),
    [
        ("viral-pneumonia", True), ("covid-19", True), ("bacterial_pneumonia", True),
        ("COVID-19", True), ("mass", False), ("polyp", False), ("pneumothorax", False),
    ],
)  # fmt: skip
def test_labels_of_pneumonia(label, is_one):
    assert is_pneumonia(label) is is_one


# A pattern is called, the signs are calm.


@pytest.mark.parametrize("signed", [False, True])
def test_a_called_pneumonia_with_calm_signs_is_pointed_out(signed):
    image = an_image(a_report(PATTERN, signed=signed))
    calm = a_set(0, hours=1, points=CALM_POINTS)
    (note,) = disagreements([image], [calm], now=NOW)
    assert (note.code, note.image, note.vital_signs) == (CALM_SIGNS, image, calm)
    assert note.report.patterns == ("viral-pneumonia",)


@pytest.mark.parametrize("name", CALM)
def test_points_for_breathing_or_temperature_agree_with_a_pneumonia(name):
    sets = [a_set(2, hours=1, points=CALM_POINTS | {name: 2})]
    assert codes([an_image(a_report(PATTERN))], sets) == []


def test_points_elsewhere_do_not_make_the_breathing_less_calm():
    sets = [a_set(3, hours=1, points=CALM_POINTS | {"heart_rate_per_min": 2})]
    assert codes([an_image(a_report(PATTERN))], sets) == [CALM_SIGNS]


def test_a_sign_that_was_not_measured_is_not_calm():
    sets = [a_set(None, hours=1, at_least=0, points={"respiratory_rate_per_min": 0})]
    assert codes([an_image(a_report(PATTERN))], sets) == []


def test_a_partial_set_near_by_breaks_the_calm():
    calm = a_set(0, hours=3, points=CALM_POINTS)
    partial = a_set(None, hours=2, at_least=2, points=RESPIRATION, number=2)
    assert codes([an_image(a_report(PATTERN))], [calm, partial]) == []


def test_a_call_that_its_signer_took_back_is_none():
    image = an_image(a_report(CLEAR, signed=True))
    assert codes([image], [a_set(0, hours=1, points=CALM_POINTS)]) == []


@pytest.mark.parametrize("calls", [{"mass": "positive"}, {"viral-pneumonia": "uncertain"}])
def test_another_or_an_uncertain_call_is_no_pneumonia(calls):
    sets = [a_set(0, hours=1, points=CALM_POINTS)]
    assert codes([an_image(a_report(calls))], sets) == []


def test_the_nearest_complete_set_is_the_one_that_is_compared():
    calm_but_far = a_set(0, hours=6, points=CALM_POINTS)
    near = a_set(2, hours=1, points=CALM_POINTS | RESPIRATION, number=2)
    assert codes([an_image(a_report(PATTERN))], [calm_but_far, near]) == []


# No pattern, and a score that is high.


@pytest.mark.parametrize(
    ("score", "points", "expected"),
    [
        (7, {}, [SCORE_UNEXPLAINED]),
        (6, RESPIRATION, [SCORE_UNEXPLAINED]),
        (5, {"oxygen_saturation_percent": 1}, [SCORE_UNEXPLAINED]),
        (5, {"temperature_celsius": 2}, []),
        (4, RESPIRATION, []),
    ],
)
def test_a_raised_score_without_a_pattern(score, points, expected):
    sets = [a_set(score, hours=1, points=points)]
    assert codes([an_image(a_report(CLEAR))], sets) == expected


def test_a_partial_set_counts_by_its_minimum():
    high = a_set(None, hours=1, at_least=7)
    assert codes([an_image(a_report(CLEAR))], [high]) == [SCORE_UNEXPLAINED]
    assert codes([an_image(a_report(CLEAR))], [a_set(None, hours=1, at_least=4)]) == []


def test_a_nearer_partial_set_softens_no_complete_one():
    sets = [a_set(9, hours=2), a_set(None, hours=1, at_least=0, number=2)]
    assert codes([an_image(a_report(CLEAR))], sets) == [SCORE_UNEXPLAINED]


@pytest.mark.parametrize(
    "calls", [{"mass": "positive"} | CLEAR, CLEAR | {"covid-19": "uncertain"}, PATTERN]
)
def test_any_other_call_may_explain_the_score(calls):
    assert codes([an_image(a_report(calls))], [a_set(9, hours=1, points=RESPIRATION)]) == []


def test_words_of_a_signer_are_not_compared():
    image = an_image(a_report({}, signed=True, words=True), a_report(CLEAR, number=2))
    assert codes([image], [a_set(9, hours=1)]) == []


def test_other_parts_of_the_body_are_not_compared():
    image = an_image(a_report(CLEAR), chest=False)
    assert codes([image], [a_set(9, hours=1, points=RESPIRATION)]) == []


# The score has risen since.


def test_a_score_that_rose_by_three_makes_the_film_old():
    film, then, later = an_image(a_report(CLEAR), hours=30), a_set(1, hours=29), a_set(4, number=2)
    (note,) = disagreements([film], [then, later], now=NOW)
    assert (note.code, note.earlier, note.vital_signs) == (FILM_OUTDATED, then, later)


@pytest.mark.parametrize(
    "later", [a_set(3, number=2), a_set(None, at_least=3, number=2), a_set(0, number=2)]
)
def test_a_smaller_rise_does_not(later):
    assert codes([an_image(a_report(CLEAR), hours=30)], [a_set(1, hours=29), later]) == []


def test_the_minimum_of_a_later_partial_set_is_a_rise_too():
    sets = [a_set(1, hours=29), a_set(2, hours=5, number=2), a_set(None, at_least=5, number=3)]
    assert codes([an_image(a_report(CLEAR), hours=30)], sets) == [FILM_OUTDATED]


def test_a_partial_set_before_the_newest_complete_one_is_no_rise():
    sets = [a_set(1, hours=29), a_set(None, at_least=6, hours=9, number=2), a_set(1, number=3)]
    assert codes([an_image(a_report(CLEAR), hours=30)], sets) == []


def test_only_the_newest_film_is_outdated():
    films = [
        an_image(a_report(CLEAR), hours=60),
        an_image(a_report(PATTERN, number=2), hours=8, number=2),
    ]
    sets = [a_set(1, hours=60), a_set(6, points=RESPIRATION, number=2)]
    assert codes(films, sets) == []


# Nobody has judged the image.


@pytest.mark.parametrize("reports", [(), (a_report({}),)])
def test_a_high_score_and_an_image_that_nobody_judged(reports):
    assert codes([an_image(*reports, chest=False)], [a_set(7, hours=1)]) == [NOBODY_JUDGED]
    assert codes([an_image(*reports)], [a_set(6, hours=1, points=RESPIRATION)]) == []


def test_an_analysis_that_is_under_way_is_waited_for():
    assert codes([an_image(under_way=True)], [a_set(9, hours=1)]) == []


def test_an_abstention_that_a_person_signed_is_an_opinion():
    signed = a_report({}, signed=True, words=True)
    assert codes([an_image(signed)], [a_set(9, hours=1)]) == []


# Time.


@pytest.mark.parametrize("side", [-1, 1])
def test_sets_count_within_the_window(side):
    sure = [a_set(9, hours=20 + side * 12)]
    beyond = [a_set(9, hours=20 + side * 12.01)]
    image = an_image(a_report({}), hours=20)
    assert codes([image], sure) == [NOBODY_JUDGED]
    assert codes([image], beyond) == []


def test_old_images_are_left_alone():
    hours = (LOOK_BACK + HOUR) / HOUR
    assert codes([an_image(hours=hours)], [a_set(9, hours=hours)]) == []


# Whatever the numbers are: the agreeing side is silent.

hours = some.floats(min_value=0, max_value=24 * 9, allow_nan=False)
points = some.fixed_dictionaries({name: some.sampled_from([0, 0, 1, 2, 3]) for name in CALM})
calls = some.dictionaries(
    some.sampled_from(["viral-pneumonia", "covid-19", "mass"]),
    some.sampled_from(["positive", "negative", "uncertain"]),
)


@some.composite
def a_patients_sets(draw):
    found = []
    for number in range(draw(some.integers(0, 5))):
        score = draw(some.one_of(some.none(), some.integers(0, 20)))
        found.append(
            a_set(
                score, hours=draw(hours), points=draw(points), number=number,
                at_least=score if score is not None else draw(some.integers(0, 12)),
            )
        )  # fmt: skip
    return found


@some.composite
def a_patients_images(draw):
    return [
        an_image(
            *(
                a_report(draw(calls), signed=draw(some.booleans()), words=draw(some.booleans()))
                for _ in range(draw(some.integers(0, 2)))
            ),
            hours=draw(hours), chest=draw(some.booleans()), under_way=draw(some.booleans()),
            number=number,
        )
        for number in range(draw(some.integers(0, 4)))
    ]  # fmt: skip


@given(a_patients_images(), a_patients_sets())
def test_a_note_names_what_it_was_given_and_one_for_each_image(images, sets):
    notes = disagreements(images, sets, now=NOW)
    assert len({note.image.study_id for note in notes}) == len(notes)
    for note in notes:
        assert note.vital_signs in sets
        assert note.report is None or note.report in note.image.reports
        reference = note.earlier or note.vital_signs
        assert abs(reference.measured_at - note.image.taken_at) <= WINDOW


@given(a_patients_images(), a_patients_sets())
def test_signs_that_agree_silence_every_note(images, sets):
    """Swap only the signs: points for a called pattern, a low score for the rest."""
    for note in disagreements(images, sets, now=NOW):
        if note.code == CALM_SIGNS:
            agreeing = [dataclasses.replace(one, points=RESPIRATION) for one in sets]
        else:
            agreeing = [
                dataclasses.replace(
                    one, at_least=0, score=0 if one.is_complete else None, points={}
                )
                for one in sets
            ]
        assert disagreements([note.image], agreeing, now=NOW) == []


@given(a_patients_images(), a_patients_sets())
def test_images_that_agree_silence_every_note(images, sets):
    """Swap only the calls: none where the signs are calm, a pattern where they are not."""
    for note in disagreements(images, sets, now=NOW):
        call = "negative" if note.code == CALM_SIGNS else "positive"
        agreeing = dataclasses.replace(
            note.image, reports=(a_report({"viral-pneumonia": call, "mass": call}),)
        )
        found = [one.code for one in disagreements([agreeing], sets, now=NOW)]
        assert note.code not in found


@given(a_patients_images())
def test_without_signs_there_is_nothing_to_compare(images):
    assert disagreements(images, [], now=NOW) == []
