"""The classifiers that are tried on features, each with the few settings that are compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

SCALER, CLASSIFIER = "standardscaler", "classifier"


@dataclass(frozen=True)
class Kind:
    """One kind of classifier; all but the neighbours weigh classes alike."""

    name: str
    title: str
    make: Callable[[int], BaseEstimator]
    """from a seed"""
    grid: Mapping[str, Sequence[Any]]
    is_linear: bool = False
    most_pictures: int = 10**9
    """Beyond this many, so many are drawn: it would take hours otherwise."""

    def grid_for(self, pictures: int) -> dict[str, list[Any]]:
        """Return the grid; among few pictures nobody has 45 neighbours."""
        return {
            name: sorted({min(one, pictures) for one in values})
            if name == "n_neighbors"
            else list(values)
            for name, values in self.grid.items()
        }

    def pipeline(self, seed: int) -> Pipeline:
        """Return the classifier behind a standardisation of each feature."""
        return Pipeline([(SCALER, StandardScaler()), (CLASSIFIER, self.make(seed))])


KINDS = (
    Kind(
        "logistic_regression",
        "Logistic regression",
        lambda seed: LogisticRegression(class_weight="balanced", max_iter=2000),
        {"C": [0.0003, 0.003, 0.03, 0.3]},
        is_linear=True,
    ),
    Kind(
        "linear_svm",
        "Linear support vector machine",
        lambda seed: LinearSVC(class_weight="balanced", dual="auto", max_iter=5000,
                               random_state=seed),
        {"C": [0.00003, 0.0003, 0.003, 0.03]},
        is_linear=True,
    ),
    Kind(
        "rbf_svm",
        "Support vector machine, radial basis",
        lambda seed: SVC(class_weight="balanced", cache_size=500),
        {"C": [1.0, 10.0], "gamma": ["scale", 0.0002]},
        most_pictures=10_000,
    ),
    Kind(
        "nearest_neighbours",
        "k nearest neighbours",
        lambda seed: KNeighborsClassifier(weights="distance"),
        {"n_neighbors": [5, 15, 45]},
    ),
    Kind(
        "random_forest",
        "Random forest",
        lambda seed: RandomForestClassifier(
            n_estimators=300, class_weight="balanced", random_state=seed
        ),
        {"min_samples_leaf": [1, 5]},
    ),
    Kind(
        "gradient_boosting",
        "Gradient boosting",
        # Its own early stopping would hold back pictures, not patients.
        lambda seed: HistGradientBoostingClassifier(
            class_weight="balanced", early_stopping=False, max_iter=100, max_leaf_nodes=8,
            max_features=0.2, max_bins=63, min_samples_leaf=10, random_state=seed,
        ),
        {"learning_rate": [0.05, 0.15]},
    ),
)  # fmt: skip
