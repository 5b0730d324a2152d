"""A network that could be reading the hospital does not pass."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from training.datasets.dataset import DataSet
from training.gates.comparisons import Figure, is_nearly_as_good
from training.gates.probes import border_of, thumbnail_of
from training.gates.shortcuts import check_shortcuts

OF_EACH = 24
CHECKERS = np.indices((8, 8)).sum(axis=0) % 2 * 2 - 1
"""Too fine for a thumbnail."""
SPLITS = ("train", "val", "test")


def make_case(folder, *, border=0.0, wider=0, sources=("north",), sources_by_label=False, sure=3.0):
    """Write noise with a pattern for the sick; what else tells the label is as asked.

    The network is sure of the pattern and sees nothing else. Files of one size tell nothing.
    """
    random = np.random.default_rng(1)
    rows = [
        (split, sick, sources[(sick if sources_by_label else number) % len(sources)], number)
        for split in SPLITS
        for sick in (0, 1)
        for number in range(OF_EACH)
    ]
    files = []
    for split, sick, _, number in rows:
        picture = random.uniform(0.3, 0.7, size=(40, 40 + wider * sick))
        picture[:3] += border * sick
        place = random.integers(8, 24, size=2)
        picture[place[0] : place[0] + 8, place[1] : place[1] + 8] += 0.2 * sick * CHECKERS
        files.append(f"{split}-{sick}-{number}.tif")
        pixels = (np.clip(picture, 0, 1) * 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / files[-1])
    sick = np.array([row[1] for row in rows])
    count = len(rows)
    dataset = DataSet(
        folder=folder,
        codes=("polyp",),
        files=np.array(files),
        targets=sick[:, None].astype(np.float32),
        patients=np.array(files),
        sources=np.array([row[2] for row in rows]),
        splits=np.array([row[0] for row in rows]),
        digests=np.array(files),
        views=np.full(count, ""),
        ages=np.full(count, np.nan),
        sexes=np.full(count, ""),
    )
    pictures = np.stack([np.full((16, 16, 1), 0.5)] * count) + random.normal(size=(count, 1, 1, 1))
    tested = dataset.splits == "test"
    logits = sure * (2 * sick[tested] - 1) + random.normal(size=tested.sum())
    return dataset, {
        "pictures": pictures,
        "features": random.normal(size=(count, 4)),
        "probabilities": 1 / (1 + np.exp(-logits))[:, None],
    }


def rows_about(verdict, words):
    return [row for row in verdict.table if words in row[0]]


def test_a_network_that_sees_more_than_the_traces_passes(tmp_path):
    dataset, found = make_case(tmp_path)
    verdict = check_shortcuts(dataset, **found)
    assert verdict.passed, verdict.says
    assert "no second source" in verdict.says


def test_a_border_that_tells_the_label_fails_by_name(tmp_path):
    dataset, found = make_case(tmp_path, border=0.3)
    verdict = check_shortcuts(dataset, **found)
    assert not verdict.passed
    assert (
        "Nearly as well as the network tell a label: the border of the file (polyp)" in verdict.says
    )
    assert rows_about(verdict, "the border of the file")[0][-1] == "nearly as well"
    assert rows_about(verdict, "the border of what the network reads")[0][-1] != "nearly as well"


def test_a_size_that_goes_with_the_label_fails(tmp_path):
    dataset, found = make_case(tmp_path, wider=8)
    verdict = check_shortcuts(dataset, **found)
    assert not verdict.passed
    assert "the picture's size (polyp)" in verdict.says


def test_a_label_that_goes_with_the_source_fails_because_nobody_can_tell(tmp_path):
    dataset, found = make_case(tmp_path, sources=("north", "south"), sources_by_label=True)
    verdict = check_shortcuts(dataset, **found)
    assert not verdict.passed
    assert "the name of the source (polyp)" in verdict.says
    assert "Label and source cannot be told apart" in verdict.says


def test_a_source_that_tells_nothing_about_the_label_may_be_recognised(tmp_path):
    dataset, found = make_case(tmp_path, sources=("north", "south"))
    found["features"][:, 0] = 5.0 * (dataset.sources == "north")
    verdict = check_shortcuts(dataset, **found)
    assert rows_about(verdict, "the network’s features")[0][-1] == "knows the source"
    assert verdict.passed, verdict.says


def test_features_that_know_a_source_which_goes_with_the_label_fail(tmp_path):
    dataset, found = make_case(tmp_path, sources=("north", "south"))
    # Three quarters of the sick come from the north, so the source says something, not all.
    sick = dataset.targets[:, 0]
    number = np.arange(len(dataset)) % 4
    sources = np.where((number == 0) == (sick == 1), "south", "north")
    dataset = replace(dataset, sources=sources)
    found["features"][:, 0] = 5.0 * (dataset.sources == "north")
    verdict = check_shortcuts(dataset, **found)
    assert "Its features tell the source where the label is the same." in verdict.says


def test_a_network_that_is_worse_inside_one_source_fails(tmp_path):
    dataset, found = make_case(tmp_path, sources=("north", "south"))
    tested = dataset.splits == "test"
    inside = dataset.sources[tested] == "north"
    found["probabilities"][inside] = 0.5
    verdict = check_shortcuts(dataset, **found)
    assert "It ranks worse than over all inside north (polyp)." in verdict.says


def test_a_label_that_is_nowhere_absent_cannot_be_probed_and_does_not_pass(tmp_path):
    dataset, found = make_case(tmp_path)
    only = replace(dataset, targets=np.ones_like(dataset.targets))
    assert not check_shortcuts(only, **found).passed


@pytest.mark.parametrize(
    ("probe", "network", "expected"),
    [
        (Figure(0.95, 0.9, 0.99), Figure(0.97, 0.94, 0.99), True),  # reaches the lower bound
        (Figure(0.9, 0.85, 0.95), Figure(0.97, 0.96, 0.98), True),  # four fifths of the skill
        (Figure(0.8, 0.75, 0.85), Figure(0.97, 0.96, 0.98), False),
        (Figure(0.6, 0.45, 0.75), Figure(0.62, 0.5, 0.74), False),  # may be chance
        (Figure(0.6, 0.55, 0.75), Figure(0.7, 0.59, 0.81), True),
    ],
)
def test_what_counts_as_nearly_as_good(probe, network, expected):
    assert is_nearly_as_good(probe, network) is expected


def test_the_border_does_not_see_the_middle():
    picture = np.random.default_rng(0).uniform(size=(64, 64, 1)).astype(np.float32)
    changed = picture.copy()
    changed[16:48, 16:48] = 1.0
    np.testing.assert_array_equal(border_of(picture), border_of(changed))
    assert not np.array_equal(thumbnail_of(picture), thumbnail_of(changed))
