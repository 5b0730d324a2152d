"""From the served graph to the files that engines read."""

import os
import zipfile
from pathlib import Path

import keras
import numpy as np
import openvino

from inference.engines import OUTPUTS, Outputs

HALVED = "halved"
"""Where the graph with weights of half the size lies until one of the two is taken."""


def export_graph(graph: keras.Model, folder: Path) -> None:
    """Write model.keras, and model.xml with model.bin with all digits of the weights.

    Beside them, in ``HALVED``, the same with weights of half the size, until
    ``precision.choose_precision`` has taken one of the two.
    """
    graph.save(folder / "model.keras")
    compress(folder / "model.keras")
    # OpenVINO's converter tells its maker that it was used, unless it believes to run in CI.
    os.environ["CI"] = "true"
    unnamed = folder / "unnamed.xml"
    graph.export(str(unnamed), format="openvino", verbose=False)
    exported = openvino.Core().read_model(unnamed)
    name_outputs(exported)
    (folder / HALVED).mkdir()
    openvino.serialize(exported, folder / "model.xml")
    openvino.save_model(exported, folder / HALVED / "model.xml", compress_to_fp16=True)
    for path in (unnamed, unnamed.with_suffix(".bin")):
        path.unlink()


def compress(path: Path) -> None:
    """Write a .keras file, which is a zip, anew with its entries compressed: Keras only stores."""
    partial = path.with_name(f".{path.name}.partial")
    with (
        zipfile.ZipFile(path) as stored,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as smaller,
    ):
        for name in stored.namelist():
            smaller.writestr(name, stored.read(name))
    partial.replace(path)


def name_outputs(exported: openvino.Model) -> None:
    """Give the outputs their names, which Keras' exporter loses, and drop those it makes up.

    It numbers what the graph returns, Identity:0, Identity_1:0 …; a size that a Reshape layer
    computes and nobody reads may come out as one output more.
    """
    names = {f"Identity{f'_{i}' if i else ''}:0": name for i, name in enumerate(OUTPUTS)}
    found = []
    for result in exported.get_results():
        returned = [names[one] for one in result.output(0).get_names() if one in names]
        if returned:
            result.output(0).get_tensor().set_names(set(returned))
            found += returned
        else:
            exported.remove_result(result)
    if found != list(OUTPUTS):
        raise ValueError(f"the exported graph returns {found} instead of {OUTPUTS}")


def evidence_scale(targets: np.ndarray, outputs: Outputs, activation: str) -> float:
    """Return the evidence that counts as full strength: a recognised picture's usual peak.

    ``targets`` (n, labels) are 1, 0, or NaN where nobody knows. With softmax a picture is
    recognised if its label's logit is the largest, and only what speaks for one label more than
    for the others counts; with sigmoid, if its label's logit is positive.
    """
    evidence, logits = outputs.evidence, outputs.logits
    recognised = (targets == 1) & (logits > 0)
    if activation == "softmax":
        evidence = evidence - evidence.mean(axis=-1, keepdims=True)
        recognised = (targets == 1) & (logits == logits.max(axis=1, keepdims=True))
    peaks = evidence.max(axis=(1, 2))
    if recognised.any():
        return max(float(np.quantile(peaks[recognised], 0.75)), 1e-6)
    return max(float(np.abs(evidence).max()), 1e-6)
