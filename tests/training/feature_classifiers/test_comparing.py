"""The whole command: a finished run's network, six classifiers, a package of the best linear."""

import json
from dataclasses import replace

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from inference.classifier import load_classifier
from inference.packages import digest_of, read_card
from tests.training.pictures import make_dataset_folder
from tests.training.test_run import RECIPE
from training.config import parse_recipe, read_recipe
from training.datasets.pictures import decode
from training.datasets.ready import data_for_training
from training.errors import TrainingError
from training.feature_classifiers.comparing import compare
from training.feature_classifiers.fitting import fit
from training.feature_classifiers.kinds import KINDS
from training.packaging.publishing import PACKAGE, Override, publish
from training.run import train_and_package

NAME = "invented-linear"


def silent(line):
    pass


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A run of two epochs, its comparison, and the package of the best linear classifier."""
    folder = tmp_path_factory.mktemp("comparing")
    (folder / "recipe.toml").write_text(RECIPE)
    recipe = read_recipe(folder / "recipe.toml")
    data = make_dataset_folder(folder / "data")
    run, target = folder / "run", folder / "linear"
    dataset = data_for_training(recipe, run, place=data, say=silent)
    train_and_package(recipe=recipe, dataset=dataset, folder=run, say=silent)
    said = []
    compare(
        recipe=recipe,
        dataset=dataset,
        folder=run,
        publishable=NAME,
        target=target,
        jobs=1,
        say=said.append,
    )
    return folder, recipe, dataset, said


@pytest.mark.slow
def test_the_table_has_all_six_and_the_network(compared):
    stored = json.loads((compared[0] / "run" / "classifiers" / "comparison.json").read_text())
    assert [row["name"] for row in stored["rows"]] == [*(kind.name for kind in KINDS), "network"]
    assert "as trained in the run" in stored["features"]


@pytest.mark.slow
def test_the_networks_row_has_the_figures_of_its_card(compared):
    stored = json.loads((compared[0] / "run" / "classifiers" / "comparison.json").read_text())
    of_card = read_card(compared[0] / "run" / PACKAGE).metrics["test"]
    in_table = stored["rows"][-1]["figures"]["test"]
    assert in_table["balanced_accuracy"] == of_card["balanced_accuracy"]
    assert in_table["auc"]["value"] == pytest.approx(of_card["macro_auc"]["value"], abs=1e-3)


@pytest.mark.slow
def test_the_package_gives_scikit_learns_probabilities(compared):
    """Before calibration and in full precision; the kept features are fitted on again."""
    folder, recipe, dataset, _ = compared
    stored = json.loads((folder / "run" / "classifiers" / "comparison.json").read_text())
    kind = next(one for one in KINDS if one.name == stored["best_linear"])
    (path,) = (folder / "run" / "cache").rglob("features-*.npy")
    features, train = np.load(path), dataset.splits == "train"
    seed = recipe.training.seed
    one = fit(kind, features[train], dataset.where(train), exclusive=True, seed=seed, jobs=1)
    package = folder / "linear" / PACKAGE
    classifier = load_classifier(package, digest=digest_of(package), threads=1, engine="keras")
    test = dataset.split("test")
    answers = classifier.look_at([decode(test.folder / str(file)) for file in test.files])
    logits = one.logits(features[dataset.splits == "test"], 3)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    if kind.name == "logistic_regression":
        of_test = features[dataset.splits == "test"]
        assert np.allclose(expected, one.estimators[0].predict_proba(of_test), atol=1e-6)
    assert np.allclose([answer.raw for answer in answers], expected, atol=1e-4)


@pytest.mark.slow
def test_the_package_says_what_it_is_and_can_be_published(compared, tmp_path):
    folder = compared[0]
    card = read_card(folder / "linear" / PACKAGE)
    assert (card.name, card.version) == (NAME, "0.1.0")
    assert card.training["head"]["classifier"] in ("logistic_regression", "linear_svm")
    assert "made by compare_classifiers" in card.training["recipe"]
    reason = Override(reason="Computed pictures of nobody", by="a test", at="2026-01-01T00:00:00Z")
    assert publish(folder / "linear", tmp_path, override=reason) == tmp_path / NAME / "0.1.0"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("taken", "taken 0.1.0 is a package already"),
        ("invented", "invented 0.1.0 is a package already"),
        ("../elsewhere", "no name for a package"),
        ("", "no name for a package"),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_before_anything_is_computed(tmp_path, name, reason):
    (tmp_path / "taken" / PACKAGE).mkdir(parents=True)
    with pytest.raises(TrainingError, match=reason):
        compare(
            recipe=parse_recipe(RECIPE, "recipe.toml"),
            dataset=None,
            folder=tmp_path / "run",
            publishable=name,
            target=tmp_path / "taken" if name == "taken" else tmp_path / "new",
            jobs=1,
            say=silent,
        )


@pytest.mark.slow
def test_a_run_of_another_recipe_lends_no_network(compared):
    folder, recipe, dataset, _ = compared
    other = replace(recipe, text=f"{recipe.text}\n# another")
    with pytest.raises(TrainingError, match="another recipe"):
        compare(
            recipe=other,
            dataset=dataset,
            folder=folder / "run",
            publishable=None,
            target=folder / "nowhere",
            jobs=1,
            say=silent,
        )


@pytest.mark.parametrize(
    ("recipe", "reason"),
    [("name = ", "not valid TOML"), (RECIPE, "nothing at"), (None, "There is no recipe")],
)
def test_what_cannot_be_compared_is_one_clear_line(tmp_path, recipe, reason):
    if recipe:
        (tmp_path / "recipe.toml").write_text(recipe)
    with pytest.raises(CommandError, match=reason):
        call_command("compare_classifiers", tmp_path / "recipe.toml", run=tmp_path / "run")
