"""From a trained network to the graph that is served: logits, evidence and features in one pass."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import openvino

from inference.engines import OUTPUTS, Outputs
from inference.packages import Label
from inference.reading import call_for, probabilities
from training.errors import TrainingError

LARGEST_DIFFERENCE = 0.01


def export_graph(graph: keras.Model, folder: Path) -> None:
    """Write model.keras, model.xml and model.bin; Keras' exporter loses the outputs' names."""
    graph.save(folder / "model.keras")
    # OpenVINO's converter tells its maker that it was used, unless it believes to run in CI.
    os.environ["CI"] = "true"
    unnamed = folder / "unnamed.xml"
    graph.export(str(unnamed), format="openvino", verbose=False)
    exported = openvino.Core().read_model(unnamed)
    for port, name in zip(exported.outputs, OUTPUTS, strict=True):
        port.get_tensor().set_names({name})
    openvino.serialize(exported, folder / "model.xml")
    for path in (unnamed, unnamed.with_suffix(".bin")):
        path.unlink()


def evidence_scale(truth: np.ndarray, outputs: Outputs) -> float:
    """Return the evidence that counts as full strength: a recognised picture's usual peak."""
    centred = outputs.evidence - outputs.evidence.mean(axis=-1, keepdims=True)
    right = np.flatnonzero(outputs.logits.argmax(axis=1) == truth)
    if not len(right):
        return max(float(np.abs(centred).max()), 1e-6)
    peaks = [float(centred[index, :, :, truth[index]].max()) for index in right]
    return max(float(np.quantile(peaks, 0.75)), 1e-6)


@dataclass(frozen=True)
class Parity:
    """How far the exported graph is from the trained one."""

    largest_difference: float
    changed_calls: int


def check_parity(
    reference: np.ndarray, served: np.ndarray, labels: Sequence[Label], temperature: float
) -> Parity:
    """Refuse an export that changes a call or moves a probability by 0.01."""
    before = probabilities(reference / temperature, "softmax")
    after = probabilities(served / temperature, "softmax")
    changed = 0
    for index, label in enumerate(labels):
        limits = (label.threshold, label.negative_below)
        changed += sum(
            call_for(float(one), *limits) != call_for(float(other), *limits)
            for one, other in zip(before[:, index], after[:, index], strict=True)
        )
    parity = Parity(float(np.abs(before - after).max()), changed)
    if parity.changed_calls or not parity.largest_difference < LARGEST_DIFFERENCE:
        raise TrainingError(
            f"The exported graph differs: {parity.changed_calls} calls changed, probabilities by "
            f"up to {parity.largest_difference:.4f}. Nothing was written."
        )
    return parity
