"""A loaded classifier: pictures in, findings out, or the reason why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.engines import OUTPUTS, Engine, Outputs, keras, openvino
from inference.out_of_distribution import FeatureStatistics, read_statistics
from inference.packages import BrokenPackage, Card, Label, verify_package
from inference.picture_quality import UNLIKE, problem_with
from inference.preprocessing import prepare, to_whole_frame

ENGINES = {"openvino": openvino.load, "keras": keras.load}
PREPARED_TOLERANCE = 0.02
"""How far a prepared canary may be from the stored one: a rank beside it, no other picture."""
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
class Classifier:
    """A verified package in an engine."""

    card: Card
    engine: Engine
    statistics: FeatureStatistics

    def predict(
        self,
        studies: Sequence[Sequence[np.ndarray]],
        *,
        thresholds: Mapping[str, tuple[float, float]] | None = None,
    ) -> list[StudyPrediction]:
        """Return one prediction per study, each a sequence of decoded pictures.

        ``thresholds`` replaces (threshold, negative_below) of the labels it names.
        """
        problems = [_first_problem(study, self.card) for study in studies]
        readable = [study for study, problem in zip(studies, problems, strict=True) if not problem]
        outputs = self._run([pixels for study in readable for pixels in study])
        predictions, start = [], 0
        for study, problem in zip(studies, problems, strict=True):
            if problem:
                predictions.append(StudyPrediction((), problem))
                continue
            part = slice(start, start := start + len(study))
            predictions.append(self._read(study, _part(outputs, part), thresholds or {}))
        return predictions

    def distances(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """Return how far each picture lies from the training data (see the card's threshold)."""
        return self.statistics.distance(self._run(pictures).features)

    def _run(self, pictures: Sequence[np.ndarray]) -> Outputs:
        parts = []
        for start in range(0, len(pictures), BATCH):
            batch = [prepare(pixels, self.card.input) for pixels in pictures[start : start + BATCH]]
            parts.append(self.engine.run(np.stack(batch)))
            _check(parts[-1], len(batch), self.card)
        if not parts:
            return Outputs(*(np.empty(0) for _ in OUTPUTS))
        return concatenated(parts)

    def _read(
        self,
        study: Sequence[np.ndarray],
        outputs: Outputs,
        thresholds: Mapping[str, tuple[float, float]],
    ) -> StudyPrediction:
        # One picture that the classifier never learnt to read spoils the study: a negative call
        # would speak for a picture that was not understood.
        if (
            self.statistics.distance(outputs.features).max()
            > self.card.out_of_distribution.threshold
        ):
            return StudyPrediction((), UNLIKE)
        raw = probabilities(outputs.logits, self.card.outputs.activation)
        calibrated = probabilities(
            outputs.logits / self.card.temperature, self.card.outputs.activation
        )
        maps = evidence_strength(outputs.evidence, self.card)
        findings = []
        for index, label in enumerate(self.card.labels):
            # The study is as bad as its worst picture and as normal as its least normal one.
            pick = np.argmin if label.is_reference else np.argmax
            key = int(pick(calibrated[:, index]))
            threshold, negative_below = thresholds.get(
                label.code, (label.threshold, label.negative_below)
            )
            if label.is_reference:
                threshold = negative_below = None
            findings.append(
                FindingPrediction(
                    label=label,
                    raw_probability=float(raw[key, index]),
                    probability=float(calibrated[key, index]),
                    threshold=threshold,
                    call=call_for(float(calibrated[key, index]), threshold, negative_below),
                    key_instance=key,
                    evidence=to_whole_frame(
                        maps[key, :, :, index], study[key].shape[:2], self.card.input
                    ).clip(0.0, 1.0),
                )
            )
        return StudyPrediction(tuple(findings))


def load_classifier(
    folder: Path,
    *,
    digest: str,
    threads: int,
    engine: str = "openvino",
    cache_folder: Path | None = None,
) -> Classifier:
    """Return the classifier in ``folder`` if it is the one with ``digest`` and its canary sings."""
    folder = Path(folder)
    card = verify_package(folder, digest)
    try:
        loaded = ENGINES[engine](
            folder, precision=card.precision, threads=threads, cache_folder=cache_folder
        )
        statistics = read_statistics(folder / "features.npz")
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise BrokenPackage(f"{card.name} {card.version} cannot be loaded: {error}.") from error
    check_canary(
        folder / "canary.npz",
        card,
        loaded,
        card.canary_tolerance["keras" if engine == "keras" else card.precision],
    )
    return Classifier(card=card, engine=loaded, statistics=statistics)


def check_canary(path: Path, card: Card, engine: Engine, tolerance: float) -> None:
    """Raise ``BrokenPackage`` unless computed pictures give what they gave when published."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            canary = dict(stored)
        pictures = [canary[name] for name in sorted(canary) if name.startswith("picture_")]
        prepared = np.stack([prepare(pixels, card.input) for pixels in pictures])
        expected = Outputs(*(canary[name] for name in OUTPUTS))
        drift = float(np.abs(prepared - canary["prepared"]).max())
    except (OSError, ValueError, KeyError) as error:
        raise BrokenPackage(f"{card.name} {card.version}: unreadable canary: {error}.") from error
    if not drift <= PREPARED_TOLERANCE:
        raise BrokenPackage(f"{card.name} {card.version}: preprocessing differs by {drift:.3f}.")
    found = engine.run(canary["prepared"])
    for name in OUTPUTS:
        given, wanted = getattr(found, name), getattr(expected, name)
        if given.shape != wanted.shape:
            raise BrokenPackage(f"{card.name} {card.version}: {name} has the shape {given.shape}.")
        difference = float(np.abs(given - wanted).max())
        if not difference <= tolerance:
            raise BrokenPackage(
                f"{card.name} {card.version}: the canary's {name} differs by {difference:.4f}."
            )


def probabilities(logits: np.ndarray, activation: str) -> np.ndarray:
    """Return probabilities per label: one of all (softmax) or each for itself (sigmoid)."""
    if activation == "sigmoid":
        return 1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def evidence_strength(evidence: np.ndarray, card: Card) -> np.ndarray:
    """Return what speaks for each label, 0..1, on one scale for all pictures.

    With softmax only the difference between labels counts, so their mean is taken off first.
    """
    if card.outputs.activation == "softmax":
        evidence = evidence - evidence.mean(axis=-1, keepdims=True)
    return np.clip(evidence / card.outputs.evidence_scale, 0.0, 1.0)


def call_for(
    probability: float, threshold: float | None, negative_below: float | None
) -> str | None:
    """Return the call; between the two limits the answer is "I don't know"."""
    if threshold is None or negative_below is None:
        return None
    if probability >= threshold:
        return "positive"
    return "negative" if probability < negative_below else "uncertain"


def _first_problem(study: Sequence[np.ndarray], card: Card) -> str:
    problems = (problem_with(pixels, card.input.channels) for pixels in study)
    return next(filter(None, problems), "")


def concatenated(parts: Sequence[Outputs]) -> Outputs:
    """Return the outputs of several batches as those of one."""
    return Outputs(*(np.concatenate([getattr(part, name) for part in parts]) for name in OUTPUTS))


def _part(outputs: Outputs, part: slice) -> Outputs:
    return Outputs(*(getattr(outputs, name)[part] for name in OUTPUTS))


def _check(outputs: Outputs, count: int, card: Card) -> None:
    spec = card.outputs
    shapes = {
        "logits": (count, spec.logits),
        "evidence": (count, *spec.evidence),
        "features": (count, spec.features),
    }
    for name, shape in shapes.items():
        values = getattr(outputs, name)
        if values.shape != shape:
            raise InvalidOutput(f"{name} has the shape {values.shape} instead of {shape}.")
        if not np.isfinite(values).all():
            raise InvalidOutput(f"{name} is not finite.")
    answer = probabilities(outputs.logits, spec.activation)
    sums = answer.sum(axis=-1)
    if spec.activation == "softmax" and not np.allclose(sums, 1.0, atol=1e-4):
        raise InvalidOutput("The probabilities do not sum to 1.")
