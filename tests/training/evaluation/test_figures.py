"""The figures of a card, against another implementation and against sums done by hand."""

import json

import numpy as np
import pytest
from sklearn import metrics as reference

from tests.training.evaluation.answered import (
    CODES,
    LABELS,
    make_dataset,
    make_exclusive,
    make_several,
)
from training.errors import TrainingError
from training.evaluation.figures import evaluate, headline

DRAWS = 40


def figures_of(answers, **settings):
    return evaluate(
        answers.dataset, answers.probabilities, answers.labels, activation=answers.activation,
        draws=DRAWS, **settings,
    )  # fmt: skip


def value(figure):
    return pytest.approx(figure["value"], abs=1e-4)


def test_exclusive_labels_are_measured_as_scikit_learn_does():
    answers = make_exclusive()
    truth, said = answers.truth.argmax(1), answers.probabilities.argmax(1)
    figures = figures_of(answers)
    assert reference.balanced_accuracy_score(truth, said) == value(figures["balanced_accuracy"])
    assert reference.accuracy_score(truth, said) == value(figures["accuracy"])
    assert figures["confusion"] == reference.confusion_matrix(truth, said).tolist()
    for how in ("macro", "micro"):
        for name, function in (
            ("auc", reference.roc_auc_score),
            ("average_precision", reference.average_precision_score),
        ):
            expected = function(answers.truth, answers.probabilities, average=how)
            assert expected == value(figures[f"{how}_{name}"])


def test_the_report_is_that_of_scikit_learn():
    answers = make_exclusive()
    expected = reference.classification_report(
        answers.truth.argmax(1), answers.said.argmax(1), target_names=CODES, output_dict=True
    )
    report = figures_of(answers)["report"]
    names = {"precision": "precision", "recall": "recall", "f1": "f1-score"}
    for code in CODES:
        for ours, theirs in names.items():
            assert expected[code][theirs] == value(report["labels"][code][ours])
        assert report["labels"][code]["support"] == expected[code]["support"]
    for how in ("macro", "weighted"):
        for ours, theirs in names.items():
            assert expected[f"{how} avg"][theirs] == value(report[how][ours])


def test_several_labels_leave_out_what_nobody_knows():
    answers = make_several()
    figures = figures_of(answers)
    for index, label in enumerate(answers.labels):
        known = answers.known[:, index]
        truth, score = answers.truth[known, index], answers.probabilities[known, index]
        row = figures["per_class"][label.code]
        assert row["pictures"] + row["others"] == known.sum() < len(answers)
        assert reference.roc_auc_score(truth, score) == value(row["auc"])
        assert reference.average_precision_score(truth, score) == value(row["average_precision"])
        assert (
            figures["confusion_per_label"][label.code]
            == reference.confusion_matrix(truth, score >= label.threshold).tolist()
        )
    assert "confusion" not in figures


def test_the_report_of_several_labels_is_that_of_scikit_learn():
    answers = make_several(unknown=0.0)
    report = figures_of(answers)["report"]
    for how in ("micro", "macro", "weighted"):
        expected = reference.precision_recall_fscore_support(
            answers.truth, answers.said, average=how
        )
        for name, one in zip(("precision", "recall", "f1"), expected, strict=False):
            assert one == value(report[how][name])


def test_a_single_label_is_reported_from_both_sides():
    answers = make_several(labels=1, unknown=0.1)
    figures = figures_of(answers)
    known = answers.known[:, 0]
    truth, said = answers.truth[known, 0], answers.said[known, 0]
    assert reference.balanced_accuracy_score(truth, said) == value(figures["balanced_accuracy"])
    assert reference.accuracy_score(truth, said) == value(figures["accuracy"])
    expected = reference.classification_report(truth, said, output_dict=True)
    for code, key in (("alpha", "True"), ("not alpha", "False")):
        assert expected[key]["precision"] == value(figures["report"]["labels"][code]["precision"])


def test_every_figure_lies_in_its_interval():
    def check(node):
        if isinstance(node, dict) and {"value", "low", "high"} <= set(node):
            if node["value"] is not None:
                assert node["low"] <= node["value"] <= node["high"]
        elif isinstance(node, dict):
            for one in node.values():
                check(one)

    for answers in (make_exclusive(), make_several(), make_several(labels=1)):
        check(figures_of(answers))


def test_the_calls_count_right_wrong_and_unsure():
    dataset = make_dataset([[1], [1], [1], [0], [0], [np.nan]])
    probabilities = np.array([[0.9], [0.5], [0.1], [0.2], [0.7], [0.9]])
    figures = evaluate(dataset, probabilities, LABELS[:1], activation="sigmoid", draws=DRAWS)
    calls = figures["calls"]["alpha"]
    assert calls["counts"] == {
        "positives": {"positive": 1, "uncertain": 1, "negative": 1},
        "others": {"positive": 1, "uncertain": 0, "negative": 1},
    }
    assert calls["called_negative_of_positives"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert calls["uncertain"]["value"] == pytest.approx(1 / 6, abs=1e-4)


def test_one_class_gives_what_one_class_can_give():
    answers = make_exclusive()
    only = answers.truth[:, 0]
    figures = evaluate(
        answers.dataset.where(only), answers.probabilities[only], LABELS, draws=DRAWS
    )
    assert figures["per_class"]["alpha"]["recall"]["value"] is not None
    for nothing in (
        figures["balanced_accuracy"], figures["macro_auc"], figures["micro_auc"],
        figures["accuracy"], figures["expected_calibration_error"],
        figures["report"]["labels"]["alpha"]["precision"], figures["report"]["macro"]["f1"],
        figures["calibration"]["per_label"]["alpha"]["after"],
        figures["per_class"]["alpha"]["auc"], figures["thresholds"]["alpha"][0]["ppv"],
        figures["thresholds"]["alpha"][0]["specificity"],
        figures["thresholds"]["beta"][0]["sensitivity"],
    ):  # fmt: skip
        assert nothing["value"] is None
    assert figures["thresholds"]["beta"][0]["specificity"]["value"] is not None
    assert figures["not_reported"][-1].startswith("One class only: no accuracy, no precision")
    assert len(figures["not_reported"]) == 4
    assert headline(figures).startswith("balanced accuracy not measurable here")


def test_a_class_that_is_absent_is_no_failure():
    answers = make_exclusive()
    present = ~answers.truth[:, 1]
    figures = evaluate(
        answers.dataset.where(present), answers.probabilities[present], LABELS, draws=DRAWS
    )
    recalls = [figures["per_class"][code]["recall"]["value"] for code in ("alpha", "normal")]
    assert figures["balanced_accuracy"]["value"] == pytest.approx(np.mean(recalls), abs=1e-4)
    assert figures["per_class"]["beta"]["recall"]["value"] is None
    assert figures["report"]["macro"]["recall"]["value"] == pytest.approx(
        np.mean(recalls), abs=1e-4
    )


def test_a_softmax_cannot_be_measured_on_pictures_without_exactly_one_label():
    with pytest.raises(TrainingError, match="exactly one"):
        evaluate(make_dataset([[1, 1, 0], [0, 0, 1]]), np.full((2, 3), 1 / 3), LABELS)


def test_no_picture_is_no_figure():
    with pytest.raises(TrainingError, match="no picture"):
        evaluate(make_dataset(np.empty((0, 3))), np.empty((0, 3)), LABELS)


def test_figures_are_plain_json_that_holds_no_nan():
    for answers in (make_exclusive(), make_several(labels=1)):
        figures = figures_of(answers, uncalibrated=answers.probabilities)
        assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_what_pages_read_is_where_it_was():
    figures = figures_of(make_exclusive(sources=["north", "south"] * 60))
    for name in ("balanced_accuracy", "macro_auc", "expected_calibration_error"):
        assert set(figures[name]) == {"value", "low", "high"}
    row = figures["per_source"]["north"]
    assert set(row["recall"]["alpha"]) == {"value", "low", "high", "pictures"}
    assert set(row["auc"]["alpha"]) == {"value", "low", "high"}
    assert set(figures["calls"]) == {"alpha", "beta"}
