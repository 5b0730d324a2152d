"""Measure a finished package on a data set: its own again, or one that it has never seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from inference.classifier import Classifier
from inference.packages import Card
from training.config import DataSettings, Recipe, parse_recipe
from training.datasets.dataset import DataSet
from training.datasets.reading import read_dataset
from training.datasets.ready import shown_remarks, with_split
from training.datasets.splitting import is_split
from training.errors import TrainingError
from training.evaluation.answers import answers_of
from training.evaluation.figures import evaluate, headline
from training.evaluation.known import known_pictures
from training.evaluation.looking import Looked, abstentions, look_at_all
from training.evaluation.pointing import pointing_game
from training.evaluation.reports import Measured

Say = Callable[[str], None]


@dataclass(frozen=True)
class Question:
    """On which pictures to measure; without ``data`` on the package's own."""

    data: Path | None = None
    split: str | None = None
    name: str | None = None
    words: Sequence[str] = ()
    """WORD=CODE: what a label word of the data means"""
    ignore: Sequence[str] = ()

    @property
    def title(self) -> str:
        if self.name:
            return self.name
        return self.data.stem if self.data else f"its own {self.split or 'val'} split"


@dataclass(frozen=True)
class Evaluation:
    """What came out."""

    question: Question
    measured: Measured
    figures: dict[str, Any]
    is_external: bool
    """Whether none of the pictures, nor their patients, had to do with making the package."""


def recipe_of(card: Card) -> Recipe:
    """Return the recipe that made the package."""
    if "recipe" not in card.training:
        raise TrainingError(f"The card of {card.name} {card.version} holds no recipe.")
    return parse_recipe(card.training["recipe"], f"the recipe of {card.name} {card.version}")


def data_for(card: Card, question: Question, say: Say) -> DataSet:
    """Read the pictures that ``question`` asks for, in the words of the package's recipe."""
    recipe = recipe_of(card)
    place = question.data or recipe.data_folder
    dataset = read_dataset(
        place,
        {**recipe.codes, **words_of(question.words, card)},
        settings_for(recipe.data, question, place),
        exclusive=card.outputs.activation == "softmax",
        say=say,
    )
    for remark in shown_remarks(dataset):
        say(remark)
    split = question.split or (None if question.data else "val")
    if split is None:
        return dataset
    if not is_split(dataset):
        if question.data:
            raise TrainingError(f"{place} says no splits: leave out --split.")
        dataset = with_split(dataset, recipe).dataset
    chosen = dataset.split(split)
    if not len(chosen):
        raise TrainingError(f"{place}: no picture is in the split {split}.")
    return chosen


def words_of(words: Sequence[str], card: Card) -> dict[str, str]:
    """Return what ``WORD=CODE`` says, checked against the classifier's codes."""
    codes = {label.code for label in card.labels}
    meanings = {}
    for given in words:
        word, _, code = given.rpartition("=")
        if not word or code not in codes:
            raise TrainingError(
                f"--label {given}: write WORD=CODE, with one of {', '.join(sorted(codes))}."
            )
        meanings[word] = code
    return meanings


def settings_for(settings: DataSettings, question: Question, place: Path) -> DataSettings:
    """Return the recipe's settings for other data: boxes only where they have some."""
    ignore = (*settings.ignore, *question.ignore)
    if question.data is None:
        return replace(settings, ignore=ignore)
    folder = place.parent if place.is_file() else place
    boxes = "boxes.csv" if (folder / "boxes.csv").is_file() else ""
    return replace(settings, folder=str(place), ignore=ignore, boxes=boxes)


def ask(
    package: Path, classifier: Classifier, dataset: DataSet, question: Question, say: Say
) -> Evaluation:
    """Let the package look at every picture and measure what it answered."""
    card, recipe = classifier.card, recipe_of(classifier.card)
    say(f"{len(dataset)} pictures of {len(set(dataset.patients))} patients: {question.title}.")
    known = np.ones(len(dataset), dtype=bool)
    if question.data:
        known = known_pictures(package, card, recipe, dataset, say)
    if is_external := not known.all():
        dataset = strangers_only(dataset, known, say)
    looked = look_at_all(classifier, dataset, say)
    if not looked.read.any():
        raise TrainingError(
            f"It abstained from all {len(dataset)} pictures: there is nothing to measure."
        )
    measured = measured_of(looked, classifier)
    read_set = looked.read_set
    figures = evaluate(
        read_set,
        looked.calibrated,
        card.labels,
        activation=card.outputs.activation,
        settings=recipe.evaluation,
        cutoffs=card.metrics.get("test", {}).get("thresholds"),
        uncalibrated=looked.uncalibrated,
    )
    if read_set.boxes:
        figures["pointing"] = pointing_game(read_set, measured.evidence, card.labels, card.input)
    silent = abstentions(looked, tuple(label.code for label in card.labels))
    figures |= {"abstained": silent["pictures"], "abstentions": silent}
    figures["known_left_out"] = int(known.sum()) if is_external else 0
    return Evaluation(question, measured, figures, is_external)


def measured_of(looked: Looked, classifier: Classifier) -> Measured:
    card = classifier.card
    return Measured(
        answers_of(looked.read_set, looked.calibrated, card.labels, card.outputs.activation),
        looked.uncalibrated,
        np.stack([answer.evidence for answer in looked.read_answers]),
        classifier,
    )


def strangers_only(dataset: DataSet, known: np.ndarray, say: Say) -> DataSet:
    """Leave out what the package knows: only the rest are other data."""
    if not known.any():
        return dataset
    say(
        f"{int(known.sum())} of {len(dataset)} pictures, or their patients, are among those it was "
        "made with: left out."
    )
    return dataset.where(~known)


def headline_of(figures: Mapping[str, Any]) -> str:
    """Return the figures in a few lines; with one class, what one class gives."""
    silent = figures["abstentions"]
    lines = [
        f"{silent['of']} pictures, abstained on {silent['pictures']}.",
        *figures["not_reported"],
    ]
    if figures["balanced_accuracy"]["value"] is not None:
        return "\n".join([*lines, headline(figures)])
    for code, rows in figures["thresholds"].items():
        chosen = next(row for row in rows if row["name"] == "chosen")
        lines += [
            f"{code}: {name} {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
            for name, row in chosen.items()
            if isinstance(row, dict) and row["value"] is not None
        ]
    return "\n".join(lines)
