"""What is written as TOML reads back as it was."""

import tomllib
from pathlib import Path

import pytest

from training.search.recipe_text import to_toml

RECIPES = sorted((Path(__file__).resolve().parents[3] / "training" / "recipes").glob("*.toml"))


@pytest.mark.parametrize(
    "table",
    [
        {"a": 1, "b": 0.00001, "c": True, "d": "x", "e": [1, 2.5, "three"]},
        {"text": 'quotes "and" back\\slash\nlines\tand\x7fmore é'},
        {"a": {"x": 1, "b": {"y": 2}}, "plain": 3},
        {"stages": [{"name": "one", "how": {"noise": 0.1}}, {"name": "two"}], "z": []},
        {"a key with spaces": {"training.batch_size": [8, 16]}},
        {"mixed": [[1, 2], [3]], "tables": [1, {"a": "b"}]},
        {"tables": [{}, {"a": 1}], "empty": {}},
    ],
)
def test_a_table_reads_back_as_it_was(table):
    assert tomllib.loads(to_toml(table)) == table


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_of_ours_reads_back_as_it_was(path):
    table = tomllib.loads(path.read_text())
    assert tomllib.loads(to_toml(table)) == table
