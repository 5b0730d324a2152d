"""Split people, not pictures: patients, joined with near-copies, go whole to train, val or test."""

import csv
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.config import DataSettings
from training.datasets.dataset import ARRAYS, SPLITS, DataSet
from training.datasets.near_duplicates import joined
from training.errors import TrainingError
from training.whole_files import written_whole

FILE = "split.csv"
FIELDS = ("file", "split", "group", "rule")


def group_pictures(dataset: DataSet, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """Return each picture's group: what shares a patient or hangs together by ``pairs``.

    A group is named by the smallest digest in it, so names do not depend on the order of files.
    """
    firsts: dict[str, int] = {}
    of_patients = [
        (firsts.setdefault(str(patient), index), index)
        for index, patient in enumerate(dataset.patients)
    ]
    roots = joined(len(dataset), [*of_patients, *pairs])
    names: dict[int, str] = {}
    for root, digest in zip(roots.tolist(), dataset.digests.tolist(), strict=True):
        names[root] = min(names.get(root, digest), digest)
    return np.array([names[root][:16] for root in roots.tolist()])


def is_split(dataset: DataSet) -> bool:
    """Tell whether the data come with all three splits."""
    return not missing_splits(dataset)


def missing_splits(dataset: DataSet) -> list[str]:
    return [split for split in SPLITS if not (dataset.splits == split).any()]


def rule_of(dataset: DataSet, settings: DataSettings) -> str:
    """Return in words how the pictures come to their splits."""
    missing = missing_splits(dataset)
    if not missing:
        return "given with the data"
    shares = ", ".join(f"{name} {share}" for name, share in sorted(settings.shares.items()))
    made = "made" if len(missing) == len(SPLITS) else f"given, {' and '.join(missing)} from train"
    return f"{made}: seed {settings.split_seed}, {shares}"


def make_split(dataset: DataSet, groups: np.ndarray, settings: DataSettings) -> DataSet:
    """Return ``dataset`` with the splits that the data do not give, stratified and seeded.

    Groups go, the largest first, to the split with the strongest claim on what they hold: labels
    within sources. Which group comes first among equals is drawn
    by the seed and the group's name, so the same data give the same split in whatever order. Where
    only val or test is missing, it is taken from train.
    """
    missing = missing_splits(dataset)
    if not missing:
        return dataset
    wanted = [split for split in SPLITS if split == "train" or split in missing]
    shares = _checked_shares(settings.shares, wanted)
    pool = np.flatnonzero(np.isin(dataset.splits, ["", "train"]))
    strata = _strata(dataset)[pool]
    members: dict[str, list[int]] = {}
    for index, group in enumerate(groups[pool].tolist()):
        members.setdefault(group, []).append(index)
    order = sorted(members, key=lambda group: (-len(members[group]), _drawn(settings, group)))
    weights = 1 / np.maximum(strata.sum(axis=0), 1)
    have = np.zeros((len(wanted), strata.shape[1]))
    chosen = np.empty(len(pool), dtype=object)
    for group in order:
        holds = strata[members[group]].sum(axis=0)
        split = int(np.argmax(_claims(shares, have) @ (holds * weights)))
        have[split] += holds
        chosen[members[group]] = wanted[split]
    splits = dataset.splits.astype("<U5")
    splits[pool] = chosen.astype("<U5")
    return replace(dataset, splits=splits)


def _claims(shares: np.ndarray, have: np.ndarray) -> np.ndarray:
    """Return (splits, strata): how strong a split's claim on the next picture of a stratum is.

    The method of equal proportions (Huntington and Hill, for seats in a parliament): everybody
    gets one before anybody gets two, and then by share.
    """
    return shares[:, np.newaxis] / np.sqrt(np.maximum(have * (have + 1), 1e-12))


def _checked_shares(shares: Mapping[str, float], wanted: Sequence[str]) -> np.ndarray:
    if (
        set(shares) != set(SPLITS)
        or min(shares.values()) <= 0
        or not math.isfinite(sum(shares.values()))
    ):
        raise TrainingError("data.shares needs a share above 0 for each of train, val and test.")
    some = np.array([shares[split] for split in wanted], dtype=float)
    return some / some.sum()


def _strata(dataset: DataSet) -> np.ndarray:
    """Return float (pictures, strata): all; each label, and none of them, within each source."""
    present = np.nan_to_num(dataset.targets) == 1
    kinds = np.column_stack([present, ~present.any(axis=1)])
    sources = np.unique(dataset.sources)
    within = [kinds & (dataset.sources == source)[:, np.newaxis] for source in sources]
    return np.column_stack([np.ones(len(dataset)), *within]).astype(float)


def _drawn(settings: DataSettings, group: str) -> str:
    return hashlib.sha256(f"{settings.split_seed} {group}".encode()).hexdigest()


def in_order(dataset: DataSet) -> DataSet:
    """Return ``dataset`` sorted by split and file, so that each split is one piece of any array."""
    rank = np.array([SPLITS.index(split) for split in dataset.splits.tolist()])
    order = np.lexsort((dataset.files, rank))
    return replace(dataset, **{name: getattr(dataset, name)[order] for name in ARRAYS})


def write_split(dataset: DataSet, groups: np.ndarray, rule: str, folder: Path) -> Path:
    """Write down which picture is in which split, beside its place, and rename it."""
    path = folder / FILE
    with written_whole(path) as partial, partial.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(FIELDS)
        lines = zip(dataset.files, dataset.splits, groups, strict=True)
        writer.writerows(sorted((str(f), str(s), str(g), rule) for f, s, g in lines))
    return path


def with_written_split(
    dataset: DataSet, rule: str, folder: Path
) -> tuple[DataSet, np.ndarray] | None:
    """Return ``dataset`` as the run in ``folder`` split it, and the groups; None for a new run."""
    path = folder / FILE
    if not path.is_file():
        return None
    with path.open(newline="") as handle:
        rows = {row["file"]: row for row in csv.DictReader(handle)}
    files = dataset.files.tolist()
    new, gone = len(set(files) - set(rows)), len(set(rows) - set(files))
    what = f"{new} pictures are new, {gone} are gone" if new or gone else ""
    if not what and not _agrees(dataset, rows, rule):
        what = "the splits or the way to make them are others"
    if what:
        raise TrainingError(
            f"The data are not those that {path} was written for ({what}): give another --run "
            "folder, or remove that one."
        )
    splits = np.array([rows[file]["split"] for file in files])
    return replace(dataset, splits=splits), np.array([rows[file]["group"] for file in files])


def _agrees(dataset: DataSet, rows: Mapping[str, Mapping[str, str]], rule: str) -> bool:
    """Tell whether the splits that the data give are as written, for what was not made here."""
    is_free = {""} if is_split(dataset) else {"", "train"}
    return all(
        rows[file]["rule"] == rule and split in {rows[file]["split"], *is_free}
        for file, split in zip(dataset.files.tolist(), dataset.splits.tolist(), strict=True)
    )
