"""A run folder whose network has a linear classifier as its head: packaged like any other."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from training.config import Recipe, parse_recipe
from training.feature_classifiers.comparison import in_words
from training.feature_classifiers.fitting import Fitted
from training.feature_classifiers.linear_head import network_with_head
from training.packaging.card import training_on_card
from training.run import Prepared, package_network, remember_recipe
from training.search.recipe_text import to_toml


@dataclass(frozen=True)
class Body:
    """The network that gave the features, and how it was trained."""

    recipe: Recipe
    network: keras.Model
    history: list[dict[str, Any]]
    """its epochs, none where its weights were given"""
    words: str
    """where its weights come from"""

    @property
    def has_learnt_here(self) -> bool:
        """Whether it has learnt from the training patients: a trunk of ours has, too."""
        ours = self.recipe.network.backbone == "compact" and self.recipe.network.weights != "none"
        return bool(self.history) or ours


def make_publishable(
    *,
    body: Body,
    fitted: Fitted,
    name: str,
    prepared: Prepared,
    folder: Path,
    say: Callable[[str], None],
) -> Path:
    """Package the body of ``body`` under the linear classifier as ``name``; return the package.

    Thresholds, calibration, figures and gates are those of any run: nothing is taken over.
    """
    recipe = recipe_of(body.recipe, name, fitted)
    remember_recipe(recipe, folder)
    say(f"{fitted.kind.title} becomes the head of the network.")
    return package_network(
        recipe=recipe,
        network=network_with_head(body.recipe, body.network, fitted),
        prepared=prepared,
        trained=training_on_card(recipe, body.history) | {"head": head_on_card(body, fitted)},
        # The epochs were those of the network with its own head: their curves are not this one's.
        history=(),
        folder=folder,
        say=say,
    )


def recipe_of(recipe: Recipe, name: str, fitted: Fitted) -> Recipe:
    """Return the recipe as the card of the new package shows it."""
    table = tomllib.loads(recipe.text)
    table.pop("search", None)
    table["name"] = name
    table["network"] |= {"head": "pooled", "dropout": 0.0}
    table["network"].pop("hidden", None)
    lines = (
        f"# Not trained by these stages alone: the head is a {fitted.kind.title.lower()} on the",
        f"# features of the network ({in_words(fitted.settings)}), made by compare_classifiers.",
    )
    return parse_recipe("\n".join([*lines, "", to_toml(table)]), "The recipe with its new head")


def head_on_card(body: Body, fitted: Fitted) -> dict[str, Any]:
    return {
        "classifier": fitted.kind.name,
        "title": fitted.kind.title,
        "settings": fitted.settings,
        "features": body.words,
        "auc_by_which_settings_were_chosen": round(fitted.score, 4),
    }
