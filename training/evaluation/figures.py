"""The figures of a card: how good, how sure, for which class, from which hospital."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from inference.packages import Label
from training.config import EvaluationSettings
from training.datasets.dataset import DataSet
from training.evaluation import statistics
from training.evaluation.answers import DECISIONS, Answers, answers_of
from training.evaluation.bootstrap import Bootstrap, draw_patients, nothing
from training.evaluation.breakdowns import breakdowns, groups_by
from training.evaluation.calls import call_figures, confusions
from training.evaluation.ranking import auc_figure
from training.evaluation.reliability import calibration_figures, top_label_error
from training.evaluation.report import report
from training.evaluation.thresholds import chosen_cutoffs, measure_cutoffs


def evaluate(
    dataset: DataSet,
    probabilities: np.ndarray,
    labels: Sequence[Label],
    *,
    activation: str = "softmax",
    settings: EvaluationSettings | None = None,
    cutoffs: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    uncalibrated: np.ndarray | None = None,
    draws: int = 1000,
) -> dict[str, Any]:
    """Return all figures for one split, each with its 95 % interval over patients, for JSON.

    ``cutoffs`` are the rows of the threshold tables by code, as validation gave them; without,
    only the classifier's own cut-offs are measured. What cannot be measured is null, and
    ``not_reported`` says why.
    """
    answers = answers_of(dataset, probabilities, labels, activation)
    drawn, settings = draw_patients(dataset.patients, draws=draws), settings or EvaluationSettings()
    return {
        "activation": activation,
        "decision": DECISIONS[activation],
        "pictures": len(dataset),
        "patients": answers.patients_among(answers.everything),
        **overall(answers, drawn),
        "expected_calibration_error": top_label_error(answers, drawn),
        **confusions(answers),
        "per_class": {
            label.code: of_class(answers, index, drawn) for index, label in enumerate(labels)
        },
        "report": report(answers, drawn),
        "per_source": groups_by(answers, dataset.sources, drawn),
        **breakdowns(answers, drawn),
        "calls": {
            label.code: call_figures(answers, index, drawn) for index, label in answers.findings
        },
        "thresholds": {
            label.code: measure_cutoffs(
                (cutoffs or {}).get(label.code) or chosen_cutoffs(label),
                answers,
                index,
                drawn,
                settings.prevalence,
            )
            for index, label in answers.findings
        },
        "prevalence": settings.prevalence,
        "calibration": calibration_figures(answers, uncalibrated, drawn),
        "not_reported": not_reported(answers),
    }


def overall(answers: Answers, drawn: Bootstrap) -> dict[str, Any]:
    """Return the figures over all labels together."""
    sides = answers.both_ways
    right = sides.truth == sides.said
    known = sides.known
    places = range(len(answers.labels))
    ranked = [index for index in places if answers.can_rank(index)]
    smallest = min((answers.smaller_side(index) for index in ranked), default=0)
    present = answers.present
    if answers.is_one_class:
        # An accuracy over one class is its recall, and would be read as more.
        balanced = accuracy = nothing()
    else:
        balanced = drawn.figure(
            lambda w: statistics.mean_recall(
                w, sides.truth[:, present], sides.said[:, present], known[:, present]
            ),
            answers.everything,
            smallest=min(answers.patients_among(sides.with_label(index)) for index in present),
        )
        accuracy = drawn.figure(
            lambda w: (
                w @ (right & known).mean(axis=1) / (w @ known.mean(axis=1))
                if not answers.is_exclusive
                else w @ right.all(axis=1) / w.sum(axis=1)
            ),
            answers.everything,
            smallest=answers.patients_among(answers.everything),
        )
    return {
        "balanced_accuracy": balanced,
        "accuracy": accuracy,
        **{
            f"macro_{name}": drawn.figure(
                lambda w, of=of: statistics.known_mean(
                    np.array([_of_label(of, w, answers, i) for i in ranked]), axis=0
                ),
                answers.everything if ranked else ~answers.everything,
                smallest=smallest,
            )
            for name, of in RANKINGS.items()
        },
        **{
            f"micro_{name}": drawn.figure(
                lambda w, of=of: _pooled(of, w, answers),
                answers.everything if ranked else ~answers.everything,
                smallest=smallest,
            )
            for name, of in RANKINGS.items()
        },
    }


RANKINGS = {"auc": statistics.auc, "average_precision": statistics.average_precision}


def _of_label(of, weights: np.ndarray, answers: Answers, index: int) -> np.ndarray:
    known = answers.known[:, index]
    return of(weights[:, known], answers.truth[known, index], answers.probabilities[known, index])


def _pooled(of, weights: np.ndarray, answers: Answers) -> np.ndarray:
    """Every label of every picture as one decision."""
    pictures, labels = np.nonzero(answers.known)
    return of(
        weights[:, pictures],
        answers.truth[pictures, labels],
        answers.probabilities[pictures, labels],
    )


def of_class(answers: Answers, index: int, drawn: Bootstrap) -> dict[str, Any]:
    """Return the figures of one label against the rest."""
    with_it, known = answers.with_label(index), answers.known[:, index]
    return {
        "pictures": int(with_it.sum()),
        "others": int(answers.without_label(index).sum()),
        "recall": drawn.share(answers.said[:, index], with_it),
        "auc": auc_figure(answers, index, known, drawn),
        "average_precision": drawn.figure(
            lambda w: statistics.average_precision(
                w, answers.truth[known, index], answers.probabilities[known, index]
            ),
            known if answers.can_rank(index) else ~answers.everything,
            smallest=answers.smaller_side(index),
        ),
    }


def not_reported(answers: Answers) -> list[str]:
    """Return what these pictures cannot tell, a sentence each."""
    lines = []
    for index, label in enumerate(answers.labels):
        with_it, without = answers.with_label(index).any(), answers.without_label(index).any()
        if not with_it and not without:
            lines.append(f"{label.display}: nobody knows which pictures have it.")
        elif not with_it:
            lines.append(
                f"{label.display}: no picture with it, so no sensitivity, no AUC and no "
                "predictive value; only how often it is wrongly called."
            )
        elif not without:
            lines.append(
                f"{label.display}: every picture has it, so no specificity, no AUC and no "
                "predictive value; only how often it is found."
            )
    if answers.is_one_class:
        lines.append("One class only: no accuracy, no precision, no calibration error.")
    return lines


def headline(figures: Mapping[str, Any]) -> str:
    """Return the three figures that a release is judged by, in one line."""

    def show(name: str) -> str:
        row = figures[name]
        if row["value"] is None:
            return "not measurable here"
        return f"{row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"

    return (
        f"balanced accuracy {show('balanced_accuracy')}, macro AUC {show('macro_auc')}, "
        f"calibration error {show('expected_calibration_error')}"
    )
