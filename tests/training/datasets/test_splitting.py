"""People are split, not pictures; the same data give the same split, and it is written down."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.training.datasets.collections import make_dataset, settings
from training.datasets.dataset import ARRAYS
from training.datasets.splitting import (
    group_pictures,
    in_order,
    make_split,
    rule_of,
    with_written_split,
    write_split,
)
from training.errors import TrainingError

unhurried = hypothesis_settings(deadline=None, max_examples=50)


def split_of(dataset, pairs=(), **given):
    return make_split(dataset, group_pictures(dataset, pairs), settings(**given))


def by_file(dataset):
    return dict(zip(dataset.files.tolist(), dataset.splits.tolist(), strict=True))


def shuffled(dataset, seed):
    order = np.random.default_rng(seed).permutation(len(dataset))
    return replace(dataset, **{name: getattr(dataset, name)[order] for name in ARRAYS})


def test_shares_hold_for_every_label_in_every_source():
    sources = ["north", "north", "south", "south", "south"] * 80
    dataset = split_of(make_dataset(count=400, sources=sources))
    for label in (0, 1):
        for source, count in (("north", 80), ("south", 120)):
            chosen = dataset.where((dataset.labels == label) & (dataset.sources == source))
            shares = [np.mean(chosen.splits == name) for name in ("train", "val", "test")]
            assert shares == pytest.approx([0.7, 0.15, 0.15], abs=1.5 / count)


def test_no_patient_and_no_pair_of_copies_is_torn_apart():
    patients = [f"p{index // 3}" for index in range(300)]
    pairs = [(0, 100), (100, 250), (7, 60)]
    dataset = split_of(make_dataset(count=300, patients=patients), pairs)
    for patient in set(patients):
        assert len(set(dataset.splits[dataset.patients == patient])) == 1
    assert all(dataset.splits[first] == dataset.splits[second] for first, second in pairs)


@unhurried
@given(st.integers(0, 10**6))
def test_the_order_of_the_files_changes_nothing(seed):
    dataset = make_dataset(count=60, patients=[f"p{index // 2}" for index in range(60)])
    assert by_file(split_of(shuffled(dataset, seed))) == by_file(split_of(dataset))


def test_another_seed_gives_another_split_with_the_same_shares():
    dataset = make_dataset(count=200)
    one, other = split_of(dataset, split_seed=0), split_of(dataset, split_seed=1)
    assert by_file(one) != by_file(other)
    assert sorted(one.splits.tolist()) == sorted(other.splits.tolist())


def test_a_rare_label_reaches_every_split():
    dataset = split_of(make_dataset(count=100, labels=[1, 1, 1, *[0] * 97]))
    assert sorted(dataset.splits[:3].tolist()) == ["test", "train", "val"]


def test_only_what_the_data_do_not_give_is_made():
    splits = ["test"] * 20 + ["train"] * 80
    dataset = split_of(make_dataset(count=100, splits=splits))
    assert set(dataset.splits[:20]) == {"test"}
    assert np.sum(dataset.splits == "val") == pytest.approx(80 * 0.15 / 0.85, abs=1)


@pytest.mark.parametrize("shares", [{"train": 1.0}, {"train": 0.8, "val": 0.2, "test": 0.0}])
def test_a_share_of_nothing_is_refused(shares):
    with pytest.raises(TrainingError, match="share above 0 for each of train, val and test"):
        split_of(make_dataset(count=10), shares=shares)


def test_groups_have_the_same_names_in_any_order():
    dataset = make_dataset(count=30, patients=[f"p{index // 5}" for index in range(30)])
    other = shuffled(dataset, 3)
    names = dict(zip(dataset.files.tolist(), group_pictures(dataset, []).tolist(), strict=True))
    assert names == dict(zip(other.files.tolist(), group_pictures(other, []).tolist(), strict=True))


def test_splits_are_pieces_in_order():
    dataset = in_order(split_of(shuffled(make_dataset(count=50), 1)))
    assert dataset.splits.tolist() == sorted(
        dataset.splits.tolist(), key=["train", "val", "test"].index
    )
    train = dataset.split("train")
    assert train.files.tolist() == sorted(train.files.tolist())


@pytest.fixture
def written(tmp_path):
    """A data set without splits, and the folder in which its split was written down."""
    dataset = make_dataset(count=40)
    groups = group_pictures(dataset, [])
    rule = rule_of(dataset, settings())
    write_split(make_split(dataset, groups, settings()), groups, rule, tmp_path)
    return dataset, rule, tmp_path


def test_a_run_that_goes_on_has_the_split_that_was_written(written):
    dataset, rule, folder = written
    again, groups = with_written_split(shuffled(dataset, 5), rule, folder)
    assert by_file(again) == by_file(split_of(dataset))
    assert len(set(groups.tolist())) == 40


def test_a_new_run_has_no_written_split(tmp_path):
    assert with_written_split(make_dataset(count=4), "any", tmp_path) is None


def test_data_that_changed_since_are_refused(written):
    dataset, rule, folder = written
    with pytest.raises(TrainingError, match="0 pictures are new, 1 are gone"):
        with_written_split(dataset.where(np.arange(40) > 0), rule, folder)


def test_another_seed_is_refused_in_the_same_run(written):
    dataset, _, folder = written
    with pytest.raises(TrainingError, match=r"split\.csv was written for"):
        with_written_split(dataset, rule_of(dataset, settings(split_seed=2)), folder)


def test_a_given_split_that_changed_is_refused(tmp_path):
    dataset = make_dataset(count=6, splits=["train", "val", "test"] * 2)
    rule = rule_of(dataset, settings())
    write_split(dataset, group_pictures(dataset, []), rule, tmp_path)
    assert with_written_split(dataset, rule, tmp_path)
    moved = replace(dataset, splits=np.array(["train", "val", "test", "val", "train", "test"]))
    with pytest.raises(TrainingError, match="the splits or the way"):
        with_written_split(moved, rule, tmp_path)
