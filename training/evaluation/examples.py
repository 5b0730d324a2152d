"""The pictures to look at first: the most confident mistakes, and the least sure answers."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from inference.overlay import COLOUR, FAINTEST, STRONGEST_ALPHA
from training.evaluation.answers import Answers

COUNT = 8
SIDE = 240


@dataclass(frozen=True)
class Example:
    """One picture of the data, for the edition that stays with the data."""

    kind: str
    """mistake or unsure"""
    file: str
    truth: str
    said: str
    map_of: str
    """the label whose evidence is drawn"""
    picture: str
    """data URI"""
    with_map: str
    """data URI"""


def worst_places(answers: Answers, count: int = COUNT) -> dict[str, list[tuple[int, int]]]:
    """Return (picture, label that was said or asked) of the mistakes and of the least sure."""
    if answers.is_exclusive:
        return _worst_of_exclusive(answers, count)
    known = answers.known
    error = np.where(known, abs(answers.probabilities - answers.truth), -1.0)
    error[known & (answers.said == answers.truth)] = -1.0
    limits = np.array([0.5 if one.threshold is None else one.threshold for one in answers.labels])
    doubt = np.where(known, abs(answers.probabilities - limits), np.inf)
    return {"mistake": _largest(error, count), "unsure": _largest(-doubt, count)}


def _worst_of_exclusive(answers: Answers, count: int) -> dict[str, list[tuple[int, int]]]:
    order = np.sort(answers.probabilities, axis=1)
    said = answers.said.argmax(axis=1)
    wrong = np.where(said != answers.truth.argmax(axis=1), order[:, -1], -1.0)
    margins = order[:, -2] - order[:, -1]
    return {
        kind: [(int(place), int(said[place])) for place, _ in _largest(scores[:, None], count)]
        for kind, scores in (("mistake", wrong), ("unsure", margins))
    }


def _largest(scores: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Return the places of the largest scores; -1 and less than that far down is no candidate."""
    order = np.argsort(-scores, axis=None, kind="stable")[:count]
    places = [np.unravel_index(one, scores.shape) for one in order]
    return [(int(i), int(j)) for i, j in places if scores[i, j] > -1.0]


def examples(
    answers: Answers,
    decode: Callable[[str], np.ndarray],
    map_of: Callable[[int, int, tuple[int, int]], np.ndarray],
) -> list[Example]:
    """Return the worst examples; ``map_of(picture, label, shape)`` is its map over the frame."""
    found = []
    for kind, places in worst_places(answers).items():
        for picture, label in places:
            file = str(answers.dataset.files[picture])
            pixels = decode(file)
            grey = thumbnail(pixels)
            strength = map_of(picture, label, pixels.shape[:2])
            boxes = answers.dataset.boxes.get(file, ())
            found.append(
                Example(
                    kind=kind,
                    file=file,
                    truth=_truth(answers, picture),
                    said=_said(answers, picture),
                    map_of=answers.labels[label].display,
                    picture=as_uri(grey),
                    with_map=as_uri(painted(grey, strength, boxes)),
                )
            )
    return found


def _truth(answers: Answers, picture: int) -> str:
    names = [label.display for i, label in enumerate(answers.labels) if answers.truth[picture, i]]
    return " and ".join(names) or "none of its labels"


def _said(answers: Answers, picture: int) -> str:
    return ", ".join(
        f"{label.display} {answers.probabilities[picture, index]:.2f}"
        for index, label in enumerate(answers.labels)
    )


def thumbnail(pixels: np.ndarray) -> Image.Image:
    """Return the whole frame, at most ``SIDE`` pixels a side."""
    if pixels.dtype != np.uint8:
        low, high = float(pixels.min()), float(pixels.max())
        pixels = (255 * (pixels - low) / max(high - low, 1.0)).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(pixels[..., :3] if pixels.ndim == 3 else pixels))
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return image.convert("RGB")


def painted(picture: Image.Image, strength: np.ndarray, boxes=()) -> Image.Image:
    """Return ``picture`` with the evidence in the machine's violet, and people's boxes in white."""
    layer = Image.fromarray((np.clip(strength, 0, 1) * 255).astype(np.uint8)).resize(picture.size)
    visible = np.clip((np.asarray(layer) / 255 - FAINTEST) / (1 - FAINTEST), 0, 1)
    alpha = (visible * STRONGEST_ALPHA)[..., None]
    mixed = np.asarray(picture) * (1 - alpha) + np.array(COLOUR) * alpha
    image = Image.fromarray(np.rint(mixed).astype(np.uint8))
    draw, (width, height) = ImageDraw.Draw(image), picture.size
    for box in boxes:
        corners = (box.left, box.top, box.left + box.width, box.top + box.height)
        sides = [round(c * (height if i % 2 else width)) for i, c in enumerate(corners)]
        draw.rectangle(sides, outline=(255, 255, 255), width=2)
    return image


def as_uri(image: Image.Image) -> str:
    answer = io.BytesIO()
    image.save(answer, "JPEG", quality=72, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(answer.getvalue()).decode()
