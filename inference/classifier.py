"""A loaded classifier: pictures in, findings out, or the reason why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.canary import check_canary
from inference.engines import OUTPUTS, Engine, Outputs, keras, openvino
from inference.out_of_distribution import Familiarity, read_familiarity
from inference.packages import BrokenPackage, Card, Label, verify_package
from inference.picture_quality import UNLIKE, problem_with
from inference.preprocessing import prepare, to_whole_frame
from inference.reading import call_for, evidence_strength, probabilities

ENGINES = {"openvino": openvino.load, "keras": keras.load}
BATCH = 16


class InvalidOutput(Exception):
    """The graph gave something that is no probability. The job fails; nobody sees a number."""


@dataclass(frozen=True)
class FindingPrediction:
    """One label's answer for one study."""

    label: Label
    raw_probability: float
    probability: float
    threshold: float | None
    call: str | None
    """positive, negative or uncertain; None for a reference label"""
    key_instance: int
    """index of the picture that decided"""
    evidence: np.ndarray
    """float32 in 0..1 over the whole frame of the key instance, at most 256 pixels a side"""


@dataclass(frozen=True)
class StudyPrediction:
    """The findings of one study, or none and the code of the reason."""

    findings: tuple[FindingPrediction, ...]
    abstained_because: str = ""


@dataclass(frozen=True)
class PictureAnswer:
    """What the graph says of one picture, checked."""

    shape: tuple[int, int]
    raw: np.ndarray
    """(labels) probabilities"""
    calibrated: np.ndarray
    """(labels) probabilities"""
    evidence: np.ndarray
    """(rows, columns, labels), 0..1"""
    strangeness: float


@dataclass(frozen=True)
class Classifier:
    """A verified package in an engine."""

    card: Card
    engine: Engine
    familiarity: Familiarity

    def predict(
        self,
        studies: Sequence[Sequence[np.ndarray]],
        *,
        thresholds: Mapping[str, tuple[float, float]] | None = None,
    ) -> list[StudyPrediction]:
        """Return one prediction per study, each a sequence of decoded pictures.

        ``thresholds`` replaces (threshold, negative_below) of the labels it names.
        """
        problems = [self.problem_with(study) for study in studies]
        readable = [study for study, problem in zip(studies, problems, strict=True) if not problem]
        answers = iter(self.look_at([pixels for study in readable for pixels in study]))
        predictions = []
        for study, problem in zip(studies, problems, strict=True):
            if problem:
                predictions.append(StudyPrediction((), problem))
            else:
                own = [next(answers) for _ in study]
                predictions.append(self.summarise(own, thresholds or {}))
        return predictions

    def problem_with(self, study: Sequence[np.ndarray]) -> str:
        """Return the code of the first reason not to classify a picture of ``study``, if any."""
        reads_colour = self.card.input.reads_colour
        problems = (problem_with(pixels, reads_colour=reads_colour) for pixels in study)
        return next(filter(None, problems), "")

    def look_at(self, pictures: Sequence[np.ndarray]) -> list[PictureAnswer]:
        """Run the graph over ``pictures``, a batch at a time."""
        answers, card = [], self.card
        for start in range(0, len(pictures), BATCH):
            batch = pictures[start : start + BATCH]
            prepared = np.stack([prepare(pixels, card.input) for pixels in batch])
            outputs = self.engine.run(prepared)
            check_outputs(outputs, len(batch), card)
            activation = card.outputs.activation
            columns = zip(
                [pixels.shape[:2] for pixels in batch],
                probabilities(outputs.logits, activation),
                card.calibration.probabilities(outputs.logits, activation),
                evidence_strength(outputs.evidence, activation, card.outputs.evidence_scale),
                self.familiarity.strangeness(prepared, outputs.features),
                strict=True,
            )
            answers += [PictureAnswer(*column) for column in columns]
        return answers

    def summarise(
        self, answers: Sequence[PictureAnswer], thresholds: Mapping[str, tuple[float, float]]
    ) -> StudyPrediction:
        """Return the prediction for the study whose pictures gave ``answers``."""
        # One picture that the classifier never learnt to read spoils the study: a negative call
        # would speak for a picture that was not understood.
        if any(self.is_stranger(answer) for answer in answers):
            return StudyPrediction((), UNLIKE)
        return StudyPrediction(
            tuple(
                self.finding(index, label, answers, thresholds)
                for index, label in enumerate(self.card.labels)
            )
        )

    def is_stranger(self, answer: PictureAnswer) -> bool:
        """Whether the picture lies outside what the classifier learnt; NaN does."""
        return not answer.strangeness <= self.card.out_of_distribution.threshold

    def finding(
        self,
        index: int,
        label: Label,
        answers: Sequence[PictureAnswer],
        thresholds: Mapping[str, tuple[float, float]],
    ) -> FindingPrediction:
        """Return one label's answer: of its worst picture, for a reference of the least normal."""
        of_label = [answer.calibrated[index] for answer in answers]
        key = int(np.argmin(of_label) if label.is_reference else np.argmax(of_label))
        threshold, negative_below = thresholds.get(
            label.code, (label.threshold, label.negative_below)
        )
        if label.is_reference:
            threshold = negative_below = None
        answer = answers[key]
        probability = float(answer.calibrated[index])
        whole = to_whole_frame(answer.evidence[..., index], answer.shape, self.card.input)
        return FindingPrediction(
            label=label,
            raw_probability=float(answer.raw[index]),
            probability=probability,
            threshold=threshold,
            call=call_for(probability, threshold, negative_below),
            key_instance=key,
            evidence=whole.clip(0.0, 1.0),
        )


def load_classifier(
    folder: Path,
    *,
    digest: str,
    threads: int,
    engine: str = "openvino",
    cache_folder: Path | None = None,
) -> Classifier:
    """Return the classifier in ``folder`` if it is the one with ``digest`` and its canary sings.

    Call it in the process that predicts: an engine does not survive a fork.
    """
    folder = Path(folder)
    card = verify_package(folder, digest)
    try:
        loaded = ENGINES[engine](
            folder, precision=card.precision, threads=threads, cache_folder=cache_folder
        )
        familiarity = read_familiarity(folder / "features.npz")
        tolerance = card.canary_tolerance["keras" if engine == "keras" else card.precision]
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise BrokenPackage(f"{card.name} {card.version} cannot be loaded: {error}.") from error
    check_canary(folder / "canary.npz", card, loaded, tolerance)
    return Classifier(card=card, engine=loaded, familiarity=familiarity)


def check_outputs(outputs: Outputs, count: int, card: Card) -> None:
    """Raise ``InvalidOutput`` unless the outputs are finite, of the card's shape, probabilities."""
    spec = card.outputs
    shapes = ((count, spec.logits), (count, *spec.evidence), (count, spec.features))
    for name, shape in zip(OUTPUTS, shapes, strict=True):
        values = getattr(outputs, name)
        if values.shape != shape:
            raise InvalidOutput(f"{name} has the shape {values.shape} instead of {shape}.")
        if not np.isfinite(values).all():
            raise InvalidOutput(f"{name} is not finite.")
    sums = probabilities(outputs.logits, spec.activation).sum(axis=-1)
    if spec.activation == "softmax" and not np.allclose(sums, 1.0, atol=1e-4):
        raise InvalidOutput("The probabilities do not sum to 1.")
