"""A recipe: one TOML file, read once, frozen, and saved with the result."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from inference.preprocessing import PREPROCESSINGS, InputSpec
from training.errors import TrainingError

ROOT = Path(__file__).resolve().parents[1]
"""Folders in a recipe are relative to the project, wherever the command is run."""


@dataclass(frozen=True)
class Stage:
    """A part of the schedule: the learning rate falls along half a cosine from first to last."""

    name: str
    epochs: int
    learning_rate: float
    last_learning_rate: float
    warm_up_epochs: int = 0
    mixup: float = 0.0
    label_smoothing: float = 0.0
    augmentation: Mapping[str, Any] = field(default_factory=dict)
    """What differs from the recipe's augmentation in this stage."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the result."""

    name: str
    version: str
    card: dict[str, Any]
    folder: str
    labels: tuple[dict[str, Any], ...]
    input: InputSpec
    training_scale: float
    """Pictures are cached this much larger than the input, so that zooming in shows more detail."""
    training_parameters: Mapping[str, float]
    """What differs from the input's preprocessing in the larger pictures."""
    widths: tuple[int, ...]
    convolution: str
    dropout: float
    augmentation: dict[str, Any]
    stages: tuple[Stage, ...]
    batch_size: int
    weight_decay: float
    averaging: float
    """The network that is kept is a running average over the steps; this is its memory per step."""
    source_balance: float
    """0: a class's pictures are drawn alike; 1: each source of a class is drawn alike."""
    patience: int
    seed: int
    strangers: tuple[dict[str, Any], ...]
    """Collections on which abstention is measured: name, folder, expect (abstain or read)."""
    text: str
    """The recipe as written, for the record."""

    @property
    def codes(self) -> dict[str, str]:
        """The word in labels.csv of each label, and its code."""
        return {label.get("in_data", label["code"]): label["code"] for label in self.labels}

    @property
    def data_folder(self) -> Path:
        return (ROOT / self.folder).resolve()

    @property
    def training_input(self) -> InputSpec:
        """The larger pictures that augmentation cuts from."""
        return replace(
            self.input,
            height=round(self.input.height * self.training_scale),
            width=round(self.input.width * self.training_scale),
            parameters={**self.input.parameters, **self.training_parameters},
        )

    @property
    def epochs(self) -> int:
        return sum(stage.epochs for stage in self.stages)


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe; what it lacks or says too much is one clear line."""
    try:
        return parse_recipe(path.read_text(), str(path))
    except FileNotFoundError:
        raise TrainingError(f"There is no recipe {path}.") from None
    except UnicodeDecodeError as error:
        raise TrainingError(f"{path} is not valid TOML: {error}.") from None


def parse_recipe(text: str, name: str) -> Recipe:
    """Return the recipe written in ``text``."""
    try:
        return _recipe(tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{name} is not valid TOML: {error}.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{name} is incomplete or misspelt: {error!r}.") from None


def _recipe(table: dict[str, Any], text: str) -> Recipe:
    given = dict(table["input"])
    spec = InputSpec(
        height=given["height"],
        width=given["width"],
        channels=given["channels"],
        preprocessing=given["preprocessing"],
        parameters=given.get("parameters", {}),
    )
    if spec.preprocessing not in PREPROCESSINGS:
        raise ValueError(f"unknown preprocessing {spec.preprocessing}")
    training = dict(table["training"])
    known = {one.name for one in fields(Recipe)}
    if strange := set(training) - known:
        raise ValueError(f"unknown settings {sorted(strange)}")
    return Recipe(
        name=table["name"],
        version=table["version"],
        card=table["card"],
        folder=table["data"]["folder"],
        labels=tuple(table["labels"]),
        input=spec,
        training_scale=given.get("training_scale", 1.0),
        training_parameters=given.get("training_parameters", {}),
        widths=tuple(table["network"]["widths"]),
        convolution=table["network"]["convolution"],
        dropout=table["network"]["dropout"],
        augmentation=table["augmentation"],
        stages=tuple(Stage(**stage) for stage in table["stages"]),
        strangers=tuple(table.get("strangers", ())),
        text=text,
        **training,
    )
