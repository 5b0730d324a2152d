"""Does the classifier notice what it never learnt to read, and still read what it should?"""

import csv
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from inference.classifier import Classifier
from inference.preprocessing import InputSpec, prepare
from training.config import located
from training.datasets.pictures import decode
from training.errors import TrainingError
from training.packaging.phantoms import coloured_nonsense, nonsense_pictures

BLANK_PICTURES = [np.full((200, 160), value, dtype=np.uint8) for value in (0, 17, 128, 255)]
MOST_EXAMPLES = 300


def examples_of_others(collections: Sequence[dict[str, Any]], spec: InputSpec) -> np.ndarray:
    """Return pictures to abstain from, prepared, (n, height, width, channels); may be none.

    They are of the collections' training splits; what is measured afterwards is not.
    """
    prepared = [np.empty((0, spec.height, spec.width, spec.channels), np.float32)]
    for collection in collections:
        folder = located(collection["folder"])
        if collection["expect"] == "abstain" and (folder / "labels.csv").is_file():
            files = [row["file"] for row in _rows(folder) if row.get("split") == "train"]
            step = max(1, len(files) // MOST_EXAMPLES)
            pictures = _readable(folder, files[::step])
            prepared += [prepare(pixels, spec)[np.newaxis] for pixels in pictures]
    return np.concatenate(prepared)


def measure_strangers(
    classifier: Classifier,
    collections: Sequence[dict[str, Any]],
    own_patients: set[str],
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Return, for each collection of the recipe and for computed nonsense, how often it abstains.

    Pictures of patients whom the classifier knows from its own data are left out, and those that
    it was shown as examples of the wrong.
    """
    reads_colour = classifier.card.input.reads_colour
    nonsense = coloured_nonsense() if reads_colour else nonsense_pictures()
    table = {
        "blank pictures": _row(classifier, BLANK_PICTURES, "abstain"),
        "computed noise and patterns": _row(classifier, nonsense, "abstain"),
    }
    for collection in collections:
        folder = located(collection["folder"])
        if not (folder / "labels.csv").is_file():
            say(f"{collection['name']}: {collection['folder']} is absent, not measured.")
            continue
        pictures = _readable(folder, _files(folder, collection, own_patients))
        table[collection["name"]] = _row(classifier, pictures, collection["expect"])
    for name, row in table.items():
        say(
            f"{name}: abstains on {row['abstained']:.1%} of {row['pictures']} "
            f"(aim: {row['expect']})."
        )
    return table


def _readable(folder: Path, files: Sequence[str]) -> list[np.ndarray]:
    """Return the pictures; one that intake would refuse never reaches a classifier."""
    pictures = []
    for file in files:
        with suppress(TrainingError):
            pictures.append(decode(folder / file))
    return pictures


def _row(classifier: Classifier, pictures: Sequence[np.ndarray], expect: str) -> dict[str, Any]:
    predictions = classifier.predict([[pixels] for pixels in pictures])
    abstained = [bool(prediction.abstained_because) for prediction in predictions]
    return {
        "pictures": len(pictures),
        "abstained": round(float(np.mean(abstained)), 4),
        "expect": expect,
    }


def _files(folder: Path, collection: dict[str, Any], own_patients: set[str]) -> list[str]:
    """Return up to ``at_most`` files, evenly spread over the list."""
    was_shown = collection["expect"] == "abstain"
    files = [
        row["file"]
        for row in _rows(folder)
        if (not row.get("patient_id") or row["patient_id"] not in own_patients)
        and not (was_shown and row.get("split") == "train")
    ]
    step = max(1, len(files) // collection.get("at_most", 400))
    return files[::step]


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(newline="") as handle:
        return list(csv.DictReader(handle))
