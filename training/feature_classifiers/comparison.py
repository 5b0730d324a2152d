"""All classifiers on the same features, and the network itself, measured alike."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from training.config import Recipe
from training.datasets.dataset import DataSet
from training.errors import TrainingError
from training.evaluation.answers import Answers, answers_of
from training.evaluation.bootstrap import draw_patients
from training.evaluation.choices import choose
from training.evaluation.figures import overall
from training.evaluation.report import report
from training.feature_classifiers.fitting import Examples, Fitted, fit
from training.feature_classifiers.kinds import KINDS, Kind

FIGURES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "auc": "AUC",
}
"""Each with its 95 % interval over patients; the last four are plain means of the labels."""
SPLITS = ("val", "test")


@dataclass(frozen=True)
class Row:
    """One classifier: how it was set, how long it took, how good it is."""

    name: str
    title: str
    settings: dict[str, Any]
    score: float | None
    """mean AUC on the patients by which the settings were chosen"""
    seconds: float | None
    """of fitting; of the whole training for the network"""
    figures: dict[str, dict[str, dict[str, float | None]]]
    """by split, by figure: value, low, high"""
    remark: str = ""

    def for_json(self) -> dict[str, Any]:
        return asdict(self)


def fit_all(
    recipe: Recipe,
    dataset: DataSet,
    features: np.ndarray,
    *,
    say: Callable[[str], None],
    jobs: int = 1,
    kinds: Sequence[Kind] = KINDS,
    by_validation: bool = False,
) -> tuple[Fitted, ...]:
    """Fit every kind on the training split; the test split chooses nothing.

    Settings are chosen on left-out training patients, or on validation where the network has
    learnt from the former: it would tell them apart whatever the settings.
    """
    in_train, in_val = dataset.splits == "train", dataset.splits == "val"
    judges = Examples(np.asarray(features[in_val]), dataset.where(in_val))
    train_set, train_features = dataset.where(in_train), np.asarray(features[in_train])
    exclusive = recipe.network.activation == "softmax"
    if exclusive and not dataset.is_exclusive:
        raise TrainingError("A softmax recipe needs exactly one label for every picture.")
    fitted = []
    for kind in kinds:
        one = fit(
            kind,
            train_features,
            train_set,
            exclusive=exclusive,
            seed=recipe.training.seed,
            jobs=jobs,
            judges=judges if by_validation else None,
        )
        where = "validation" if by_validation else "left-out patients"
        say(f"{kind.title}: {one.score:.3f} on {where}, {in_words(one.settings)}.")
        fitted.append(one)
    return tuple(fitted)


def row_of(fitted: Fitted, recipe: Recipe, dataset: DataSet, features: np.ndarray) -> Row:
    """Return the row of one classifier, measured on validation and test patients."""
    count = len(recipe.labels)
    logits = {split: fitted.logits(features[dataset.splits == split], count) for split in SPLITS}
    return Row(
        name=fitted.kind.name,
        title=fitted.kind.title,
        settings=fitted.settings,
        score=fitted.score,
        seconds=round(fitted.seconds, 2),
        figures=measured(recipe, dataset, logits),
        remark=fitted.remark,
    )


def row_of_network(
    recipe: Recipe, dataset: DataSet, logits: dict[str, np.ndarray], seconds: float
) -> Row:
    """Return the row of the network with the head that it was trained with."""
    return Row(
        name="network",
        title=f"The network itself ({recipe.network.backbone}, {recipe.network.head} head)",
        settings={},
        score=None,
        seconds=round(seconds),
        figures=measured(recipe, dataset, logits),
    )


def measured(
    recipe: Recipe, dataset: DataSet, logits: dict[str, np.ndarray]
) -> dict[str, dict[str, Any]]:
    """Return ``FIGURES`` of each split of ``logits``.

    Every classifier is judged as its package would be: calibrated on the validation split, with
    the cut-offs that are chosen there.
    """
    choices = choose(recipe, dataset.split("val"), logits["val"])
    return {
        split: _figures(
            answers_of(
                dataset.split(split),
                choices.probabilities(logits[split]),
                choices.labels,
                choices.activation,
            )
        )
        for split in SPLITS
    }


def _figures(answers: Answers) -> dict[str, Any]:
    drawn = draw_patients(answers.dataset.patients)
    of_all, averages = overall(answers, drawn), report(answers, drawn)["macro"]
    return {
        "accuracy": of_all["accuracy"],
        "balanced_accuracy": of_all["balanced_accuracy"],
        **{name: averages[name] for name in ("precision", "recall", "f1")},
        "auc": of_all["macro_auc"],
    }


def in_words(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items()) or "–"
