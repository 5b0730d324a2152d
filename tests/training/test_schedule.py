"""What is drawn, and at which rate is learnt."""

import numpy as np
import pytest

from training.config import Stage
from training.schedule import learning_rate, mixup_share, picture_chances, stage_of

STAGES = (
    Stage(name="learn", epochs=10, learning_rate=1.0, last_learning_rate=0.1, warm_up_epochs=2),
    Stage(name="settle", epochs=5, learning_rate=0.1, last_learning_rate=0.0),
)


@pytest.mark.parametrize(
    ("epoch", "name", "within"),
    [(0, "learn", 0), (9, "learn", 9), (10, "settle", 0), (14, "settle", 4)],
)
def test_stages_follow_each_other(epoch, name, within):
    stage, epoch_in_stage = stage_of(STAGES, epoch)
    assert (stage.name, epoch_in_stage) == (name, within)


def test_the_rate_warms_up_and_then_falls_to_its_last_value():
    rates = [learning_rate(STAGES[0], epoch) for epoch in (0, 1, 2, 6, 10)]
    assert rates == pytest.approx([0.005, 0.505, 1.0, 0.55, 0.1])


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
def test_classes_are_drawn_alike_and_sources_as_asked(balance):
    labels = np.array([0] * 90 + [1] * 16)
    sources = np.array(["north"] * 81 + ["south"] * 9 + ["north"] * 16)
    chances = picture_chances(labels, sources, balance)
    assert chances.sum() == pytest.approx(1)
    assert chances[labels == 0].sum() == pytest.approx(0.5)
    share_of_south = chances[81:90].sum() / 0.5
    assert share_of_south == pytest.approx({0.0: 0.1, 0.5: 0.25, 1.0: 0.5}[balance])


def test_without_mixup_pictures_stay_whole():
    assert mixup_share(np.random.default_rng(0), 0.0) == 1.0
    assert 0 <= mixup_share(np.random.default_rng(0), 0.3) <= 1
