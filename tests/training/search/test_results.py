"""What a search leaves: the best recipe, the table, the page."""

import csv
import tomllib

import numpy as np
import optuna
import pytest
from optuna.distributions import FloatDistribution

from tests.training.search.driver import PretendedTraining, open_for, search_in
from training.config import read_recipe
from training.errors import TrainingError
from training.search.report import write_report
from training.search.results import best_trial, importance, write_best, write_table
from training.search.studies import sqlite_url
from training.search.trials import run_trials


def silent(line):
    pass


def searched(folder, *, trials, **more):
    search = search_in(folder, trials=trials, say=silent, **more)
    url = sqlite_url(folder / "studies.sqlite3")
    study = open_for(search, url)
    run_trials(study, search, url=url)
    return search, study


@pytest.fixture(scope="module")
def ten(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ten")
    return folder, *searched(folder, trials=10, pruning="median")


def test_the_best_recipe_says_where_it_comes_from_and_is_ready_to_be_trained(ten):
    folder, search, study = ten
    path = write_best(search.recipe, search.plan, study, folder)
    assert path.read_text().startswith(f"# Found by tune_model: trial {study.best_trial.number} ")
    recipe = read_recipe(path)
    assert recipe.network.dropout == study.best_params["network.dropout"]
    assert "search" not in tomllib.loads(path.read_text())


def test_the_table_has_every_trial(ten):
    folder, search, study = ten
    rows = list(csv.DictReader(write_table(search.plan, study, folder).open()))
    assert [int(row["trial"]) for row in rows] == list(range(len(study.trials)))
    assert {row["state"] for row in rows} == {"finished", "stopped early"}


def test_the_setting_that_matters_is_the_important_one():
    random = np.random.default_rng(0)
    study = optuna.create_study()
    both = {name: FloatDistribution(0.0, 1.0) for name in ("idle", "decisive")}
    for _ in range(60):
        values = {name: float(random.uniform()) for name in both}
        loss = (values["decisive"] - 0.3) ** 2
        study.add_trial(optuna.create_trial(params=values, distributions=both, value=loss))
    shares = importance(study)
    assert list(shares) == ["decisive", "idle"]
    assert sum(shares.values()) == pytest.approx(1.0)


def test_the_page_shows_trials_settings_and_importance(ten):
    folder, search, study = ten
    page = write_report(search.recipe, search.plan, study, folder).read_text()
    for word in ("The best trial", "best so far", "Importance of each setting", "stopped early"):
        assert word in page


def test_of_few_trials_no_importance_is_claimed(tmp_path):
    search, study = searched(tmp_path, trials=1)
    assert importance(study) == {}
    page = write_report(search.recipe, search.plan, study, tmp_path).read_text()
    assert "Importance needs 4 finished trials" in page


def test_a_search_without_a_finished_trial_says_why(tmp_path):
    _, study = searched(tmp_path, trials=1, trainer=PretendedTraining(refuses=True))
    with pytest.raises(TrainingError, match="No trial .* do not go together"):
        best_trial(study)
