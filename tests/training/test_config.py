"""Where a recipe's files are."""

import pytest

from training.config import ROOT, located


@pytest.mark.parametrize(
    ("name", "below"), [("recipes/x", "recipes/x"), (".", "."), ("../shared", "../shared")]
)
def test_folders_of_a_recipe_are_relative_to_the_project(name, below):
    assert located(name) == (ROOT / below).resolve()


def test_what_begins_with_data_lies_in_the_data_folder_wherever_that_is(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert located("data/training/trunk-1/w.h5") == tmp_path / "training" / "trunk-1" / "w.h5"
    assert located("/abs/data") == (ROOT / "/abs/data")
