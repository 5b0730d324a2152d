"""Whom the pictures of each split show, in words: ages, sexes, views, as far as they are known."""

from collections import Counter

import numpy as np

from training.datasets.dataset import SPLITS, DataSet

MOST_VIEWS = 6


def people_of(dataset: DataSet) -> dict[str, str]:
    """Return a line for each split; what is known of nobody is said to be unknown."""
    return {split: _in_words(dataset.split(split)) for split in SPLITS}


def _in_words(part: DataSet) -> str:
    if not len(part):
        return "no pictures"
    patients = len(np.unique(part.patients))
    return f"{patients} patients; {_ages(part.ages)}; {_sexes(part.sexes)}; {_views(part.views)}"


def _ages(ages: np.ndarray) -> str:
    known = ages[~np.isnan(ages)]
    if not len(known):
        return "ages unknown"
    middle = (
        f"ages {known.min():.0f} to {known.max():.0f} years, half between "
        f"{np.quantile(known, 0.25):.0f} and {np.quantile(known, 0.75):.0f}"
    )
    return middle + _known(len(known), len(ages))


def _sexes(sexes: np.ndarray) -> str:
    known = sexes[sexes != ""]
    if not len(known):
        return "sexes unknown"
    return f"{(known == 'F').mean():.0%} women or girls" + _known(len(known), len(sexes))


def _views(views: np.ndarray) -> str:
    counts = Counter(views[views != ""].tolist())
    if not counts:
        return "views unknown"
    parts = [f"{view} {count}" for view, count in counts.most_common(MOST_VIEWS)]
    return f"views {', '.join(parts)}" + _known(sum(counts.values()), len(views))


def _known(known: int, of: int) -> str:
    return "" if known == of else f" (known of {known} of {of} pictures)"
