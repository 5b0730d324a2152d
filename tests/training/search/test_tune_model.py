"""The command: a search over computed pictures, from the recipe to a better one."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.training.pictures import make_dataset_folder
from tests.training.search.recipes import SEARCH
from tests.training.test_run import RECIPE
from training.config import read_recipe

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    """A study of two trials."""
    folder = tmp_path_factory.mktemp("tuning")
    (folder / "recipe.toml").write_text(RECIPE + SEARCH)
    arguments = [
        "tune_model",
        folder / "recipe.toml",
        "--data",
        make_dataset_folder(folder / "data"),
    ]
    arguments += ["--run", folder / "run", "--storage", f"sqlite:///{folder}/studies.sqlite3"]
    finished = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return folder / "run", finished.stdout


@pytest.mark.slow
def test_progress_is_told_trial_by_trial(tuned):
    _, output = tuned
    assert "Trial 0 (until 2 are done): learning_rate_factor" in output
    assert "epoch   1/2 learn" in output
    assert "Trial 1: log_loss" in output
    assert "Best: trial" in output


@pytest.mark.slow
def test_the_best_recipe_reads_and_has_the_best_trials_values(tuned):
    rows = list(csv.DictReader((tuned[0] / "trials.csv").open()))
    best = min((row for row in rows if row["log_loss"]), key=lambda row: float(row["log_loss"]))
    recipe = read_recipe(tuned[0] / "best.toml")
    assert recipe.network.dropout == float(best["network.dropout"])
    assert recipe.stages[0].learning_rate == pytest.approx(
        1e-2 * float(best["learning_rate_factor"])
    )
    assert (recipe.name, recipe.epochs, recipe.search) == ("invented", 2, {})


@pytest.mark.slow
def test_pictures_are_prepared_once_for_all_trials_and_those_of_the_test_split_not_at_all(tuned):
    prepared = [np.load(path, mmap_mode="r") for path in (tuned[0] / "cache").glob("*.npy")]
    assert sorted(array.shape for array in prepared) == [(72, 32, 32, 1), (72, 40, 40, 1)]


@pytest.mark.slow
def test_the_page_needs_nothing_but_itself(tuned):
    page = (tuned[0] / "report.html").read_text()
    for word in ("learning_rate_factor", "network.dropout", "Every trial", "<svg"):
        assert word in page
    assert not [word for word in ("<script", "http://", "https://", "<img") if word in page]


@pytest.mark.parametrize(
    ("recipe", "arguments", "reason"),
    [
        (RECIPE + "[search]\nfigure = 'f1'", {}, "figure is one of"),
        (RECIPE + "[search.settings]\n'training.magic' = [1]", {}, "training.magic"),
        (RECIPE + SEARCH, {"trials": 0}, "at least 1"),
        (RECIPE + SEARCH, {}, "nothing at"),
    ],
)
def test_what_cannot_be_tuned_is_one_clear_line(tmp_path, recipe, arguments, reason):
    (tmp_path / "recipe.toml").write_text(recipe)
    with pytest.raises(CommandError, match=reason):
        call_command("tune_model", tmp_path / "recipe.toml", run=tmp_path / "run", **arguments)


def test_a_database_that_cannot_be_reached_is_told_before_anything_is_trained(tmp_path):
    (tmp_path / "recipe.toml").write_text(RECIPE + SEARCH)
    with pytest.raises(CommandError, match="cannot be used"):
        call_command(
            "tune_model",
            tmp_path / "recipe.toml",
            data=make_dataset_folder(tmp_path / "data"),
            run=tmp_path / "run",
            storage="postgresql://user:secret@127.0.0.1:1/nowhere",
        )
