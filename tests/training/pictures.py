"""Make a small labelled data set of computed pictures."""

import csv
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from inference.preprocessing import resize
from training.packaging.phantoms import as_8_bit, trunk

FIELDS = ["file", "label", "patient_id", "source", "split", "sha256"]
SOURCES = ("north", "south")


def make_dataset_folder(folder: Path, *, of_each: int = 6, side: int = 48) -> Path:
    """Write ``of_each`` pictures per split, label and source; each label has its own blotch."""
    rows, number = [], 0
    for split in ("train", "val", "test"):
        for label in ("covid", "viral_pneumonia", "normal"):
            for source in SOURCES:
                for _ in range(of_each):
                    number += 1
                    name = f"{label}/{number:04d}.png"
                    path = folder / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    Image.fromarray(picture_of(label, number, side)).save(path)
                    digest = hashlib.sha256(path.read_bytes()).hexdigest()
                    patient = f"invented-{number // 2 * 2 if of_each % 2 == 0 else number}-{split}"
                    rows.append([name, label, patient, source, split, digest])
    write_labels(folder, rows)
    return folder


def picture_of(label: str, number: int, side: int) -> np.ndarray:
    picture = trunk(side, side, seed=number)
    if label == "covid":
        picture[side // 2 : -side // 6, side // 6 : side // 2] += 0.5
    if label == "viral_pneumonia":
        picture[side // 6 : side // 2, side // 2 : -side // 6] += 0.5
    return as_8_bit(picture + 0.35 * own_texture(number, side))


def own_texture(number: int, side: int) -> np.ndarray:
    """Return smooth noise of -0.5 to 0.5, as people differ: no two pictures pass for copies."""
    noise = np.random.default_rng([number, 7]).uniform(size=(10, 10)).astype(np.float32)
    return resize(noise, side, side) - 0.5


def write_labels(folder: Path, rows: list[list[str]]) -> None:
    with (folder / "labels.csv").open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(FIELDS)
        writer.writerows(rows)


def read_labels(folder: Path) -> list[list[str]]:
    with (folder / "labels.csv").open(newline="") as handle:
        return list(csv.reader(handle))[1:]
