"""How the exported graph is served: the fastest precision that answers as the network does."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import inference.engines.openvino
from inference.engines import OUTPUTS, Engine, Outputs
from inference.packages import Label
from inference.preprocessing import InputSpec, prepare
from inference.reading import call_for
from training.packaging.export import HALVED
from training.packaging.phantoms import canary_pictures

LARGEST_DIFFERENCE = 0.01
"""A probability may move by less than this."""
PRECISIONS = ("f32", "bf16", "f16")
FASTER = 0.9
"""Less precision must save a tenth of the time: less is noise of the clock."""
REPEATS = 21
CANARY_TOLERANCE = 0.01


@dataclass(frozen=True)
class Candidate:
    """One way to serve the graph, beside the trained network on the validation pictures."""

    precision: str
    """what the engine computes in"""
    weights: str
    """what model.bin stores: f32, or f16 at half the size"""
    milliseconds: float
    """median for one picture, on the machine that trained"""
    largest_difference: float
    """of any calibrated probability"""
    changed_calls: int
    canary_difference: float
    """largest of any output on the canary's pictures"""

    @property
    def name(self) -> str:
        return self.precision + (", weights in f16" if self.weights == "f16" else "")

    @property
    def passes(self) -> bool:
        return not self.changed_calls and self.largest_difference < LARGEST_DIFFERENCE


@dataclass(frozen=True)
class Served:
    """How the graph is served, and what it was chosen from."""

    chosen: Candidate
    candidates: tuple[Candidate, ...]
    canary_tolerance: dict[str, float]
    pictures: int
    """of the validation split"""

    def tried(self) -> dict[str, dict[str, Any]]:
        """Return what was measured of each candidate, by its name."""
        return {one.name: asdict(one) for one in self.candidates}

    def on_card(self) -> dict[str, Any]:
        """Return the parts of the card that the engine reads."""
        return {
            "precision": self.chosen.precision,
            "canary": {"tolerance": self.canary_tolerance},
        }

    def figures(self) -> dict[str, Any]:
        """Return what was measured, for the card and the report."""
        return {
            **asdict(self.chosen),
            "pictures": self.pictures,
            "allowed_difference": LARGEST_DIFFERENCE,
            "candidates": [asdict(one) | {"passes": one.passes} for one in self.candidates],
        }


def choose_precision(
    folder: Path,
    *,
    reference: Engine,
    spec: InputSpec,
    pictures: np.ndarray,
    labels: Sequence[Label],
    read: Callable[[np.ndarray], np.ndarray],
) -> Served:
    """Keep, of the exported graphs in ``folder``, the one that is served, and say how.

    ``reference`` is the trained network, ``pictures`` are the validation split's, ``read`` gives
    calibrated probabilities of logits. The fastest precision is taken that changes no call and
    moves no probability by 0.01; the smaller weights, if they pass with it.
    """
    canary = np.stack([prepare(pixels, spec) for pixels in canary_pictures()])
    expected = reference.run(canary)
    before = read(_logits(reference, pictures))
    engines = _engines(folder)
    milliseconds = _milliseconds(engines, pictures[:1])
    candidates = []
    for (precision, weights), engine in engines.items():
        after = read(_logits(engine, pictures))
        candidates.append(
            Candidate(
                precision=precision,
                weights=weights,
                milliseconds=round(milliseconds[precision, weights], 3),
                largest_difference=float(np.abs(before - after).max()),
                changed_calls=changed_calls(before, after, labels),
                canary_difference=_difference(engine.run(canary), expected),
            )
        )
    chosen = best_of(candidates)
    if chosen.weights == "f16":
        for name in ("model.xml", "model.bin"):
            os.replace(folder / HALVED / name, folder / name)
    shutil.rmtree(folder / HALVED)
    largest = max(float(np.abs(getattr(expected, name)).max()) for name in OUTPUTS)
    return Served(
        chosen=chosen,
        candidates=tuple(candidates),
        canary_tolerance=canary_tolerance(chosen, largest),
        pictures=len(pictures),
    )


def best_of(candidates: Sequence[Candidate]) -> Candidate:
    """Return the fastest that passes, of two equally precise ones that with the small weights.

    Where none passes it is the closest, which then fails the gate of parity.
    """
    passing = [one for one in candidates if one.passes]
    if not passing:
        return min(candidates, key=lambda one: (one.changed_calls, one.largest_difference))
    fastest = {
        precision: min(one.milliseconds for one in passing if one.precision == precision)
        for precision in {one.precision for one in passing}
    }
    precision = min(fastest, key=lambda one: (fastest[one], PRECISIONS.index(one)))
    if "f32" in fastest and fastest[precision] > FASTER * fastest["f32"]:
        precision = "f32"
    return min((one for one in passing if one.precision == precision), key=lambda one: one.weights)


def canary_tolerance(chosen: Candidate, largest: float) -> dict[str, float]:
    """Return how far the canary's outputs may be off, per precision, on any processor.

    Three times what was seen; and never less than a share of the ``largest`` output, for sums of
    many values differ in their last digits from processor to processor.
    """
    least = max(CANARY_TOLERANCE, 1e-4 * largest)
    served = max(least, 3.0 * chosen.canary_difference)
    return {chosen.precision: float(f"{served:.2g}"), "keras": float(f"{least:.2g}")}


def changed_calls(before: np.ndarray, after: np.ndarray, labels: Sequence[Label]) -> int:
    """Return how many calls differ between two sets of probabilities (n, labels)."""
    return sum(
        call_for(float(one), label.threshold, label.negative_below)
        != call_for(float(other), label.threshold, label.negative_below)
        for index, label in enumerate(labels)
        for one, other in zip(before[:, index], after[:, index], strict=True)
    )


def _engines(folder: Path) -> dict[tuple[str, str], Engine]:
    """Return an engine for each precision and size of weights that this processor has."""
    engines = {}
    for weights, place in (("f32", folder), ("f16", folder / HALVED)):
        for precision in PRECISIONS:
            engine = inference.engines.openvino.load(place, precision=precision, threads=0)
            compiled = engine.request.get_compiled_model()
            # A processor without a precision quietly takes another.
            if compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name() == precision:
                engines[precision, weights] = engine
    return engines


def _milliseconds(
    engines: dict[tuple[str, str], Engine], picture: np.ndarray
) -> dict[tuple[str, str], float]:
    """Return the median time of each engine, in turns, so that a busy moment meets them all."""
    seconds: dict[tuple[str, str], list[float]] = {key: [] for key in engines}
    for _ in range(REPEATS):
        for key, engine in engines.items():
            started = time.perf_counter()
            engine.run(picture)
            seconds[key].append(time.perf_counter() - started)
    return {key: 1000.0 * float(np.median(times)) for key, times in seconds.items()}


def _logits(engine: Engine, pictures: np.ndarray, batch: int = 32) -> np.ndarray:
    starts = range(0, len(pictures), batch)
    return np.concatenate([engine.run(pictures[i : i + batch]).logits for i in starts])


def _difference(found: Outputs, expected: Outputs) -> float:
    return max(
        float(np.abs(getattr(found, name) - getattr(expected, name)).max()) for name in OUTPUTS
    )
