"""Who or what is in two splits: a model would recognise it instead of diagnosing."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from training.datasets.dataset import DataSet
from training.datasets.near_duplicates import SAME, find_near_duplicates
from training.datasets.survey import default_cache, survey
from training.errors import TrainingError
from training.whole_files import written_whole

FILE = "leaks.csv"
SHOWN = 10
Pairs = Sequence[tuple[int, int, float]]


@dataclass(frozen=True)
class Leak:
    """Two pictures in different splits that belong together."""

    why: str
    first: str
    first_split: str
    second: str
    second_split: str

    def __str__(self) -> str:
        return (
            f"{self.why}: {self.first} ({self.first_split}) and {self.second} ({self.second_split})"
        )


def near_pairs(dataset: DataSet, cache: Path | None = None) -> Pairs:
    """Return the pictures that look alike, as positions and likeness; what was seen is kept."""
    seen = survey(dataset.folder, dataset.files, cache or default_cache())
    return find_near_duplicates(seen.thumbnails, seen.hashes)


def find_leaks(
    dataset: DataSet, pairs: Pairs | None = None, *, least: float = SAME
) -> tuple[Leak, ...]:
    """Return each patient, file and picture that is in two splits.

    ``pairs`` are those of ``near_pairs``, if they are known already; the ones below the likeness
    ``least`` do not count.
    """
    pairs = near_pairs(dataset) if pairs is None else pairs
    leaks: dict[tuple[int, int], Leak] = {}
    for values, word in ((dataset.patients, "patient {}"), (dataset.digests, "the same file")):
        firsts: dict[tuple[str, str], int] = {}
        for index, (value, split) in enumerate(
            zip(values.tolist(), dataset.splits.tolist(), strict=True)
        ):
            firsts.setdefault((value, split), index)
        by_value: dict[str, list[int]] = {}
        for (value, _), index in firsts.items():
            by_value.setdefault(value, []).append(index)
        for value, (first, *others) in by_value.items():
            for other in others:
                leaks.setdefault((first, other), _leak(dataset, word.format(value), first, other))
    for one, other, likeness in pairs:
        first, second = min(one, other), max(one, other)
        if likeness >= least and dataset.splits[first] != dataset.splits[second]:
            why = f"{'the same picture' if likeness >= SAME else 'alike'} ({likeness:.2f})"
            leaks.setdefault((first, second), _leak(dataset, why, first, second))
    return tuple(leaks.values())


def _leak(dataset: DataSet, why: str, first: int, second: int) -> Leak:
    files, splits = dataset.files, dataset.splits
    return Leak(why, str(files[first]), str(splits[first]), str(files[second]), str(splits[second]))


def refuse_leaks(leaks: Sequence[Leak], folder: Path) -> None:
    """Raise if there are leaks, with the first of them; the whole list lies in ``folder``."""
    if not leaks:
        return
    path = write_leaks(leaks, folder)
    listed = "\n".join(f"  {leak}" for leak in leaks[:SHOWN])
    more = f"\n  … and {len(leaks) - SHOWN} more" if len(leaks) > SHOWN else ""
    raise TrainingError(
        f"The split leaks in {len(leaks)} places, all listed in {path}. Move what belongs together "
        f"into one split, or take the splits out and let them be made:\n{listed}{more}"
    )


def write_leaks(leaks: Sequence[Leak], folder: Path) -> Path:
    path = folder / FILE
    with written_whole(path) as partial, partial.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([one.name for one in fields(Leak)])
        writer.writerows(astuple(leak) for leak in leaks)
    return path
