"""The figures of a card: how good, how sure, for which class, from which hospital."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from inference.packages import Label
from inference.reading import call_for
from training.datasets.dataset import DataSet
from training.evaluation.metrics import (
    auc,
    balanced_accuracy,
    bootstrap_interval,
    confusion,
    expected_calibration_error,
    macro_auc,
)


def evaluate(
    dataset: DataSet, probabilities: np.ndarray, labels: Sequence[Label], *, draws: int = 1000
) -> dict[str, Any]:
    """Return all figures for one split, each with its 95 % interval over patients."""
    truth = dataset.labels

    def figure(statistic: Callable[[np.ndarray], float], within: np.ndarray | None = None):
        chosen = np.arange(len(truth)) if within is None else np.flatnonzero(within)
        return with_interval(
            lambda drawn: statistic(chosen[drawn]), dataset.patients[chosen], draws=draws
        )

    per_class = {
        label.code: {
            "pictures": int((truth == index).sum()),
            "recall": figure(recall_of(index, probabilities), truth == index),
            "auc": figure(auc_of(index, truth, probabilities)),
        }
        for index, label in enumerate(labels)
    }
    return {
        "pictures": len(dataset),
        "patients": len(np.unique(dataset.patients)),
        "balanced_accuracy": figure(lambda i: balanced_accuracy(truth[i], probabilities[i])),
        "accuracy": figure(lambda i: float((probabilities[i].argmax(1) == truth[i]).mean())),
        "macro_auc": figure(lambda i: macro_auc(truth[i], probabilities[i])),
        "expected_calibration_error": figure(
            lambda i: expected_calibration_error(truth[i], probabilities[i])
        ),
        "confusion": confusion(truth, probabilities.argmax(1), len(labels)).tolist(),
        "per_class": per_class,
        "per_source": per_source(dataset, probabilities, labels, figure),
        "calls": call_figures(truth, probabilities, labels, figure),
    }


def recall_of(index: int, probabilities: np.ndarray) -> Callable[[np.ndarray], float]:
    return lambda drawn: float((probabilities[drawn].argmax(1) == index).mean())


def auc_of(
    index: int, truth: np.ndarray, probabilities: np.ndarray
) -> Callable[[np.ndarray], float]:
    return lambda drawn: auc(truth[drawn] == index, probabilities[drawn, index])


def per_source(
    dataset: DataSet,
    probabilities: np.ndarray,
    labels: Sequence[Label],
    figure: Callable[..., dict[str, Any]],
) -> dict[str, Any]:
    """Return, for each source, its recalls, and its AUCs where it has more than one class.

    Only inside a source can a classifier not profit from recognising the hospital.
    """
    table = {}
    for source in np.unique(dataset.sources):
        inside = dataset.sources == source
        present = np.unique(dataset.labels[inside])
        row: dict[str, Any] = {"pictures": int(inside.sum()), "recall": {}, "auc": {}}
        for index in present:
            code, of_class = labels[index].code, inside & (dataset.labels == index)
            row["recall"][code] = figure(recall_of(index, probabilities), of_class) | {
                "pictures": int(of_class.sum())
            }
            if len(present) > 1:
                row["auc"][code] = figure(auc_of(index, dataset.labels, probabilities), inside)
        table[str(source)] = row
    return table


def call_figures(
    truth: np.ndarray,
    probabilities: np.ndarray,
    labels: Sequence[Label],
    figure: Callable[..., dict[str, Any]],
) -> dict[str, Any]:
    """Return what each finding's thresholds do: how often right, wrong and unsure."""
    table = {}
    for index, label in enumerate(labels):
        if label.is_reference:
            continue
        calls = np.array(
            [
                call_for(float(p), label.threshold, label.negative_below)
                for p in probabilities[:, index]
            ]
        )
        table[label.code] = {
            "called_positive_of_positives": figure(share_of(calls, "positive"), truth == index),
            "called_negative_of_positives": figure(share_of(calls, "negative"), truth == index),
            "called_negative_of_others": figure(share_of(calls, "negative"), truth != index),
            "called_positive_of_others": figure(share_of(calls, "positive"), truth != index),
            "uncertain": figure(share_of(calls, "uncertain")),
        }
    return table


def share_of(calls: np.ndarray, call: str) -> Callable[[np.ndarray], float]:
    return lambda drawn: float((calls[drawn] == call).mean())


def with_interval(
    statistic: Callable[[np.ndarray], float], patients: np.ndarray, *, draws: int
) -> dict[str, float | None]:
    low, high = bootstrap_interval(statistic, patients, draws=draws)
    value = statistic(np.arange(len(patients)))
    return {"value": _plain(value), "low": _plain(low), "high": _plain(high)}


def _plain(value: float) -> float | None:
    """JSON has no NaN: a figure that does not exist is null."""
    return None if np.isnan(value) else round(float(value), 4)


def headline(figures: Mapping[str, Any]) -> str:
    """Return the three figures that a release is judged by, in one line."""

    def show(name: str) -> str:
        row = figures[name]
        return f"{row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"

    return (
        f"balanced accuracy {show('balanced_accuracy')}, macro AUC {show('macro_auc')}, "
        f"calibration error {show('expected_calibration_error')}"
    )
