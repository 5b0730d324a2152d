"""An account of a data set in plain lines: what there is, what was left out, what leaks."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from training.datasets.dataset import SPLITS, DataSet
from training.datasets.leaks import find_leaks
from training.datasets.near_duplicates import ALIKE, SAME
from training.datasets.ready import SplitData

SHOWN = 10


def account_of(data: SplitData) -> Iterator[str]:
    """Yield the lines of the account; ``ready.shown_remarks`` tells what was left out."""
    dataset = data.dataset
    patients, named = set(dataset.patients.tolist()), dataset.patients != dataset.files
    yield (
        f"{len(dataset)} pictures of {len(patients)} patients, split in "
        f"{len(set(data.groups.tolist()))} groups ({data.rule})."
    )
    if not named.all():
        yield f"{int((~named).sum())} pictures name no patient: each counts as one of its own."
    yield ""
    yield from table_of(dataset)
    yield ""
    yield from _likenesses(data)


def table_of(dataset: DataSet) -> Iterator[str]:
    """Yield a table: a row per label and source, a column per split."""
    words = [word or "none of the labels" for word in dataset.words()]
    sources = [source or "no source" for source in dataset.sources.tolist()]
    counts = Counter(zip(words, sources, dataset.splits.tolist(), strict=True))
    rows = sorted({(word, source) for word, source, _ in counts}, key=lambda row: row)
    totals = Counter(dataset.splits.tolist())
    lines = [("label", "source", *SPLITS, "all")]
    for row in rows:
        per_split = [counts[*row, split] for split in SPLITS]
        lines.append((*row, *map(str, per_split), str(sum(per_split))))
    lines.append(("all", "", *(str(totals[split]) for split in SPLITS), str(len(dataset))))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = (
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _likenesses(data: SplitData) -> Iterator[str]:
    dataset = data.dataset
    same = sum(likeness >= SAME for *_, likeness in data.pairs)
    yield (
        f"{same} pairs of pictures are copies of one another, {len(data.pairs) - same} more look "
        "alike."
    )
    words = np.array(dataset.words())
    contrary = [(i, j) for i, j, like in data.pairs if like >= SAME and words[i] != words[j]]
    yield from _listed(
        "pairs of copies have different labels",
        [
            f"{dataset.files[i]} ({words[i]}) and {dataset.files[j]} ({words[j]})"
            for i, j in contrary
        ],
    )
    leaks = find_leaks(dataset, data.pairs)
    suspects = set(find_leaks(dataset, data.pairs, least=ALIKE)) - set(leaks)
    yield from _listed(
        "pairs in different splits look alike; if they are one person's, the figures are too good",
        sorted(map(str, suspects)),
    )
    yield from _listed("LEAKS: the split cannot be used", list(map(str, leaks)))
    if not leaks:
        yield "No leak: no patient, file or copy is in two splits."


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{len(lines)} {title}:"
        yield from (f"  {line}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield f"  … and {len(lines) - SHOWN} more"
