"""The [search] table: what may vary, and a recipe with other values in it."""

import pytest

from tests.training.search.recipes import SEARCH
from tests.training.test_run import RECIPE
from training.config import parse_recipe
from training.errors import TrainingError
from training.search.space import read_plan, with_values


def recipe_with(search: str):
    return parse_recipe(RECIPE + search, "recipe.toml")


def changed(settings: str, options: dict, **more):
    recipe = recipe_with(f"[search.settings]\n{settings}")
    return with_values(recipe, read_plan(recipe), options, **more)


def test_the_table_says_what_varies():
    plan = read_plan(recipe_with(SEARCH))
    assert [one.name for one in plan.varied] == ["learning_rate_factor", "network.dropout"]
    assert (plan.varied[0].low, plan.varied[0].high, plan.varied[0].log) == (0.5, 2.0, True)
    assert (plan.trials, plan.column, plan.direction) == (2, "val_calibrated_loss", "minimize")


def test_without_a_table_the_usual_settings_vary():
    names = [one.name for one in read_plan(recipe_with("")).varied]
    assert names == [
        "learning_rate_factor",
        "augmentation_factor",
        "network.dropout",
        "training.batch_size",
    ]


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ("[search]\nfigure = 'f1'", "figure is one of log_loss"),
        ("[search]\npruning = 'axe'", "pruning is one of median"),
        ("[search]\ntrails = 3", "does not know trails"),
        ("[search]\nvaried = 3", "does not know varied"),
        ("[search]\ntrials = 0", "at least 1"),
        ("[search]\nshare_of_epochs = 0", "above 0"),
        ("[search.settings]\n'training.batch' = [1]", "does not know 'training.batch'"),
        ("[search.settings]\n'training.seed' = [1]", "does not know 'training.seed'"),
        ("[search.settings]\n'stages.first.epochs' = [1]", r"stages: learn, settle"),
        ("[search.settings]\n'stages.learn' = [1]", "does not know"),
        ("[search.settings]\n'augmentation.magic' = [1]", "does not know 'augmentation.magic'"),
        ("[search.settings]\n'data.folder' = ['x']", "does not know 'data.folder'"),
        ("[search.settings]\nimage_size = []", "list of choices"),
        ("[search.settings]\nimage_size = 3", "list of choices"),
        ("[search.settings]\nimage_size = { low = 3 }", "low = …, high"),
        ("[search.settings]\nimage_size = { low = 3, high = 2 }", "low below high"),
        ("[search.settings]\nimage_size = { low = 0, high = 2, log = true }", "only above 0"),
        ("[search.settings]\nimage_size = { low = 1, high = 2, step = 1 }", "low = …, high"),
    ],
)
def test_what_cannot_be_searched_is_one_clear_line(search, reason):
    with pytest.raises(TrainingError, match=reason):
        read_plan(recipe_with(search))


def test_plain_settings_are_written_into_the_recipe():
    recipe = changed(
        "'training.batch_size' = [8, 16]\n'network.dropout' = {low = 0.0, high = 0.5}\n"
        "'stages.settle.learning_rate' = {low = 1e-4, high = 1e-2, log = true}",
        {"training.batch_size": 16, "network.dropout": 0.25, "stages.settle.learning_rate": 5e-3},
    )
    assert recipe.training.batch_size == 16
    assert recipe.network.dropout == 0.25
    assert [stage.learning_rate for stage in recipe.stages] == [1e-2, 5e-3]
    assert recipe.search == {}


def test_the_learning_rate_factor_scales_every_stage():
    recipe = changed("learning_rate_factor = [2.0]", {"learning_rate_factor": 2.0})
    assert [stage.learning_rate for stage in recipe.stages] == [2e-2, 2e-3]
    assert [stage.last_learning_rate for stage in recipe.stages] == [2e-3, 2e-4]


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (0.5, {"zoom_in": 0.15, "mirror": True, "erased_patches": 2, "contrast": 0.3}),
        (2.0, {"zoom_in": 0.6, "mirror": True, "erased_patches": 8, "contrast": 1.0}),
        (0.0, {"zoom_in": 0.0, "mirror": True, "erased_patches": 0, "contrast": 0.0}),
    ],
)
def test_the_augmentation_factor_scales_what_is_a_number_as_far_as_it_goes(factor, expected):
    text = RECIPE.replace(
        "spectrum = 0.5", "zoom_in = 0.3\nmirror = true\nerased_patches = 4\ncontrast = 0.6"
    ).replace('name = "settle"', 'name = "settle"\naugmentation = { zoom_in = 0.2 }')
    recipe = parse_recipe(
        f"{text}\n[search.settings]\naugmentation_factor = {{ low = 0.0, high = 2.0 }}",
        "recipe.toml",
    )
    scaled = with_values(recipe, read_plan(recipe), {"augmentation_factor": factor})
    assert scaled.augmentation == expected
    assert scaled.stages[1].augmentation == {"zoom_in": pytest.approx(0.2 * factor)}


def test_the_image_size_is_both_sides():
    recipe = changed("image_size = [24, 48]", {"image_size": 48})
    assert (recipe.input.height, recipe.input.width) == (48, 48)
    assert recipe.training_input.height == 60


def test_a_choice_may_be_a_list_or_set_several_settings_at_once():
    settings = "network = [{widths = [4, 8], dropout = 0.0}, {widths = [8, 8], dropout = 0.5}]"
    plan = read_plan(recipe_with(f"[search.settings]\n{settings}"))
    recipe = changed(settings, {"network": plan.varied[0].options[1]})
    assert (recipe.network.widths, recipe.network.dropout) == ((8, 8), 0.5)
    widths = "'network.widths' = [[4, 8], [8, 8]]"
    assert changed(widths, {"network.widths": "[8, 8]"}).network.widths == (8, 8)


def test_a_value_that_the_recipe_refuses_is_one_clear_line():
    with pytest.raises(TrainingError, match="head is one of pooled, dense, flatten"):
        changed("'network.head' = ['pooled', 'magic']", {"network.head": "magic"})


def test_a_trial_may_train_for_a_share_of_the_epochs():
    recipe = changed("image_size = [32]", {}, share_of_epochs=0.1)
    assert [stage.epochs for stage in recipe.stages] == [1, 1]
