"""The same figures by source, view, age and sex: where a classifier is weaker than it seems."""

from typing import Any

import numpy as np

from training.evaluation.answers import Answers
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.ranking import auc_figure

AGE_BANDS = ((0, 5), (5, 18), (18, 40), (40, 60), (60, 80), (80, 200))
"""From the first age up to, not including, the second."""
UNKNOWN = "not stated"


def breakdowns(answers: Answers, drawn: Bootstrap) -> dict[str, Any]:
    """Return the groups of view, age band and sex, each where it is known of any picture."""
    kinds = {
        "per_view": answers.dataset.views,
        "per_age": age_bands(answers.dataset.ages),
        "per_sex": answers.dataset.sexes,
    }
    return {
        name: groups_by(answers, np.where(values == "", UNKNOWN, values), drawn)
        for name, values in kinds.items()
        if (values != "").any()
    }


def age_bands(ages: np.ndarray) -> np.ndarray:
    """Return the band of each age in words, empty where the age is not known."""
    bands = np.full(len(ages), "", dtype="U12")
    for low, high in AGE_BANDS:
        bands[(ages >= low) & (ages < high)] = _word(low, high)
    return bands


def _word(low: int, high: int) -> str:
    return f"{low}–{high - 1}" if high < 200 else f"{low}+"


ORDER = [_word(*band) for band in AGE_BANDS]


def _place(value: str) -> tuple[int, str]:
    """Ages in their order, others by name, what is not stated at the end."""
    if value in ORDER:
        return ORDER.index(value), value
    return len(ORDER) + (value == UNKNOWN), value


def groups_by(answers: Answers, values: np.ndarray, drawn: Bootstrap) -> dict[str, Any]:
    """Return, for each group, the recalls of its labels, and AUCs where it has both kinds.

    Only inside a source can a classifier not profit from recognising the hospital.
    """
    names = sorted((str(value) for value in np.unique(values)), key=_place)
    return {name: _group(answers, values == name, drawn) for name in names}


def _group(answers: Answers, inside: np.ndarray, drawn: Bootstrap) -> dict[str, Any]:
    row: dict[str, Any] = {
        "pictures": int(inside.sum()),
        "patients": answers.patients_among(inside),
        "recall": {},
        "specificity": {},
        "auc": {},
    }
    for index, label in enumerate(answers.labels):
        with_it, without = answers.with_label(index) & inside, answers.without_label(index) & inside
        if with_it.any():
            row["recall"][label.code] = drawn.share(answers.said[:, index], with_it) | {
                "pictures": int(with_it.sum())
            }
        if without.any():
            row["specificity"][label.code] = drawn.share(~answers.said[:, index], without) | {
                "pictures": int(without.sum())
            }
        if with_it.any() and without.any():
            row["auc"][label.code] = auc_figure(answers, index, inside, drawn)
    return row
