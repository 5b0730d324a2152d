"""From a recipe to data that may be trained on: read, split, checked, written down."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from training.config import Recipe
from training.datasets.checks import check_enough
from training.datasets.dataset import DataSet
from training.datasets.gallery import write_galleries
from training.datasets.leaks import Pairs, find_leaks, near_pairs, refuse_leaks
from training.datasets.near_duplicates import ALIKE
from training.datasets.reading import read_data_of
from training.datasets.splitting import (
    group_pictures,
    in_order,
    is_split,
    make_split,
    rule_of,
    with_written_split,
    write_split,
)
from training.errors import TrainingError

REMARKS_SHOWN = 20


@dataclass(frozen=True)
class SplitData:
    """A data set with its split, and what led to it."""

    dataset: DataSet
    """Sorted by split and file: the pictures of a split are one piece of any array."""
    groups: np.ndarray
    pairs: Pairs
    rule: str


def data_for_training(
    recipe: Recipe,
    folder: Path,
    *,
    place: Path | None = None,
    cache: Path | None = None,
    say: Callable[[str], None] = print,
) -> DataSet:
    """Return the recipe's data, or those in ``place``, ready to train on in the run ``folder``.

    The split, made or given, is written to ``folder`` and used again when the run goes on. Too
    few pictures, or a split that leaks, is a TrainingError.
    """
    try:
        return _data_for_training(recipe, folder, place, cache, say)
    except OSError as error:
        reason = error.strerror or error
        raise TrainingError(f"{error.filename or folder}: {reason}. Nothing was begun.") from error


def _data_for_training(
    recipe: Recipe,
    folder: Path,
    place: Path | None,
    cache: Path | None,
    say: Callable[[str], None],
) -> DataSet:
    dataset = read_data_of(recipe, place, cache=cache, say=say)
    for line in shown_remarks(dataset):
        say(line)
    rule = rule_of(dataset, recipe.data)
    if written := with_written_split(dataset, rule, folder):
        check_enough(written[0], recipe.training.batch_size)
        if is_split(dataset):
            refuse_leaks(find_leaks(dataset, near_pairs(dataset, cache)), folder)
        return in_order(written[0])
    data = with_split(dataset, recipe, cache)
    check_enough(data.dataset, recipe.training.batch_size)
    refuse_leaks(find_leaks(data.dataset, data.pairs), folder)
    if suspects := len(find_leaks(data.dataset, data.pairs, least=ALIKE)):
        say(
            f"{suspects} pairs of pictures in different splits look alike, which may be one person "
            "twice; inspect_data lists them."
        )
    write_split(data.dataset, data.groups, data.rule, folder)
    write_galleries(data.dataset, folder)
    return data.dataset


def with_split(dataset: DataSet, recipe: Recipe, cache: Path | None = None) -> SplitData:
    """Return the data with the splits that they lack."""
    rule = rule_of(dataset, recipe.data)
    pairs = near_pairs(dataset, cache)
    groups = group_pictures(dataset, [(first, second) for first, second, _ in pairs])
    split = replace(make_split(dataset, groups, recipe.data), remarks=dataset.remarks)
    ordered = in_order(split)
    place = {file: index for index, file in enumerate(ordered.files.tolist())}
    moved = [place[file] for file in dataset.files.tolist()]
    return SplitData(
        dataset=ordered,
        groups=groups[np.argsort(moved)],
        pairs=[(moved[first], moved[second], likeness) for first, second, likeness in pairs],
        rule=rule,
    )


def shown_remarks(dataset: DataSet) -> list[str]:
    """Return what reading left out, at most so many lines of it."""
    more = len(dataset.remarks) - REMARKS_SHOWN
    shown = list(dataset.remarks[:REMARKS_SHOWN])
    return [*shown, f"… and {more} more remarks."] if more > 0 else shown
