"""The pointing game: hits counted by hand, against chance and the usual place."""

import numpy as np
import pytest

from inference.preprocessing import InputSpec
from tests.training.evaluation.answered import LABELS, make_dataset
from training.datasets.dataset import Box
from training.evaluation.pointing import SIDE, TOLERANCE, inside, peak, pointing_game

SPEC = InputSpec(32, 32, 1, "grey")
TOP_LEFT = Box("alpha", 0.0, 0.0, 0.3, 0.3)
BOTTOM_RIGHT = Box("alpha", 0.7, 0.7, 0.3, 0.3)


def maps_at(*places):
    """Return evidence (pictures, 8, 8, 2) with one bright cell each; None leaves a map empty."""
    evidence = np.zeros((len(places), 8, 8, 2))
    for index, place in enumerate(places):
        if place:
            evidence[index, place[0], place[1], 0] = 1.0
    return evidence


def play(boxes, evidence, spec=SPEC):
    dataset = make_dataset(
        [[1, 0]] * len(boxes), boxes={f"{i}.png": own for i, own in enumerate(boxes) if own}
    )
    return pointing_game(dataset, evidence, LABELS[:2], spec, draws=100)


def test_hits_are_counted_over_pictures_with_a_box():
    score = play(
        [(TOP_LEFT,), (TOP_LEFT,), (BOTTOM_RIGHT,), ()],
        maps_at((1, 1), (6, 6), (6, 6), (1, 1)),
    )["alpha"]
    assert (score["pictures"], score["hits"]) == (3, 2)
    assert score["score"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert score["score"]["low"] < 0.4


def test_chance_is_the_share_of_the_frame_that_counts():
    score = play([(TOP_LEFT,)], maps_at((1, 1)))["alpha"]
    assert score["chance"] == pytest.approx((0.3 + TOLERANCE) ** 2, abs=0.01)


def test_the_usual_place_is_where_the_other_maps_point():
    score = play([(TOP_LEFT,)] * 3, maps_at((1, 1), (1, 1), (6, 6)))["alpha"]
    # The first two boxes are hit by one of two other maps each, the third by both.
    assert score["elsewhere"] == pytest.approx((0.5 + 0.5 + 1.0) / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("left", "hit"), [(0.5 + TOLERANCE / 2, True), (0.5 + 2 * TOLERANCE, False)]
)
def test_a_maximum_beside_the_box_counts_within_the_tolerance(left, hit):
    target = inside([Box("alpha", left, 0.2, 0.3, 0.6)])
    assert bool(target[SIDE // 2, SIDE // 2]) is hit


def test_an_empty_map_points_nowhere():
    assert play([(Box("alpha", 0, 0, 1, 1),)], maps_at(None))["alpha"]["hits"] == 0


def test_a_plateau_points_at_its_middle():
    whole = np.zeros((SIDE, SIDE))
    whole[40:80, 100:160] = 1.0
    row, column = peak(whole)
    assert (row, column) == (pytest.approx(60, abs=3), pytest.approx(130, abs=3))


def test_the_border_that_is_not_read_is_no_place_to_point_at():
    bordered = InputSpec(32, 32, 1, "grey", {"border": 0.25})
    corner = Box("alpha", 0.0, 0.0, 0.2, 0.2)
    assert play([(corner,)], maps_at((0, 0)), bordered)["alpha"]["hits"] == 0
    assert play([(Box("alpha", 0.22, 0.22, 0.2, 0.2),)], maps_at((0, 0)), bordered)["alpha"]["hits"]


def test_labels_without_boxes_are_not_played():
    assert set(play([(TOP_LEFT,)], maps_at((1, 1)))) == {"alpha"}
    assert play([()], maps_at((1, 1))) == {}
