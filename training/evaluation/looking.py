"""A package looks at a whole data set, exactly as it would at a study."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.classifier import Classifier, PictureAnswer
from inference.picture_quality import UNLIKE
from inference.preprocessing import to_whole_frame
from training.datasets.dataset import DataSet
from training.datasets.pictures import decode
from training.evaluation.bootstrap import draw_patients

CHUNK = 32
SECONDS_BETWEEN_LINES = 5.0


@dataclass(frozen=True)
class Looked:
    """What a package answered, picture by picture; those it abstained from have no answer."""

    dataset: DataSet
    reasons: np.ndarray
    """why it abstained, empty where it answered"""
    answers: tuple[PictureAnswer | None, ...]

    @property
    def read(self) -> np.ndarray:
        return self.reasons == ""

    @property
    def read_set(self) -> DataSet:
        return self.dataset.where(self.read)

    @property
    def read_answers(self) -> list[PictureAnswer]:
        return [answer for answer in self.answers if answer is not None]

    @property
    def calibrated(self) -> np.ndarray:
        return np.stack([answer.calibrated for answer in self.read_answers])

    @property
    def uncalibrated(self) -> np.ndarray:
        return np.stack([answer.raw for answer in self.read_answers])

    def maps(self, classifier: Classifier) -> list[np.ndarray]:
        """Return the evidence of each answered picture over its whole frame, (r, c, labels)."""
        return [whole_map(answer, classifier) for answer in self.read_answers]


def whole_map(answer: PictureAnswer, classifier: Classifier) -> np.ndarray:
    layers = [
        to_whole_frame(answer.evidence[..., index], answer.shape, classifier.card.input)
        for index in range(answer.evidence.shape[-1])
    ]
    return np.stack(layers, axis=-1)


def look_at_all(
    classifier: Classifier, dataset: DataSet, say: Callable[[str], None] | None = None
) -> Looked:
    """Decode, prepare and answer every picture; memory stays that of a few pictures."""
    reasons: list[str] = []
    answers: list[PictureAnswer | None] = []
    started = spoke = time.monotonic()
    for start in range(0, len(dataset), CHUNK):
        files = dataset.files[start : start + CHUNK]
        pictures = [decode(dataset.folder / str(file)) for file in files]
        for reason, answer in _look(classifier, pictures):
            reasons.append(reason)
            answers.append(answer)
        now, done = time.monotonic(), len(answers)
        if say and now - spoke > SECONDS_BETWEEN_LINES and done < len(dataset):
            spoke, left = now, (now - started) / done * (len(dataset) - done)
            say(f"{done} of {len(dataset)} pictures, about {left:.0f} s left.")
    return Looked(dataset, np.array(reasons), tuple(answers))


def _look(classifier: Classifier, pictures: list[np.ndarray]):
    problems = [classifier.problem_with([pixels]) for pixels in pictures]
    readable = [pixels for pixels, problem in zip(pictures, problems, strict=True) if not problem]
    answers = iter(classifier.look_at(readable))
    for problem in problems:
        answer = None if problem else next(answers)
        if answer is not None and classifier.is_stranger(answer):
            yield UNLIKE, None
        else:
            yield problem, answer


def abstentions(looked: Looked, codes: tuple[str, ...], *, draws: int = 1000) -> dict[str, Any]:
    """Return how often it abstained: over all, for each reason, and for each label."""
    dataset, abstained = looked.dataset, ~looked.read
    drawn = draw_patients(dataset.patients, draws=draws)
    reasons, counts = np.unique(looked.reasons[abstained], return_counts=True)
    return {
        "pictures": int(abstained.sum()),
        "of": len(dataset),
        "share": drawn.share(abstained, np.ones(len(dataset), dtype=bool)),
        "reasons": {str(one): int(count) for one, count in zip(reasons, counts, strict=True)},
        "per_class": {
            code: drawn.share(abstained, dataset.targets[:, index] == 1)
            | {"pictures": int((dataset.targets[:, index] == 1).sum())}
            for index, code in enumerate(codes)
        },
    }
