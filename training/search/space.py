"""What a search varies: the [search] table of a recipe, and a recipe with other values in it."""

import copy
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from training.changes import AT_MOST_ONE, Augmentation
from training.config import NetworkSettings, Recipe, Stage, TrainingSettings, parse_recipe
from training.errors import TrainingError
from training.search.recipe_text import to_toml

FIGURES = {
    "log_loss": ("val_calibrated_loss", "minimize", "balanced log loss after calibration"),
    "macro_auc": ("val_macro_auc", "maximize", "mean AUC"),
    "balanced_accuracy": ("val_balanced_accuracy", "maximize", "balanced accuracy"),
}
"""What a search can improve: the figure of validation in an epoch's row, which way, in words."""
PRUNING = ("median", "hyperband", "none")
LEARNING_RATE, AUGMENTATION, IMAGE_SIZE = (
    "learning_rate_factor",
    "augmentation_factor",
    "image_size",
)
"""Settings that change several settings of the recipe at once."""
MOST = dict.fromkeys(AT_MOST_ONE, 1.0) | {"zoom_in": 0.95}
"""How far augmentation can go at all."""


@dataclass(frozen=True)
class Varied:
    """One setting that the search may change: a list of choices, or a range."""

    name: str
    choices: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the range is one of whole numbers."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def options(self) -> tuple[Any, ...]:
        """The choices as a study stores them: plain values, or JSON for lists and tables."""
        return tuple(_option(choice) for choice in self.choices)

    def chosen(self, option: Any) -> Any:
        """Return the value that a study's ``option`` stands for."""
        return self.choices[self.options.index(option)] if self.choices else option


@dataclass(frozen=True)
class Plan:
    """A search: what varies, what counts as better, and how much is tried."""

    varied: tuple[Varied, ...]
    figure: str = "log_loss"
    pruning: str = "median"
    trials: int = 30
    startup_trials: int = 4
    """Trials that are never stopped early, because there is too little to compare them with."""
    share_of_epochs: float = 1.0
    """How much of each stage's epochs a trial trains; the best recipe has all of them again."""

    @property
    def column(self) -> str:
        return FIGURES[self.figure][0]

    @property
    def direction(self) -> str:
        return FIGURES[self.figure][1]

    @property
    def figure_in_words(self) -> str:
        return FIGURES[self.figure][2]


def read_plan(recipe: Recipe) -> Plan:
    """Return the search that the recipe describes; without a [search] table the usual one."""
    given = dict(recipe.search)
    settings = given.pop("settings", None) or usual_settings(recipe)
    if strange := set(given) - (_names(Plan) - {"varied"}):
        raise TrainingError(f"[search] does not know {', '.join(sorted(strange))}.")
    plan = Plan(varied=tuple(_varied(name, value) for name, value in settings.items()), **given)
    _check_plan(plan)
    for one in plan.varied:
        _check_name(one.name, recipe)
    return plan


def usual_settings(recipe: Recipe) -> dict[str, Any]:
    """Return what is varied where the recipe does not say: what costs no more time a trial."""
    size = recipe.training.batch_size
    return {
        LEARNING_RATE: {"low": 0.1, "high": 10.0, "log": True},
        AUGMENTATION: {"low": 0.0, "high": 1.5},
        "network.dropout": {"low": 0.0, "high": 0.5},
        "training.batch_size": sorted({max(2, size // 2), size, size * 2}),
    }


def with_values(
    recipe: Recipe,
    plan: Plan,
    options: Mapping[str, Any],
    *,
    share_of_epochs: float = 1.0,
) -> Recipe:
    """Return ``recipe`` with a trial's values written in.

    A value that the recipe's own checks refuse raises ``TrainingError``.
    """
    table = copy.deepcopy(tomllib.loads(recipe.text))
    table.pop("search", None)
    varied = {one.name: one for one in plan.varied}
    values = {name: varied[name].chosen(option) for name, option in options.items()}
    for name, value in values.items():
        if "." in name or isinstance(value, Mapping):
            _put(table, name, value)
    if IMAGE_SIZE in values:
        table["input"] |= {"height": values[IMAGE_SIZE], "width": values[IMAGE_SIZE]}
    if LEARNING_RATE in values:
        _scale_learning_rates(table, values[LEARNING_RATE])
    if AUGMENTATION in values:
        _scale_augmentation(table, values[AUGMENTATION])
    if share_of_epochs != 1.0:
        for stage in table["stages"]:
            _shorten(stage, share_of_epochs)
    return parse_recipe(to_toml(table), "The recipe of this trial")


def _put(table: dict[str, Any], name: str, value: Any) -> None:
    """Set ``section.setting``, ``stages.NAME.setting``, or all settings that a table names."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            _put(table, f"{name}.{key}", one)
        return
    section, *rest = name.split(".")
    if section == "stages":
        place = next(stage for stage in table["stages"] if stage["name"] == rest[0])
    else:
        place = table.setdefault(section, {})
    place[rest[-1]] = value


def _scale_learning_rates(table: dict[str, Any], factor: float) -> None:
    for stage in table["stages"]:
        for key in ("learning_rate", "last_learning_rate"):
            if key in stage:
                stage[key] *= factor


def _scale_augmentation(table: dict[str, Any], factor: float) -> None:
    for place in (table, *table["stages"]):
        if "augmentation" in place:
            place["augmentation"] = _scaled(place["augmentation"], factor)


def _scaled(settings: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return the numbers times ``factor``, as far as they go; whole ones rounded, switches kept."""
    scaled = dict(settings)
    for key, value in settings.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            most = MOST.get(key, float("inf"))
            scaled[key] = type(value)(round(min(value * factor, most), 6))
    return scaled


def _shorten(stage: dict[str, Any], share: float) -> None:
    stage["epochs"] = max(1, round(stage["epochs"] * share))
    if "warm_up_epochs" in stage:
        stage["warm_up_epochs"] = min(stage["warm_up_epochs"], stage["epochs"] - 1)


def _varied(name: str, given: Any) -> Varied:
    if isinstance(given, list) and given:
        return Varied(name, choices=tuple(given))
    if isinstance(given, Mapping) and {"low", "high"} <= set(given) <= {"low", "high", "log"}:
        one = Varied(name, **given)
        if one.low < one.high and (one.low > 0 or not one.log):
            return one
    raise TrainingError(
        f"[search.settings] {name} needs a list of choices, or {{ low = …, high = … }} with low "
        "below high (and log = true only above 0)."
    )


def _check_plan(plan: Plan) -> None:
    if plan.figure not in FIGURES:
        raise TrainingError(f"[search] figure is one of {', '.join(FIGURES)}, not {plan.figure!r}.")
    if plan.pruning not in PRUNING:
        raise TrainingError(
            f"[search] pruning is one of {', '.join(PRUNING)}, not {plan.pruning!r}."
        )
    if not isinstance(plan.trials, int) or plan.trials < 1:
        raise TrainingError("[search] trials is a whole number, at least 1.")
    if not 0 < plan.share_of_epochs <= 1:
        raise TrainingError("[search] share_of_epochs lies above 0 and not above 1.")


def _check_name(name: str, recipe: Recipe) -> None:
    """Refuse a setting that the recipe does not have: it would vary nothing, unnoticed."""
    section, *rest = name.split(".")
    stages = {stage.name for stage in recipe.stages}
    known = {
        "network": _names(NetworkSettings),
        "training": _names(TrainingSettings) - {"seed"},
        "augmentation": _names(Augmentation),
        "stages": _names(Stage) - {"name", "augmentation"},
    }
    if name in (LEARNING_RATE, AUGMENTATION, IMAGE_SIZE, "network"):
        return
    in_a_stage = section == "stages" and len(rest) == 2 and rest[0] in stages
    in_a_section = section in ("network", "training", "augmentation") and len(rest) == 1
    if (in_a_stage or in_a_section) and rest[-1] in known[section]:
        return
    raise TrainingError(
        f"[search.settings] does not know {name!r}: give {LEARNING_RATE}, {AUGMENTATION}, "
        f"{IMAGE_SIZE}, network.…, training.…, augmentation.… or stages.NAME.… "
        f"(stages: {', '.join(sorted(stages))})."
    )


def _names(kind: type) -> set[str]:
    return {one.name for one in fields(kind)}


def _option(choice: Any) -> Any:
    if isinstance(choice, str | int | float | bool):
        return choice
    return json.dumps(choice, sort_keys=True)
