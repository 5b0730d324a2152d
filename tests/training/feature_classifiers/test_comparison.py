"""The table: the six classifiers and the network, measured alike, test split untouched."""

import csv
import dataclasses
import json

import numpy as np
import pytest
from sklearn import metrics

from tests.training.feature_classifiers.invented import make_features
from tests.training.test_run import RECIPE
from training.config import parse_recipe
from training.errors import TrainingError
from training.evaluation.choices import choose
from training.feature_classifiers.comparison import (
    FIGURES,
    fit_all,
    measured,
    row_of,
    row_of_network,
)
from training.feature_classifiers.kinds import KINDS
from training.feature_classifiers.results import headline, write_results

QUICK = tuple(kind for kind in KINDS if kind.name in ("logistic_regression", "nearest_neighbours"))
WORDS = parse_recipe(RECIPE, "recipe.toml")


def silent(line):
    pass


@pytest.fixture(scope="module")
def table():
    dataset, features = make_features()
    fitted = fit_all(WORDS, dataset, features, say=silent, kinds=QUICK)
    rows = [row_of(one, WORDS, dataset, features) for one in fitted]
    logits = {split: features[dataset.splits == split][:, :3] for split in ("val", "test")}
    return [*rows, row_of_network(WORDS, dataset, logits, 12.3)], dataset


def test_the_six_kinds_are_there():
    assert [kind.name for kind in KINDS] == [
        "logistic_regression",
        "linear_svm",
        "rbf_svm",
        "nearest_neighbours",
        "random_forest",
        "gradient_boosting",
    ]


def test_each_figure_has_its_interval_on_both_splits(table):
    for row in table[0]:
        for split in ("val", "test"):
            assert set(row.figures[split]) == set(FIGURES)
            for figure in row.figures[split].values():
                assert figure["low"] <= figure["value"] <= figure["high"]


def test_the_validation_and_test_splits_choose_nothing():
    dataset, features = make_features()
    others = features.copy()
    others[dataset.splits != "train"] = 0
    one, other = (
        fit_all(WORDS, dataset, given, say=silent, kinds=QUICK[:1])[0]
        for given in (features, others)
    )
    assert one.settings == other.settings
    assert np.array_equal(one.logits(features, 3), other.logits(features, 3))


def test_figures_are_those_of_scikit_learn():
    dataset, features = make_features(shift=0.5)
    test = dataset.split("test")
    logits = {split: features[dataset.splits == split][:, :3] for split in ("val", "test")}
    shares = choose(WORDS, dataset.split("val"), logits["val"]).probabilities(logits["test"])
    truth, said = test.labels, shares.argmax(axis=1)
    figures = {name: row["value"] for name, row in measured(WORDS, dataset, logits)["test"].items()}
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth, said, average="macro", zero_division=0
    )
    expected = {
        "accuracy": metrics.accuracy_score(truth, said),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, said),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "auc": metrics.roc_auc_score(truth, shares, multi_class="ovr"),
    }
    assert figures == pytest.approx(expected, abs=1e-4)


def test_a_softmax_recipe_over_pictures_with_several_labels_is_one_clear_line():
    dataset, features = make_features(exclusive=False)
    with pytest.raises(TrainingError, match="exactly one label"):
        fit_all(WORDS, dataset, features, say=silent)


def test_page_csv_and_json_hold_the_same_rows(table, tmp_path):
    rows, dataset = table
    page = write_results(WORDS, dataset, "an invented body", rows, "logistic_regression", tmp_path)
    text = page.read_text()
    for row in rows:
        assert row.title in text
    assert "an invented body" in text
    assert "Not trained" not in text
    assert not [word for word in ("<script", "http://", "https://") if word in text]
    stored = json.loads((tmp_path / "comparison.json").read_text())
    assert [row["name"] for row in stored["rows"]] == [row.name for row in rows]
    assert stored["pictures"] == {"train": 60, "val": 60, "test": 60}
    lines = list(csv.DictReader((tmp_path / "comparison.csv").open()))
    assert len(lines) == 2 * len(rows)
    assert float(lines[0]["auc"]) == rows[0].figures["val"]["auc"]["value"]


def test_features_of_random_weights_are_not_passed_off_as_learnt(table, tmp_path):
    rows, dataset = table
    words = "compact, not trained at all (weights = none, and no finished run)"
    page = write_results(WORDS, dataset, words, rows, "logistic_regression", tmp_path)
    assert "Not trained:" in page.read_text()


def test_a_figure_that_cannot_be_measured_is_a_dash(table, tmp_path):
    rows, dataset = table
    nothing = {"value": None, "low": None, "high": None}
    figures = {split: {**row, "auc": nothing} for split, row in rows[0].figures.items()}
    row = dataclasses.replace(rows[0], figures=figures)
    assert headline(row).endswith("AUC –.")
    write_results(WORDS, dataset, "a body", [row], "logistic_regression", tmp_path)
