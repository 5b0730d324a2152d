"""A finished page of an invented classifier, for tests of the report."""

from dataclasses import asdict
from typing import Any

from PIL import Image

from tests.model_packages import make_card
from training.evaluation.answers import Answers
from training.evaluation.contents import Page
from training.evaluation.curves import curves
from training.evaluation.examples import Example, as_uri
from training.evaluation.figures import evaluate

HISTORY = [
    {"epoch": epoch, "stage": "learn" if epoch < 4 else "settle", "train_loss": 1 / epoch,
     "val_loss": 1.2 / epoch, "val_balanced_accuracy": 1 - 0.5 / epoch, "seconds": 1.0}
    for epoch in range(1, 7)
]  # fmt: skip
GATES = [
    {"name": "leaks", "title": "No patient is in two splits", "passed": True, "says": "None is.",
     "table": [["Split", "Patients"], ["train", "9"]]},
    {"name": "shortcuts", "title": "The border does not tell the label", "passed": False,
     "says": "It does, with an AUC of 0.93.", "table": []},
]  # fmt: skip
COUNTS = {"train": {"alpha": {"north": 9}}, "test": {"alpha": {"north": 3, "south": 4}}}


def card_of(answers: Answers, **fields) -> dict[str, Any]:
    figures = evaluate(
        answers.dataset, answers.probabilities, answers.labels, activation=answers.activation,
        uncalibrated=answers.probabilities, draws=20,
    )  # fmt: skip
    card = make_card(
        labels=[asdict(label) for label in answers.labels],
        gates=GATES,
        data={"source": "computed", "split": "invented", "counts": COUNTS, "fingerprint": "f" * 64},
        training={"recipe": "name = 'x'", "seed": 1, "epochs": 6, "seconds": 4000, "versions": {}},
        metrics={"test": figures},
    )
    return card | fields


def make_example(kind: str = "mistake") -> Example:
    uri = as_uri(Image.new("RGB", (40, 30), (90, 90, 90)))
    return Example(kind, "north/1.png", "Alpha", "Alpha 0.10, Beta 0.90", "Beta", uri, uri)


def make_page(answers: Answers, **fields) -> Page:
    card = card_of(answers)
    given: dict[str, Any] = {
        "card": card,
        "figures": card["metrics"]["test"],
        "curves": curves(answers, answers.probabilities),
        "subject": "Measured on invented pictures",
        "history": HISTORY,
        "examples": (make_example(), make_example("unsure")),
    }
    return Page(**given | fields)
