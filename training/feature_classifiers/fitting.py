"""Fit classifiers on features; their settings are chosen by patients left out of the fit."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from inference.reading import probabilities
from training.datasets.dataset import DataSet
from training.errors import TrainingError
from training.evaluation import statistics
from training.feature_classifiers.kinds import CLASSIFIER, Kind

FOLDS = 5
LEAST_PROBABILITY = 1e-6
"""Forests say 0; its logarithm would not be a logit."""


@dataclass(frozen=True)
class Fitted:
    """A classifier of one kind: one estimator for all exclusive labels, or one for each label."""

    kind: Kind
    exclusive: bool
    estimators: tuple[BaseEstimator, ...]
    settings: dict[str, Any]
    """chosen from the grid; a list where each label has its own"""
    score: float
    """mean AUC on the patients by which the settings were chosen"""
    seconds: float
    """of the last fit, with the chosen settings"""
    remark: str = ""

    def logits(self, features: np.ndarray, labels: int) -> np.ndarray:
        """Return (pictures, labels): softmax or sigmoid makes them probabilities."""
        if self.exclusive:
            return _logits_of_all(self.estimators[0], features, labels)
        columns = [_logits_of_all(one, features, 2) for one in self.estimators]
        return np.stack([column[:, 1] - column[:, 0] for column in columns], axis=1)


@dataclass(frozen=True)
class Examples:
    """Features (pictures, maps) and what is known of their pictures."""

    features: np.ndarray
    dataset: DataSet

    def truths(self, *, exclusive: bool) -> list[np.ndarray]:
        """Return label indices, one array for all labels or one each; -1 where not known."""
        return [self.dataset.labels] if exclusive else _columns(self.dataset)


def fit(
    kind: Kind,
    features: np.ndarray,
    dataset: DataSet,
    *,
    exclusive: bool,
    seed: int,
    jobs: int,
    judges: Examples | None = None,
) -> Fitted:
    """Fit on ``dataset``, which is the training split, and on nothing else.

    Settings are chosen by its own patients, left out in turn; or by ``judges``, where the features
    come from a network that has learnt from the former.
    """
    features, dataset, remark = _at_most(kind, features, dataset, seed)
    learners = Examples(features, dataset)
    judged = judges.truths(exclusive=exclusive) if judges else None
    found = [
        _search(kind, learners, truth, seed, jobs, judges and (judges.features, judged[index]))
        for index, truth in enumerate(learners.truths(exclusive=exclusive))
    ]
    settings = [
        {name.removeprefix(f"{CLASSIFIER}__"): value for name, value in one.best_params_.items()}
        for one in found
    ]
    return Fitted(
        kind=kind,
        exclusive=exclusive,
        estimators=tuple(one.best_estimator_ for one in found),
        settings=settings[0] if len(settings) == 1 else {"each label": settings},
        score=float(np.mean([one.best_score_ for one in found])),
        seconds=sum(one.refit_time_ for one in found),
        remark=remark,
    )


def _search(
    kind: Kind,
    learners: Examples,
    truth: np.ndarray,
    seed: int,
    jobs: int,
    judged: tuple[np.ndarray, np.ndarray] | None,
) -> GridSearchCV:
    """Return the finished search over the grid, its best estimator fitted on ``learners``."""
    known = np.flatnonzero(truth >= 0)
    features, truth = learners.features[known], truth[known]
    patients = learners.dataset.patients[known]
    parts = folds(truth, patients, seed) if judged is None else [(np.arange(len(truth)),) * 2]
    smallest = min(len(fitted_on) for fitted_on, _ in parts)

    def score(estimator: BaseEstimator, given: np.ndarray, right: np.ndarray) -> float:
        if judged is not None:
            is_known = judged[1] >= 0
            given, right = judged[0][is_known], judged[1][is_known]
        return mean_auc(estimator, given, right)

    search = GridSearchCV(
        kind.pipeline(seed),
        {f"{CLASSIFIER}__{name}": values for name, values in kind.grid_for(smallest).items()},
        scoring=score,
        cv=parts,
        n_jobs=jobs if judged is None else 1,
        error_score="raise",
    )
    # More threads than cores that are free would spend their time waiting for each other.
    with warnings.catch_warnings(), threadpool_limits(jobs):
        # A machine that has not quite converged is judged like any other, by what it gets right.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return search.fit(features, truth)


def folds(
    truth: np.ndarray, patients: np.ndarray, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (fit on, judge on) places; a patient's pictures stay together, labels alike."""
    rarest = min(len(np.unique(patients[truth == label])) for label in np.unique(truth))
    if rarest < 2 or len(np.unique(truth)) < 2:
        raise TrainingError(
            "Classifiers are compared by patients left out of training: every label needs at "
            "least two patients in the training split."
        )
    splitter = StratifiedGroupKFold(min(FOLDS, rarest), shuffle=True, random_state=seed)
    return list(splitter.split(truth, truth, patients))


def mean_auc(estimator: BaseEstimator, features: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean over the labels of each one's AUC against the rest."""
    labels = int(max(truth.max(), *estimator.classes_)) + 1
    scores = probabilities(_logits_of_all(estimator, features, labels), "softmax")
    weights, present = np.ones((1, len(truth))), np.unique(truth)
    return float(
        np.nanmean([statistics.auc(weights, truth == one, scores[:, one]) for one in present])
    )


def _logits_of_all(estimator: BaseEstimator, features: np.ndarray, labels: int) -> np.ndarray:
    """Return (pictures, labels); a label that was not there to learn is out of the question.

    Margins are taken as they are: they rank pictures, but are no probabilities until calibrated.
    """
    if hasattr(estimator, "decision_function"):
        values = estimator.decision_function(features)
    else:
        values = np.log(np.clip(estimator.predict_proba(features), LEAST_PROBABILITY, 1.0))
    if values.ndim == 1:
        # One number for two labels: half to either side, so that their difference is that number.
        values = np.stack([-values / 2, values / 2], axis=1)
    logits = np.full((len(features), labels), np.log(LEAST_PROBABILITY))
    logits[:, np.asarray(estimator.classes_, dtype=int)] = values
    return logits


def _columns(dataset: DataSet) -> list[np.ndarray]:
    return [
        np.where(np.isnan(column), -1, np.nan_to_num(column) > 0.5).astype(int)
        for column in dataset.targets.T
    ]


def _at_most(
    kind: Kind, features: np.ndarray, dataset: DataSet, seed: int
) -> tuple[np.ndarray, DataSet, str]:
    if len(dataset) <= kind.most_pictures:
        return features, dataset, ""
    random = np.random.default_rng(seed)
    chosen = np.zeros(len(dataset), dtype=bool)
    chosen[random.choice(len(dataset), kind.most_pictures, replace=False)] = True
    remark = f"fitted on {kind.most_pictures} of {len(dataset)} pictures"
    return features[chosen], dataset.where(chosen), remark


def best_linear(fitted: Sequence[Fitted]) -> Fitted:
    """Return the linear classifier with the best score on left-out training patients."""
    return max((one for one in fitted if one.kind.is_linear), key=lambda one: one.score)
