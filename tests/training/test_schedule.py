"""What is drawn, and at which rate is learnt."""

import numpy as np
import pytest

from training.config import Stage
from training.schedule import (
    learning_rate,
    loss_weights,
    mixup_share,
    order_of_epoch,
    picture_chances,
)

STAGES = (
    Stage(name="learn", epochs=10, learning_rate=1.0, last_learning_rate=0.1, warm_up_epochs=2),
    Stage(name="settle", epochs=5, learning_rate=0.1, last_learning_rate=0.0),
)


def test_the_rate_warms_up_and_then_falls_to_its_last_value():
    rates = [learning_rate(STAGES[0], epoch) for epoch in (0, 1, 2, 6, 10)]
    assert rates == pytest.approx([0.005, 0.505, 1.0, 0.55, 0.1])


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
def test_classes_are_drawn_alike_and_sources_as_asked(balance):
    labels = np.array([0] * 90 + [1] * 16)
    sources = np.array(["north"] * 81 + ["south"] * 9 + ["north"] * 16)
    chances = picture_chances(np.eye(2)[labels], sources, balance, exclusive=True)
    assert chances.sum() == pytest.approx(1)
    assert chances[labels == 0].sum() == pytest.approx(0.5)
    share_of_south = chances[81:90].sum() / 0.5
    assert share_of_south == pytest.approx({0.0: 0.1, 0.5: 0.25, 1.0: 0.5}[balance])


def test_a_constant_rate_stays_and_an_exponential_one_falls_by_the_same_factor():
    constant = Stage(name="a", epochs=4, learning_rate=0.1, schedule="constant")
    falling = Stage(
        name="b", epochs=4, learning_rate=1.0, last_learning_rate=0.0001, schedule="exponential"
    )
    assert [learning_rate(constant, epoch) for epoch in (0, 2, 4)] == pytest.approx([0.1] * 3)
    rates = [learning_rate(falling, epoch) for epoch in (0, 1, 2, 3, 4)]
    assert rates == pytest.approx([1.0, 0.1, 0.01, 0.001, 0.0001])


@pytest.mark.parametrize("known", [True, False])
def test_of_labels_that_are_not_exclusive_each_has_its_positives_and_negatives_drawn_alike(known):
    rare = np.array([1.0] * 5 + [0.0] * 95)
    targets = np.stack([rare, rare], axis=1)
    if not known:
        targets[50:, 1] = np.nan
    sources = np.array(["north"] * 100)
    chances = picture_chances(targets, sources, 0.0, exclusive=False)
    assert chances.sum() == pytest.approx(1)
    assert chances[:5].sum() == pytest.approx(0.5)
    assert (chances[5:50] > chances[99]).all() == (not known)


def test_weights_let_classes_count_alike_and_leave_the_mean_at_one():
    labels = np.array([0] * 90 + [1] * 10)
    sources = np.array(["north"] * 100)
    weights = loss_weights(np.eye(2)[labels], sources, 0.0, exclusive=True)
    assert weights.shape == (100, 1)
    assert weights.mean() == pytest.approx(1)
    assert weights[:90].sum() == pytest.approx(weights[90:].sum())


def test_what_nobody_knows_weighs_nothing():
    targets = np.array([[1.0, np.nan], [0.0, 1.0], [0.0, 0.0]])
    weights = loss_weights(targets, np.array(["north"] * 3), 0.0, exclusive=False)
    assert weights == pytest.approx(np.array([[1.5, 0.0], [0.75, 1.0], [0.75, 1.0]]))


@pytest.mark.parametrize(("pictures", "steps"), [(8, 2), (9, 3), (3, 1)])
def test_in_turn_every_picture_comes_and_every_batch_is_full(pictures, steps):
    order = order_of_epoch(np.random.default_rng(0), pictures, 4, None)
    assert order.shape == (steps, 4)
    assert set(order.ravel()) == set(range(pictures))


def test_a_seed_repeats_what_is_drawn():
    chances = np.array([0.2, 0.8, 0.0])
    first, again = (
        order_of_epoch(np.random.default_rng(1), 3, 4, chances).tolist() for _ in range(2)
    )
    assert first == again
    assert 2 not in np.ravel(first)


def test_without_mixup_pictures_stay_whole():
    assert mixup_share(np.random.default_rng(0), 0.0) == 1.0
    assert 0 <= mixup_share(np.random.default_rng(0), 0.3) <= 1
