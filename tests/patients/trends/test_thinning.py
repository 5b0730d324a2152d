"""Thinned, the extremes are still there, in order, and never more columns than asked for."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from patients.trends.thinning import Column, Grid, Span
from tests.patients.trends.thinning_rule import thin, together

START = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
VALUES = st.integers(min_value=0, max_value=350)
MEASURED = st.dictionaries(st.sampled_from(["pulse", "score", "glucose"]), VALUES, min_size=1)
MOMENTS = st.integers(min_value=0, max_value=40 * 86_400)


@st.composite
def sets(draw):
    """Sets of one to forty days, oldest first; several may be of the same second."""
    rows = draw(st.lists(st.tuples(MOMENTS, MEASURED, st.sampled_from([1, 2])), min_size=1))
    return [
        Column(
            START + datetime.timedelta(seconds=at), START + datetime.timedelta(seconds=at), 1,
            {name: Span(value, value) for name, value in measured.items()}, scale,
        )
        for at, measured, scale in sorted(rows, key=lambda row: row[0])
    ]  # fmt: skip


def thinned(rows, most):
    return thin(rows, Grid.over(rows[0].first_at, rows[-1].first_at, most))


def extremes(columns, name):
    spans = [column.spans[name] for column in columns if name in column.spans]
    return (min(one.low for one in spans), max(one.high for one in spans)) if spans else None


@settings(deadline=None)
@given(sets(), st.integers(min_value=1, max_value=300))
def test_never_more_columns_than_asked_for_and_no_set_is_lost(rows, most):
    columns = thinned(rows, most)
    assert 1 <= len(columns) <= most
    assert sum(column.sets for column in columns) == len(rows)


@settings(deadline=None)
@given(sets(), st.integers(min_value=1, max_value=50))
def test_the_lowest_and_the_highest_of_every_sign_survive(rows, most):
    columns = thinned(rows, most)
    for name in ("pulse", "score", "glucose"):
        assert extremes(columns, name) == extremes(rows, name)


@settings(deadline=None)
@given(sets(), st.integers(min_value=1, max_value=50))
def test_every_high_score_is_at_most_the_highest_of_the_column_that_holds_its_time(rows, most):
    columns = thinned(rows, most)
    for row in rows:
        score = row.spans.get("score")
        if score and score.high >= 5:
            (holding,) = [one for one in columns if one.first_at <= row.first_at <= one.last_at]
            assert holding.spans["score"].high >= score.high


@settings(deadline=None)
@given(sets(), st.integers(min_value=1, max_value=50))
def test_the_order_is_kept_and_first_and_last_stay_first_and_last(rows, most):
    columns = thinned(rows, most)
    assert columns[0].first_at == rows[0].first_at
    assert columns[-1].last_at == rows[-1].last_at
    for earlier, later in zip(columns, columns[1:], strict=False):
        assert earlier.first_at <= earlier.last_at < later.first_at


@settings(deadline=None)
@given(sets())
def test_what_is_thinned_twice_is_what_is_thinned_once(rows):
    grid = Grid.over(rows[0].first_at, rows[-1].first_at, 20)
    assert thin(thin(rows, grid), grid) == thin(rows, grid)


def test_a_column_knows_whether_any_of_its_sets_was_scored_and_on_which_scale():
    def one(scale, applies):
        return Column(START, START, 1, {}, scale, applies)

    both = together(one(1, False), one(2, True))
    assert (both.scale, both.applies, both.sets) == (2, True, 2)
