"""Make model packages for tests: a real card and real files, without a real network."""

import json
from pathlib import Path

import numpy as np

from inference.engines import Outputs
from inference.out_of_distribution import Cloud, Familiarity, write_familiarity
from inference.packages import digest_of
from inference.preprocessing import InputSpec
from training.packaging.packages import input_on_card, write_canary, write_card

SPEC = InputSpec(32, 32, 1, "equalised_grey", {"border": 0.1})
LABELS = ("covid-19", "viral-pneumonia", "normal")


class BrightnessEngine:
    """A network of our own: the brighter the top half, the more the first label; all else fixed."""

    def __init__(self, spoil=None):
        self.spoil = spoil or (lambda outputs: outputs)

    def run(self, batch):
        top = batch[:, :16].mean(axis=(1, 2, 3))
        logits = np.stack([20 * (top - 0.5), -0.5 + 0 * top, 0 * top], axis=1)
        evidence = np.zeros((len(batch), 4, 4, 3), np.float32)
        evidence[:, :2, :, 0] = 4.0
        features = np.stack([top, 1 - top], axis=1)
        return self.spoil(Outputs(logits.astype(np.float32), evidence, features))


def everywhere(values: int) -> Cloud:
    """Return a cloud so wide that everything is familiar."""
    return Cloud(
        centre=np.zeros(values),
        scale=np.ones(values),
        directions=np.zeros((1, values)),
        variances=np.ones(1),
        rest=np.array(1.0),
        limit=np.array(1e6),
    )


def make_label(code: str, **fields) -> dict:
    is_reference = code == "normal"
    defaults = {
        "code": code,
        "display": code.title(),
        "system": None,
        "role": "reference" if is_reference else "finding",
        "positive_text": f"Pattern of {code}",
        "negative_text": f"No pattern of {code}",
        "threshold": None if is_reference else 0.6,
        "negative_below": None if is_reference else 0.4,
        "threshold_rule": None if is_reference else "invented",
    }
    return defaults | fields


def make_gate(name: str, *, passed: bool = True, **fields) -> dict:
    defaults = {
        "name": name,
        "title": f"Title of {name}",
        "passed": passed,
        "says": f"What {name} found.",
        "table": [["Kind", "figure"], ["invented", "1"]],
    }
    return defaults | fields


def make_card(**fields) -> dict:
    defaults = {
        "name": "invented",
        "version": "1.0.0",
        "title": "An invented classifier",
        "purpose": "Tests",
        "created_at": "2026-01-01T00:00:00+00:00",
        "licence": "none",
        "notice": "NOTICE",
        "limits": ["It knows nothing."],
        "research_only": True,
        "labels": [make_label(code) for code in LABELS],
        "applies_to": [{"modality": "DX", "body_part": "CHEST"}],
        "input": input_on_card(SPEC),
        "outputs": {
            "activation": "softmax",
            "logits": 3,
            "evidence": [4, 4, 3],
            "features": 2,
            "evidence_scale": 4.0,
        },
        "aggregation": "max",
        "calibration": {"method": "temperature", "temperature": 2.0},
        "precision": "f32",
        "canary": {"tolerance": {"f32": 0.01, "keras": 0.01}},
        "out_of_distribution": {"method": "invented", "threshold": 1.0, "rule": "invented"},
        "metrics": {},
        "data": {},
        "training": {},
        "gates": [make_gate("leaks")],
    }
    return defaults | fields


def make_package(folder: Path, *, familiarity: Familiarity | None = None, **fields) -> Path:
    """Write a package whose graph is ``BrightnessEngine``; its model files are only bytes."""
    folder.mkdir(parents=True)
    for name in ("model.keras", "model.xml", "model.bin"):
        (folder / name).write_bytes(name.encode())
    (folder / "report").mkdir()
    (folder / "report" / "roc.png").write_bytes(b"figure")
    write_canary(folder, SPEC, BrightnessEngine())
    write_familiarity(
        folder / "features.npz", familiarity or Familiarity(everywhere(1216), everywhere(2))
    )
    write_card(folder, make_card(**fields))
    return folder


def change_card(folder: Path, **fields) -> str:
    """Rewrite entries of the card and return the new digest."""
    path = folder / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    return digest_of(folder)
