"""Which pictures a package was made with: measured on them, it is not measured on other data."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.conf import settings

from inference.packages import Card
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.datasets.reading import read_data_of
from training.whole_files import written_whole

FILE = "known.csv"
FIELDS = ("sha256", "patient_id")


def write_known(dataset: DataSet, folder: Path) -> None:
    """Note the pictures and patients of a run in its folder; it stays there, as the data do."""
    with written_whole(folder / FILE) as partial, partial.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(FIELDS)
        writer.writerows(zip(dataset.digests.tolist(), _named_patients(dataset), strict=True))


def known_pictures(
    package: Path, card: Card, recipe: Recipe, dataset: DataSet, say: Callable[[str], None]
) -> np.ndarray:
    """Return which pictures of ``dataset``, or whose patients, the package was made with.

    A run folder keeps a list; without one, the recipe's own data are read, if they are here.
    """
    for folder in (package.resolve().parent, _usual_run(card)):
        if (folder / FILE).is_file():
            with (folder / FILE).open(newline="") as handle:
                rows = list(csv.DictReader(handle))
            return _among(dataset, *({row[name] for row in rows} - {""} for name in FIELDS))
    if recipe.data_folder.exists():
        own = read_data_of(recipe)
        return _among(dataset, set(own.digests.tolist()), set(_named_patients(own)) - {""})
    if dataset.fingerprint() == card.data.get("fingerprint"):
        return np.ones(len(dataset), dtype=bool)
    say("The data that it was made with are not here: whether these are others is not checked.")
    return np.zeros(len(dataset), dtype=bool)


def _usual_run(card: Card) -> Path:
    return Path(settings.DATA_DIR) / "training" / f"{card.name}-{card.version}"


def _among(dataset: DataSet, digests: set[str], patients: set[str]) -> np.ndarray:
    return np.isin(dataset.digests, list(digests)) | np.isin(
        np.array(_named_patients(dataset)), list(patients)
    )


def _named_patients(dataset: DataSet) -> list[str]:
    """Return the patients, empty where a file stands for one who is not known.

    Two hospitals may call their files alike.
    """
    return np.where(dataset.patients == dataset.files, "", dataset.patients).tolist()
