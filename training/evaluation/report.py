"""The classification report: precision, recall, F1 and support, per label and averaged."""

from typing import Any

import numpy as np

from training.evaluation import statistics
from training.evaluation.answers import Answers
from training.evaluation.bootstrap import Bootstrap, nothing

COLUMNS = ("precision", "recall", "f1")


def report(answers: Answers, drawn: Bootstrap) -> dict[str, Any]:
    """Return the rows of the report, each figure with its interval.

    As scikit-learn counts: micro pools all decisions, macro is the plain mean of the labels,
    weighted the mean by support; a label that was never said has a precision of 0 in the means.
    A label without a single picture is left out of the means.
    """
    sides = answers.both_ways
    present = [] if sides.is_one_class else sides.present
    smallest = min((sides.patients_among(sides.with_label(i)) for i in present), default=0)

    def averaged(column: str, how: str) -> dict:
        return drawn.figure(
            lambda w: AVERAGES[how](
                statistics.report_of(
                    w, sides.truth[:, present], sides.said[:, present], sides.known[:, present]
                ),
                column,
            ),
            sides.everything if present else ~sides.everything,
            smallest=smallest,
        )

    return {
        "labels": {
            label.code: _row(sides, index, drawn) for index, label in enumerate(sides.labels)
        },
        **{how: {column: averaged(column, how) for column in COLUMNS} for how in AVERAGES},
        "support": int(sum(sides.with_label(index).sum() for index in sides.present)),
    }


def _row(sides: Answers, index: int, drawn: Bootstrap) -> dict[str, Any]:
    with_it, said = sides.with_label(index), sides.said[:, index] & sides.known[:, index]

    def f1(weights: np.ndarray) -> np.ndarray:
        columns = (one[:, [index]] for one in (sides.truth, sides.said, sides.known))
        return statistics.report_of(weights, *columns)["f1"][:, 0]

    # Without others nothing can be called wrongly, and precision would look perfect.
    is_fair = sides.can_rank(index)
    return {
        "precision": drawn.share(sides.truth[:, index], said) if is_fair else nothing(),
        "recall": drawn.share(sides.said[:, index], with_it),
        "f1": drawn.figure(f1, sides.everything, smallest=sides.patients_among(with_it))
        if is_fair
        else nothing(),
        "support": int(with_it.sum()),
    }


def _micro(table: dict[str, np.ndarray], column: str) -> np.ndarray:
    right, claimed, cases = (table[name].sum(axis=1) for name in ("right", "claimed", "cases"))
    whole = {"precision": claimed, "recall": cases, "f1": (claimed + cases) / 2}[column]
    return statistics.divided(right, whole)


def _macro(table: dict[str, np.ndarray], column: str) -> np.ndarray:
    return statistics.known_mean(np.where(table["cases"] > 0, table[column], np.nan), axis=1)


def _weighted(table: dict[str, np.ndarray], column: str) -> np.ndarray:
    return statistics.divided(
        np.nansum(table["cases"] * table[column], axis=1), table["cases"].sum(axis=1)
    )


AVERAGES = {"micro": _micro, "macro": _macro, "weighted": _weighted}
