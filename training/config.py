"""A recipe: one TOML file, read once, frozen, and saved with the result."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from inference.preprocessing import PREPROCESSINGS, InputSpec
from training.changes import Augmentation, augmentation_of
from training.errors import TrainingError

ROOT = Path(__file__).resolve().parents[1]
"""Folders in a recipe are relative to the project, wherever the command is run."""


def located(name: str) -> Path:
    """Return where a recipe's file or folder is: below the project; data/… in the data folder."""
    path = Path(name)
    if path.parts[:1] == ("data",):
        return settings.DATA_DIR.joinpath(*path.parts[1:]).resolve()
    return (ROOT / path).resolve()


CHOICES = {
    "backbone": (
        "compact",
        "VGG16",
        "VGG19",
        "ResNet34",
        "ResNet50",
        "ResNet101V2",
        "DenseNet121",
        "InceptionV3",
        "MobileNetV2",
        "EfficientNetV2B0",
    ),
    "uncertain": ("left_out", "negative", "positive"),
    "head": ("pooled", "dense", "flatten"),
    "activation": ("softmax", "sigmoid"),
    "optimizer": ("adamw", "adam", "sgd"),
    "sampling": ("balanced", "weighted", "plain"),
    "calibration": ("temperature", "isotonic", "none"),
    "strategy": ("none", "mirrored", "multi_worker"),
    "schedule": ("cosine", "constant", "exponential"),
}
"""What a setting that is a word may say."""


@dataclass(frozen=True)
class DataSettings:
    """Where the pictures are, and what their label words mean."""

    folder: str
    """A folder per class, a folder with labels.csv, a CSV file, or a zip of either."""
    boxes: str = ""
    """A CSV of boxes beside the labels, for the pointing game."""
    without_finding: tuple[str, ...] = ()
    """Label words that mean none of the labels, such as "No Finding"."""
    ignore: tuple[str, ...] = ()
    """Label words whose pictures are left out on purpose; any other unknown word is an error."""
    uncertain: str = "left_out"
    """What an uncertain label (-1, "uncertain") counts as."""
    shares: Mapping[str, float] = field(
        default_factory=lambda: {"train": 0.7, "val": 0.15, "test": 0.15}
    )
    """How patients are split where the data give no split."""
    split_seed: int = 0


@dataclass(frozen=True)
class NetworkSettings:
    """The network, from backbone to head."""

    backbone: str = "compact"
    weights: str = "none"
    """none, imagenet (Keras downloads them), or a local file."""
    head: str = "pooled"
    activation: str = "softmax"
    hidden: tuple[int, ...] = ()
    """Units of the hidden layers of a dense head (then 128, 64 if none is named) or a flatten
    head."""
    dropout: float | tuple[float, ...] = 0.0
    """Before the logits; or one share for each hidden layer and one for the logits."""
    widths: tuple[int, ...] = ()
    """The compact network's stages; other backbones have their own."""
    convolution: str = "plain"
    both_views: bool = True
    """Whether the served answer is the mean of the picture and its mirror image."""


@dataclass(frozen=True)
class TrainingSettings:
    """How the network is fitted."""

    batch_size: int
    seed: int
    weight_decay: float = 0.0
    optimizer: str = "adamw"
    averaging: float = 0.0
    """The network that is kept is a running average over the steps; this is its memory per step."""
    sampling: str = "balanced"
    """balanced: classes are drawn alike; weighted: all pictures in turn, rare classes' losses
    weigh more; plain: all pictures in turn."""
    source_balance: float = 0.0
    """0: a class's pictures are drawn alike; 1: each source of a class is drawn alike."""
    patience: int = 10**6
    """Epochs without a better validation loss after which the whole run ends."""
    strategy: str = "none"
    tensorboard: bool = False


@dataclass(frozen=True)
class Stage:
    """A part of the schedule: the learning rate goes from the first to the last."""

    name: str
    epochs: int
    learning_rate: float
    last_learning_rate: float | None = None
    """None: the first, throughout."""
    schedule: str = "cosine"
    warm_up_epochs: int = 0
    trainable: str = "all"
    """all, head, last:N (the last N layers of the backbone), or from:LAYER_NAME."""
    patience: int = 10**6
    """Epochs without a better validation loss after which the next stage begins."""
    mixup: float = 0.0
    label_smoothing: float = 0.0
    augmentation: Mapping[str, Any] = field(default_factory=dict)
    """What differs from the recipe's augmentation in this stage."""
    frozen_copies: int = 0
    """For a stage that trains the head with augmentation: so many changed copies of each picture
    go through the frozen body once, and epochs draw from them; 0: pictures change every epoch."""

    @property
    def final_learning_rate(self) -> float:
        return self.learning_rate if self.last_learning_rate is None else self.last_learning_rate


@dataclass(frozen=True)
class EvaluationSettings:
    """What the threshold table shows beside the chosen thresholds."""

    sensitivity: float = 0.95
    specificity: float = 0.95
    positive_predictive_value: float = 0.5
    prevalence: float = 0.1
    """Share of people with the finding where the classifier would be used."""
    calibration: str = "temperature"
    """temperature, isotonic (a monotone curve per label), or none; fitted on validation."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the result."""

    name: str
    version: str
    card: dict[str, Any]
    data: DataSettings
    labels: tuple[dict[str, Any], ...]
    input: InputSpec
    training_scale: float
    """Pictures are cached this much larger than the input, so that zooming in shows more detail."""
    training_parameters: Mapping[str, float]
    """What differs from the input's preprocessing in the larger pictures."""
    network: NetworkSettings
    augmentation: dict[str, Any]
    training: TrainingSettings
    stages: tuple[Stage, ...]
    evaluation: EvaluationSettings
    bars: tuple[dict[str, Any], ...]
    """What the lower 95 % bound of a test figure must reach for the model to be active: figure
    (auc, balanced_accuracy), label (for auc), at_least."""
    strangers: tuple[dict[str, Any], ...]
    """Collections on which abstention is measured: name, folder, expect (abstain or read)."""
    text: str
    """The recipe as written, for the record."""
    search: Mapping[str, Any] = field(default_factory=dict)
    """What tune_model varies and how: see training/search/space.py."""

    @property
    def codes(self) -> dict[str, str]:
        """The word in the data of each label, and its code."""
        return {label.get("in_data", label["code"]): label["code"] for label in self.labels}

    @property
    def data_folder(self) -> Path:
        return located(self.data.folder)

    @property
    def training_input(self) -> InputSpec:
        """The larger pictures that augmentation cuts from."""
        return replace(
            self.input,
            height=round(self.input.height * self.training_scale),
            width=round(self.input.width * self.training_scale),
            parameters={**self.input.parameters, **self.training_parameters},
        )

    def augmentation_in(self, stage: Stage) -> Augmentation:
        """Return how pictures are changed in ``stage``; raise ``TrainingError`` if they cannot."""
        return augmentation_of(self.augmentation, stage.augmentation, channels=self.input.channels)

    @property
    def is_exclusive(self) -> bool:
        """Whether a picture has exactly one of the labels."""
        return self.network.activation == "softmax"

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
        recipe = recipe_of(tomllib.loads(text), text)
        for stage in recipe.stages:
            recipe.augmentation_in(stage)
        return recipe
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{name} is not valid TOML: {error}.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{name} is incomplete or misspelt: {error!r}.") from None


def recipe_of(table: dict[str, Any], text: str) -> Recipe:
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
    return Recipe(
        name=table["name"],
        version=table["version"],
        card=table["card"],
        data=_settings(DataSettings, table["data"]),
        labels=tuple(table["labels"]),
        input=spec,
        training_scale=given.get("training_scale", 1.0),
        training_parameters=given.get("training_parameters", {}),
        network=_settings(NetworkSettings, table["network"]),
        augmentation=table.get("augmentation", {}),
        training=_settings(TrainingSettings, table["training"]),
        stages=tuple(_settings(Stage, stage) for stage in table["stages"]),
        evaluation=_settings(EvaluationSettings, table.get("evaluation", {})),
        bars=tuple(table.get("bars", ())),
        strangers=tuple(table.get("strangers", ())),
        text=text,
        search=table.get("search", {}),
    )


def _settings(kind: type, given: Mapping[str, Any]) -> Any:
    """Return ``given`` as the settings ``kind``; lists become tuples, words are checked."""
    if strange := set(given) - {one.name for one in fields(kind)}:
        raise ValueError(f"unknown settings {sorted(strange)}")
    for key, value in given.items():
        if key in CHOICES and value not in CHOICES[key]:
            raise ValueError(f"{key} is one of {', '.join(CHOICES[key])}, not {value!r}")
    return kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in given.items()})
