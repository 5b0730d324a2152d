"""A classifier without a network, and the shelf that a worker takes it from."""

import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from inference.classifier import FindingPrediction, InvalidOutput, StudyPrediction
from inference.packages import Label
from inference.reading import call_for

CHANCES = (0.91, 0.06, 0.03)


@dataclass
class FakeClassifier:
    """Gives every study the same chances; ``spoil`` may raise for some pictures."""

    version: object
    chances: tuple = CHANCES
    abstained_because: str = ""
    spoil: object = None
    seen: list = field(default_factory=list)

    def predict(self, studies, *, thresholds=None):
        self.seen.append([len(study) for study in studies])
        for study in studies:
            if self.spoil:
                self.spoil(study)
        return [self.answer(study, thresholds or {}) for study in studies]

    def answer(self, study, thresholds):
        if self.abstained_because:
            return StudyPrediction((), self.abstained_because)
        findings = []
        for entry, chance in zip(self.version.card["labels"], self.chances, strict=True):
            label = Label(**entry)
            limits = thresholds.get(label.code, (label.threshold, label.negative_below))
            findings.append(
                FindingPrediction(
                    label=label,
                    raw_probability=chance,
                    probability=chance,
                    threshold=limits[0],
                    call=call_for(chance, *limits),
                    key_instance=len(study) - 1,
                    evidence=np.full((24, 20), 0.5, np.float32),
                )
            )
        return StudyPrediction(tuple(findings))


class FakeShelf:
    """Hands out one classifier, or raises instead."""

    def __init__(self, classifier=None, *, broken=None):
        self.classifier, self.broken = classifier, broken

    def get(self, version):
        if self.broken:
            raise self.broken
        return self.classifier


def png(pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def dislikes_bright(study):
    """Fail for a picture whose first pixel is white."""
    if study[0].flat[0] == 255:
        raise InvalidOutput("logits is not finite.")
