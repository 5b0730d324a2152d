"""The page of examples."""

from dataclasses import replace

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.training.pictures import make_dataset_folder
from tests.training.test_run import RECIPE
from training.config import parse_recipe
from training.preview import PREVIEW, pictures_to_show, write_preview

CHANGES = """[augmentation]
mirror = true
zoom_in = 0.2
reflect_edges = true
"""


@pytest.fixture
def recipe():
    return parse_recipe(RECIPE.replace("[augmentation]\n", CHANGES), "invented")


def test_the_page_shows_every_change_that_is_on_and_needs_no_other_file(recipe, tmp_path):
    few = np.random.default_rng(1).uniform(size=(2, 40, 40, 1)).astype(np.float32)
    write_preview(recipe, few[:, 4:36, 4:36], few, tmp_path / PREVIEW)
    page = (tmp_path / PREVIEW).read_text()
    for words in ("as served", "mirror", "zoom in", "spectrum", "all together"):
        assert f"<th>{words}<br>" in page
    assert "contrast" not in page
    assert "reflect" not in page
    assert page.count("Stage ") == 1
    assert page.count("<img") == page.count("data:image/png;base64,")
    assert [path.name for path in tmp_path.iterdir()] == [PREVIEW]


def test_a_stage_with_changes_of_its_own_has_a_section_of_its_own(recipe, tmp_path):
    first, second = recipe.stages
    recipe = replace(recipe, stages=(first, replace(second, augmentation={"noise": 0.1})))
    few = np.zeros((1, 32, 32, 1), np.float32)
    write_preview(recipe, few, few, tmp_path / PREVIEW)
    page = (tmp_path / PREVIEW).read_text()
    assert page.count("<h2>Stage") == 2
    assert page.count("<th>noise<br>") == 1


def test_the_command_shows_training_pictures_of_each_label_in_turn(tmp_path, capsys):
    data = make_dataset_folder(tmp_path / "data", of_each=2)
    (tmp_path / "recipe.toml").write_text(RECIPE)
    page = tmp_path / "page.html"
    call_command("preview_augmentation", tmp_path / "recipe.toml", data=data, out=page)
    assert str(page) in capsys.readouterr().out
    assert page.exists()


def test_a_recipe_that_cannot_be_read_is_one_clear_line(tmp_path):
    with pytest.raises(CommandError, match="no recipe"):
        call_command("preview_augmentation", tmp_path / "none.toml")


def test_labels_take_turns_and_other_splits_stay_out():
    class Few:
        splits = np.array(["val", "train", "train", "train", "train"])

        def words(self):
            return ["a", "a", "a", "a", "b"]

    assert pictures_to_show(Few(), 2).tolist() == [1, 4]
