"""What the decisions and the calls were: confusion, and right, wrong and unsure per finding."""

from typing import Any

import numpy as np

from training.evaluation.answers import Answers
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.metrics import confusion

CALLS = ("positive", "uncertain", "negative")


def confusions(answers: Answers) -> dict[str, Any]:
    """Return counts, truth down, decision across: of all labels (softmax), and of each label.

    Of each label: [[without and not said, without but said], [with but not said, with and said]].
    """
    tables: dict[str, Any] = {}
    if answers.is_exclusive:
        tables["confusion"] = confusion(
            answers.truth.argmax(axis=1), answers.said.argmax(axis=1), len(answers.labels)
        ).tolist()
    tables["confusion_per_label"] = {
        label.code: confusion(
            answers.truth[known, index].astype(int), answers.said[known, index].astype(int), 2
        ).tolist()
        for index, label in enumerate(answers.labels)
        for known in (answers.known[:, index],)
    }
    return tables


def calls_of(answers: Answers, index: int) -> np.ndarray:
    """Return the call of each picture for one finding, as ``inference.reading.call_for`` makes."""
    label, probability = answers.labels[index], answers.probabilities[:, index]
    calls = np.where(probability < label.negative_below, "negative", "uncertain")
    return np.where(probability >= label.threshold, "positive", calls)


def call_figures(answers: Answers, index: int, drawn: Bootstrap) -> dict[str, Any]:
    """Return what a finding's thresholds do: how often right, wrong and unsure."""
    calls = calls_of(answers, index)
    groups = {"positives": answers.with_label(index), "others": answers.without_label(index)}
    figures: dict[str, Any] = {
        f"called_{call}_of_{name}": drawn.share(calls == call, group)
        for call, name in (
            ("positive", "positives"), ("negative", "positives"),
            ("negative", "others"), ("positive", "others"),
        )
        for group in (groups[name],)
    }  # fmt: skip
    figures["uncertain"] = drawn.share(calls == "uncertain", answers.everything)
    figures["counts"] = {name: _counts(calls, group) for name, group in groups.items()}
    if answers.is_exclusive:
        figures["counts_by_class"] = {
            label.code: _counts(calls, answers.with_label(place))
            for place, label in enumerate(answers.labels)
        }
    return figures


def _counts(calls: np.ndarray, group: np.ndarray) -> dict[str, int]:
    return {call: int((calls[group] == call).sum()) for call in CALLS}
