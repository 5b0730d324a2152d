"""Which pictures of a data set can be used; what is left out is remarked on, one line each."""

from collections.abc import Sequence

import numpy as np

from training.datasets.row import UNCERTAIN, Row
from training.datasets.survey import Survey
from training.datasets.words import Vocabulary
from training.errors import TrainingError


def without_ignored(rows: Sequence[Row], vocabulary: Vocabulary, remarks: list[str]) -> list[Row]:
    kept = [row for row in rows if not vocabulary.is_ignored(row)]
    if len(kept) < len(rows):
        remarks.append(
            f"{len(rows) - len(kept)} pictures left out: the recipe ignores their labels."
        )
    return kept


def without_unreadable(
    rows: Sequence[Row], seen: Survey, name: str, remarks: list[str]
) -> tuple[list[Row], Survey]:
    readable = [row for row, problem in zip(rows, seen.problems, strict=True) if not problem]
    remarks += [
        f"{file} left out: {problem}"
        for file, problem in zip(seen.files, seen.problems, strict=True)
        if problem
    ]
    if not readable:
        raise TrainingError(f"{name}: none of {len(rows)} files is a picture that can be read.")
    return readable, seen.of([row.file for row in readable])


def refuse_changed(rows: Sequence[Row], seen: Survey, name: str) -> None:
    changed = [
        row.file
        for row, digest in zip(rows, seen.digests, strict=True)
        if row.sha256 and row.sha256 != digest
    ]
    if changed:
        raise TrainingError(
            f"{name}: {len(changed)} files are not the ones that were listed (another sha256), "
            f"the first is {changed[0]}. Bring the right files, or take the column sha256 out."
        )


def usable(
    rows: Sequence[Row],
    targets: np.ndarray,
    exclusive: bool,
    name: str,
    remarks: list[str],
) -> np.ndarray:
    """Return which pictures have labels that can be learnt."""
    unknown = np.isnan(targets)
    out = unknown.any(axis=1) if exclusive else unknown.all(axis=1)
    if exclusive:
        hedged = np.array([UNCERTAIN in row.marks.values() for row in rows])
        out |= hedged & (targets.sum(axis=1) == 0)
        wrong = np.flatnonzero(~out & (targets.sum(axis=1) != 1))
        if len(wrong):
            row, count = rows[wrong[0]], int(targets[wrong[0]].sum())
            words = " and ".join(word for word, mark in row.marks.items() if mark == 1)
            raise TrainingError(
                f"{name}: {row.file} ({words}) has {count} of the recipe's labels, where softmax "
                'needs exactly one. Set activation = "sigmoid", or a label for the rest.'
            )
    if out.any():
        remarks.append(f"{int(out.sum())} pictures left out: their labels are uncertain.")
    if out.all():
        raise TrainingError(f"{name}: the labels of all pictures are uncertain.")
    return np.flatnonzero(~out)
